"""Legal bases of the agency: list, add, change, end."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from documents import forms, policies, selectors
from documents.models import LegalBasis
from documents.services import basis_add, basis_change
from qms import clock
from qms.policies import require
from qms.views import ExportView, FormPage, ListPage


def _asked(request: HttpRequest) -> dict[str, Any]:
    form = forms.BasisFilter(request.GET or None)
    return {key: value for key, value in form.cleaned_data.items() if value} if form.is_valid() else {}


class BasisList(ListPage):
    """What papers may cite, with what is no longer in force."""

    template_name = "documents/basis_list.html"
    policy = policies.may_read
    columns_sortable = {"number": "number", "date": "issued_on", "until": "expires_on"}

    def rows(self) -> Any:
        return selectors.basis_list(self.person, _asked(self.request), clock.today())

    def page(self) -> dict[str, Any]:
        return {
            "filters": forms.BasisFilter(self.request.GET or None),
            "export_url": reverse("documents:basis-export"),
            "may_keep": policies.may_keep_wording(self.person),
            "today": clock.today(),
        }


class BasisExport(ExportView):
    """The filtered list as `.xlsx`."""

    policy = policies.may_read
    filename = "can-cu-phap-ly.xlsx"

    def header(self) -> list[str]:
        return [
            _("Kind"),
            _("Number and symbol"),
            _("Issued by"),
            _("Issued on"),
            _("About"),
            _("In force from"),
            _("In force until"),
            _("Replaced by"),
            _("Note"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        for one in selectors.basis_list(self.person, _asked(self.request), clock.today()):
            yield (
                one.kind,
                one.number,
                one.issuer,
                one.issued_on,
                one.about,
                one.in_force_from,
                one.expires_on,
                str(one.replaced_by or ""),
                one.note,
            )


class BasisNew(FormPage):
    """Add a legal basis."""

    template_name = "documents/basis_form.html"
    policy = policies.may_keep_wording

    def get_form(self, form_class: Any = None) -> forms.BasisForm:
        return forms.BasisForm(agency=self.agency, **self.get_form_kwargs())

    def act(self, form: Any) -> str:
        made = basis_add(agency=self.agency, acting=self.person, **form.cleaned_data)
        messages.success(self.request, _("%(basis)s is on the list.") % {"basis": made})
        return reverse("documents:basis-list")


class BasisEdit(FormPage):
    """Change the facts, say when it ended and what replaced it; and which papers cite it."""

    guarded = True
    template_name = "documents/basis_form.html"
    policy = policies.may_read

    def basis(self) -> LegalBasis:
        """The record."""
        found: LegalBasis = self.find(LegalBasis, pk=self.kwargs["pk"])
        return found

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Everybody may read the record; changing it is asked before the form is read."""
        self.basis()
        require(policies.can_keep_wording(self.person))
        return super().post(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> forms.BasisForm:
        return forms.BasisForm(agency=self.agency, instance=self.basis(), **self.get_form_kwargs())

    def page(self) -> dict[str, Any]:
        basis = self.basis()
        return {
            "basis": basis,
            "cited": selectors.papers_citing(self.person, basis),
            "ended": basis.ended_by(clock.today()),
            "may_keep": policies.may_keep_wording(self.person),
        }

    def act(self, form: Any) -> str:
        basis = basis_change(self.basis(), acting=self.person, **form.cleaned_data)
        messages.success(self.request, _("%(basis)s is saved.") % {"basis": basis})
        return reverse("documents:basis-list")
