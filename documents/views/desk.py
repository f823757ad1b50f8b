"""The clerk's desk and the register of numbers."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from documents import checking, forms, policies, selectors, services
from documents.models import Paper, PaperState, RegisterEntry
from documents.rendering.sheet import IssueFacts, sheet_of
from documents.services.numbering import date_check, series_key, series_open
from qms import clock, notation
from qms.policies import require
from qms.views import ActionView, ExportView, FormPage, ListPage


class Desk(ListPage):
    """Papers that wait for a number, and papers that got stuck on the way out."""

    template_name = "documents/desk.html"
    policy = policies.may_number

    def rows(self) -> Any:
        return selectors.papers_to_number(self.person).filter(state=PaperState.AUTHORISED)

    def page(self) -> dict[str, Any]:
        return {
            "stuck": list(selectors.papers_to_number(self.person).filter(state=PaperState.ISSUING)),
            "tokens": list(selectors.desk_signatures(self.person)),
        }


class Issue(FormPage):
    """One paper on the desk: number strip, date, checks; a second step confirms what cannot be undone."""

    guarded = False
    template_name = "documents/desk_paper.html"
    form_class = forms.IssueForm
    policy = policies.may_number

    def _paper(self) -> Paper:
        rows = Paper.objects.select_related("agency", "signer", "authorised_by", "approver")
        paper: Paper = self.find(rows, pk=self.kwargs["pk"])
        return paper

    def get_initial(self) -> dict[str, Any]:
        strip = selectors.number_strip(self._paper())
        return {"issued_on": clock.today(), "number": strip.next}

    def page(self) -> dict[str, Any]:
        paper = self._paper()
        require(policies.can_issue(self.person, paper))
        strip = selectors.number_strip(paper)
        checks = checking.checks_before_issue(paper, strip)
        waiting = list(
            selectors.papers_to_number(self.person)
            .filter(state=PaperState.AUTHORISED)
            .values_list("pk", flat=True)
        )
        place = waiting.index(paper.pk) if paper.pk in waiting else 0
        facts = IssueFacts(strip.next, clock.today(), proposed=True)
        return {
            "paper": paper,
            "sheet": sheet_of(paper.typed, facts),
            "strip": strip,
            "checks": checks,
            "may_go": checking.can_go_out(checks),
            "place": place + 1,
            "count": len(waiting),
            "before": waiting[place - 1] if place else None,
            "after": waiting[place + 1] if place + 1 < len(waiting) else None,
        }

    def act(self, form: Any) -> str | HttpResponse:
        paper = self._paper()
        require(policies.can_issue(self.person, paper))
        said = form.cleaned_data
        if not said["confirmed"]:
            date_check(selectors.number_strip(paper).series, said["issued_on"])
            context = {
                "paper": paper,
                "issued_on": said["issued_on"],
                "number": said["number"],
                "early": paper.flow == "B"
                and paper.authorised_at is not None
                and said["issued_on"] < notation.local(paper.authorised_at).date(),
            }
            return render(self.request, "documents/desk_confirm.html", context)
        services.paper_issue(
            paper, issued_on=said["issued_on"], expected_number=said["number"], acting=self.person
        )
        messages.success(self.request, _("Number given. The paper is being signed and issued now."))
        address: str = paper.get_absolute_url()
        return address


class Retry(ActionView):
    """Try again to finish a stuck paper."""

    policy = policies.may_number

    def act(self) -> str:
        paper: Paper = self.find(Paper, pk=self.kwargs["pk"])
        services.paper_issue_retry(paper, acting=self.person)
        return paper.get_absolute_url()


def _asked(request: Any) -> dict[str, Any]:
    form = forms.RegisterFilter(request.GET or None)
    if not form.is_bound:
        return {}
    form.is_valid()
    return {key: value for key, value in form.cleaned_data.items() if value}


class Register(ListPage):
    """Every number that was ever given."""

    template_name = "documents/register.html"
    policy = policies.may_read_register

    def rows(self) -> Any:
        return selectors.register_list(self.person, _asked(self.request))

    def page(self) -> dict[str, Any]:
        return {
            "filters": forms.RegisterFilter(self.request.GET or None),
            "may_number": policies.may_number(self.person),
            "export_url": reverse("documents:register-export"),
        }


class RegisterExport(ExportView):
    """The filtered register as `.xlsx`."""

    policy = policies.may_read_register
    filename = "so-dang-ky-van-ban.xlsx"

    def header(self) -> list[str]:
        return [
            _("Year"),
            _("Number and symbol"),
            _("Date"),
            _("Kind"),
            _("Title"),
            _("Signed by"),
            _("Recipients"),
            _("Status"),
            _("Reason"),
            _("Number given by"),
            _("Number given at"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        for entry in selectors.register_list(self.person, _asked(self.request)).iterator():
            yield (
                entry.year,
                entry.reference,
                entry.issued_on,
                entry.get_kind_display(),
                entry.title,
                entry.signer_name,
                entry.recipients,
                entry.get_status_display(),
                entry.reason,
                entry.allocated_by.full_name if entry.allocated_by else "",
                entry.allocated_at,
            )


class CancelNumber(FormPage):
    """Cancel a number whose paper never went out."""

    template_name = "documents/reason.html"
    form_class = forms.ReasonForm
    policy = policies.may_number

    def _entry(self) -> RegisterEntry:
        entry: RegisterEntry = self.find(RegisterEntry, pk=self.kwargs["pk"])
        return entry

    def page(self) -> dict[str, Any]:
        entry = self._entry()
        require(policies.can_cancel_number(self.person, entry))
        return {
            "paper": entry.paper,
            "back": reverse("documents:register"),
            "heading": _("Cancel number %(number)s") % {"number": entry.reference},
            "explain": _("The number stays in the register with your reason and is never given again."),
            "button": _("Cancel the number"),
        }

    def act(self, form: Any) -> str:
        services.number_cancel(self._entry(), reason=form.cleaned_data["reason"], acting=self.person)
        return reverse("documents:register")


class OpenSeries(FormPage):
    """Start a book in mid-year after numbers given elsewhere."""

    template_name = "documents/series.html"
    form_class = forms.SeriesForm
    policy = policies.may_number

    def act(self, form: Any) -> str:
        said = form.cleaned_data
        series_open(
            self.agency,
            key=series_key(self.agency, said["kind"], said["last_date"]),
            year=said["last_date"].year,
            last_number=said["last_number"],
            last_date=said["last_date"],
            acting=self.person,
        )
        return reverse("documents:register")
