"""Declarations of conformity: the list with what is missing, one declaration, its paper."""

from typing import Any

from django import forms
from django.contrib import messages
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import declarations as about
from audits import policies_improvement as policies
from audits.models import SelfDeclaration
from audits.services import declarations as services
from documents.forms import SignerForm
from documents.selectors import live
from qms import clock
from qms.forms import PortalForm
from qms.models import AuditEntry
from qms.views.base import ActionView, FormPage, ListPage, PageView

DECLARATIONS = SelfDeclaration.objects.select_related("agency", "edition", "paper", "review", "drafted_by")


class ActivitiesForm(PortalForm):
    """What the quality management system covers, in words."""

    activities = forms.CharField(
        label=gettext_lazy("Activities in the scope"),
        help_text=gettext_lazy("As it is printed, a line for each; the procedures follow as an annex."),
        widget=forms.Textarea(attrs={"rows": 5, "lang": "vi"}),
        max_length=4000,
    )


class DeclarationList(ListPage):
    """Every declaration, what must exist before the next one, and what changed since the last."""

    policy = policies.insider
    template_name = "audits/declaration/list.html"
    page_size = 20

    def rows(self) -> Any:
        return DECLARATIONS.visible_to(self.person)

    def page(self) -> dict[str, Any]:
        today = clock.today()
        needs = about.needs_of(self.agency, today)
        now = about.in_force(self.agency)
        return {
            "needs": needs,
            "met": sum(need.met for need in needs),
            "current": now,
            "changes": about.changes_since(now, today) if now else [],
            "preparing": SelfDeclaration.objects.filter(agency=self.agency, state="preparing").first(),
            "may_prepare": policies.secretariat(self.person),
        }


class DeclarationPrepare(FormPage):
    """Begin a declaration."""

    policy = policies.secretariat
    template_name = "audits/declaration/form.html"
    form_class = ActivitiesForm

    def get_initial(self) -> dict[str, Any]:
        last = DECLARATIONS.visible_to(self.person).first()
        words = last.activities if last else ""
        return {"activities": words or _suggested(self.agency)}

    def page(self) -> dict[str, Any]:
        return {
            "heading": _("Prepare a declaration of conformity"),
            "action": _("Prepare the declaration"),
            "back": reverse("audits:declarations"),
        }

    def act(self, form: Any) -> str:
        one = services.declaration_prepare(self.agency, acting=self.person, **form.cleaned_data)
        return one.get_absolute_url()


def _suggested(agency: Any) -> str:
    """Words to begin with; the agency puts its own in their place."""
    return f"Hoạt động giải quyết thủ tục hành chính và quản lý nhà nước thuộc thẩm quyền của {agency.name}."


class DeclarationDetail(PageView):
    """One declaration: scope, exclusions, procedures, conditions, paper."""

    policy = policies.insider
    template_name = "audits/declaration/detail.html"

    @cached_property
    def one(self) -> SelfDeclaration:
        """The declaration in the address."""
        found: SelfDeclaration = self.find(DECLARATIONS, pk=self.kwargs["pk"])
        return found

    def page(self) -> dict[str, Any]:
        one, today = self.one, clock.today()
        preparing = one.state == SelfDeclaration.State.PREPARING
        needs = about.needs_of(self.agency, today) if preparing else []
        paper = live(one.paper)
        may = policies.secretariat(self.person)
        return {
            "one": one,
            "needs": needs,
            "missing": [need for need in needs if need.compulsory and not need.met],
            "paper": paper if preparing else one.paper,
            "may_edit": may and preparing and paper is None,
            "changes": about.changes_since(one, today) if one.state in {"preparing", "in_force"} else [],
            "trail": AuditEntry.objects.visible_to(self.person).filter(subject_id=str(one.pk))[:20],
        }


class DeclarationEdit(FormPage):
    """Change the words of the scope; everything else is copied anew."""

    policy = policies.secretariat
    template_name = "audits/declaration/form.html"
    form_class = ActivitiesForm

    @cached_property
    def one(self) -> SelfDeclaration:
        """The declaration in the address."""
        found: SelfDeclaration = self.find(DECLARATIONS, pk=self.kwargs["pk"])
        return found

    def get_initial(self) -> dict[str, Any]:
        return {"activities": self.one.activities}

    def page(self) -> dict[str, Any]:
        return {
            "heading": _("Change the scope in words"),
            "action": _("Save the scope"),
            "back": self.one.get_absolute_url(),
        }

    def act(self, form: Any) -> str:
        services.declaration_refresh(self.one, acting=self.person, **form.cleaned_data)
        return self.one.get_absolute_url()


class DeclarationRefresh(ActionView):
    """Copy the scope of today anew."""

    policy = policies.secretariat

    def act(self) -> str:
        one = self.find(DECLARATIONS, pk=self.kwargs["pk"])
        services.declaration_refresh(one, acting=self.person)
        messages.success(self.request, _("The scope is that of today."))
        return str(one.get_absolute_url())


class DeclarationPaper(FormPage):
    """Draft the paper: who signs."""

    policy = policies.secretariat
    template_name = "audits/declaration/form.html"
    form_class = SignerForm

    @cached_property
    def one(self) -> SelfDeclaration:
        """The declaration in the address."""
        found: SelfDeclaration = self.find(DECLARATIONS, pk=self.kwargs["pk"])
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def page(self) -> dict[str, Any]:
        return {
            "heading": _("Draft the declaration as a paper"),
            "action": _("Draft the paper"),
            "back": self.one.get_absolute_url(),
        }

    def act(self, form: Any) -> str:
        paper = services.declaration_paper(self.one, acting=self.person, **form.cleaned_data)
        return paper.get_absolute_url()
