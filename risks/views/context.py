"""Context issues, interested parties, and their yearly review."""

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.context import chosen_year
from qms.policies import Verdict
from qms.views.base import ActionView
from risks import policies
from risks.forms import context as forms
from risks.models import ContextCategory, ContextIssue, InterestedParty, PartyNeed, Risk
from risks.selectors import context as reading
from risks.services import context as services
from risks.views.base import RisksForm, RisksPage


class Context(RisksPage):
    """External and internal issues by category, with this year's review."""

    template_name = "risks/context.html"
    tab = "context"

    def page(self) -> dict[str, Any]:
        year = chosen_year(self.request)
        rows = list(reading.issue_list(self.person, year))
        sides = [
            (side, side.label, [row for row in rows if row.category.side == side])
            for side in (ContextCategory.Side.EXTERNAL, ContextCategory.Side.INTERNAL)
        ]
        return {
            "sides": sides,
            "any": bool(rows),
            "dropped": reading.issue_list(self.person, year, active=False),
            "progress": reading.review_progress(self.agency, year),
            "may_edit": policies.can_edit_context(self.person),
            "has_categories": reading.categories(self.agency, "external", "internal").exists(),
            "may_start": policies.secretariat(self.person),
        }


class Parties(RisksPage):
    """Interested parties with what they need and expect."""

    template_name = "risks/parties.html"
    tab = "parties"

    def page(self) -> dict[str, Any]:
        year = chosen_year(self.request)
        return {
            "parties": reading.party_list(self.person, year),
            "dropped": reading.party_list(self.person, year, active=False),
            "progress": reading.review_progress(self.agency, year),
            "may_edit": policies.can_edit_context(self.person),
            "has_categories": reading.categories(self.agency, "party").exists(),
            "may_start": policies.secretariat(self.person),
        }


class IssueDetail(RisksPage):
    """One issue with the risks it gave rise to and its reviews."""

    template_name = "risks/issue_detail.html"
    tab = "context"

    def page(self) -> dict[str, Any]:
        issue = self.find(ContextIssue.objects.select_related("category", "unit"), pk=self.kwargs["pk"])
        return {
            "issue": issue,
            "risks": _risks_from(self.person, issue=issue),
            "reviews": issue.reviews.select_related("reviewed_by"),
            "may_edit": policies.can_edit_context(self.person),
            "may_draft": issue.active and policies.can_draft(self.person, self.person.unit),
            "origin": f"issue={issue.pk}",
        }


class PartyDetail(RisksPage):
    """One party with its needs, the risks they gave rise to, and its reviews."""

    template_name = "risks/party_detail.html"
    tab = "parties"

    def page(self) -> dict[str, Any]:
        party = self.find(InterestedParty.objects.select_related("category"), pk=self.kwargs["pk"])
        return {
            "party": party,
            "needs": party.needs.filter(active=True),
            "risks": _risks_from(self.person, party=party),
            "reviews": party.reviews.select_related("reviewed_by"),
            "may_edit": policies.can_edit_context(self.person),
            "may_draft": party.active and policies.can_draft(self.person, self.person.unit),
            "origin": f"party={party.pk}",
        }


def _risks_from(person: Any, **source: Any) -> Any:
    lookup = {f"sources__{name}": value for name, value in source.items()}
    return Risk.objects.visible_to(person).filter(**lookup).select_related("unit").distinct()


class IssueAdd(RisksForm):
    """A new issue."""

    form_class = forms.IssueForm
    tab = "context"
    heading = gettext_lazy("New context issue")
    action = gettext_lazy("Save the issue")

    def allowed(self) -> Verdict:
        return policies.can_edit_context(self.person)

    def back(self) -> str:
        return reverse("risks:context")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def act(self, form: Any) -> str:
        return services.issue_add(self.agency, acting=self.person, **form.cleaned_data).get_absolute_url()


class IssueEdit(IssueAdd):
    """Change an issue."""

    heading = gettext_lazy("Change the issue")

    @property
    def issue(self) -> ContextIssue:
        """The issue of the address."""
        found: ContextIssue = self.find(ContextIssue, pk=self.kwargs["pk"])
        return found

    def back(self) -> str:
        return self.issue.get_absolute_url()

    def get_initial(self) -> dict[str, Any]:
        issue = self.issue
        return {name: getattr(issue, name) for name in services.ISSUE_FIELDS}

    def act(self, form: Any) -> str:
        return services.issue_change(self.issue, acting=self.person, **form.cleaned_data).get_absolute_url()


class PartyAdd(RisksForm):
    """A new party."""

    form_class = forms.PartyForm
    tab = "parties"
    heading = gettext_lazy("New interested party")
    action = gettext_lazy("Save the party")

    def allowed(self) -> Verdict:
        return policies.can_edit_context(self.person)

    def back(self) -> str:
        return reverse("risks:party-list")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def act(self, form: Any) -> str:
        return services.party_add(self.agency, acting=self.person, **form.cleaned_data).get_absolute_url()


class PartyEdit(PartyAdd):
    """Change a party."""

    heading = gettext_lazy("Change the interested party")

    @property
    def party(self) -> InterestedParty:
        """The party of the address."""
        found: InterestedParty = self.find(InterestedParty, pk=self.kwargs["pk"])
        return found

    def back(self) -> str:
        return self.party.get_absolute_url()

    def get_initial(self) -> dict[str, Any]:
        party = self.party
        return {name: getattr(party, name) for name in services.PARTY_FIELDS}

    def act(self, form: Any) -> str:
        return services.party_change(self.party, acting=self.person, **form.cleaned_data).get_absolute_url()


class NeedAdd(RisksForm):
    """A new need or expectation of a party."""

    form_class = forms.NeedForm
    tab = "parties"
    heading = gettext_lazy("New need or expectation")
    action = gettext_lazy("Save the need")

    @property
    def party(self) -> InterestedParty:
        """The party of the address."""
        found: InterestedParty = self.find(InterestedParty, pk=self.kwargs["pk"])
        return found

    def allowed(self) -> Verdict:
        return policies.can_edit_context(self.person)

    def back(self) -> str:
        return self.party.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": self.party.name}

    def act(self, form: Any) -> str:
        services.need_add(self.party, acting=self.person, **form.cleaned_data)
        return self.back()


class NeedEdit(RisksForm):
    """Change a need."""

    form_class = forms.NeedForm
    tab = "parties"
    heading = gettext_lazy("Change the need or expectation")
    action = gettext_lazy("Save the need")

    @property
    def need(self) -> PartyNeed:
        """The need of the address."""
        found: PartyNeed = self.find(PartyNeed.objects.select_related("party"), pk=self.kwargs["pk"])
        return found

    def allowed(self) -> Verdict:
        return policies.can_edit_context(self.person)

    def back(self) -> str:
        return self.need.party.get_absolute_url()

    def get_initial(self) -> dict[str, Any]:
        need = self.need
        return {name: getattr(need, name) for name in services.NEED_FIELDS}

    def act(self, form: Any) -> str:
        services.need_change(self.need, acting=self.person, **form.cleaned_data)
        return self.back()


class NeedRetire(ActionView):
    """A need that no longer holds."""

    policy = policies.insider

    def act(self) -> str:
        need = self.find(PartyNeed.objects.select_related("party"), pk=self.kwargs["pk"])
        services.need_retire(need, acting=self.person)
        url: str = need.party.get_absolute_url()
        return url


class ReviewSubject(RisksForm):
    """The yearly look at one issue or party."""

    form_class = forms.ReviewForm
    action = gettext_lazy("Save the review")

    @property
    def subject(self) -> Any:
        """The issue or party of the address."""
        model = ContextIssue if self.kwargs["what"] == "issue" else InterestedParty
        return self.find(model, pk=self.kwargs["pk"])

    @property
    def tab(self) -> str:  # type: ignore[override]
        """The tab of what is reviewed."""
        return "context" if self.kwargs["what"] == "issue" else "parties"

    @property
    def heading(self) -> str:
        """The year of the review."""
        return _("Review of %(year)s") % {"year": chosen_year(self.request)}

    def allowed(self) -> Verdict:
        return policies.can_edit_context(self.person)

    def back(self) -> str:
        url: str = self.subject.get_absolute_url()
        return url

    def page(self) -> dict[str, Any]:
        return {"about": str(self.subject)}

    def act(self, form: Any) -> str:
        year = chosen_year(self.request)
        services.context_review(self.subject, acting=self.person, year=year, **form.cleaned_data)
        return reverse("risks:context" if self.kwargs["what"] == "issue" else "risks:party-list")


class ReviewKeepRest(ActionView):
    """Everything not yet looked at still holds."""

    policy = policies.insider

    def act(self) -> str:
        year = chosen_year(self.request)
        number = services.context_keep_rest(self.agency, acting=self.person, year=year)
        words = _("%(number)s issues and parties reviewed as kept for %(year)s.")
        messages.success(self.request, words % {"number": number, "year": year})
        return self.way_back()


class CategoryAdd(RisksForm):
    """A new category of the agency's own."""

    form_class = forms.CategoryForm
    tab = "context"
    heading = gettext_lazy("New category")
    action = gettext_lazy("Save the category")

    def allowed(self) -> Verdict:
        return policies.secretariat(self.person)

    def back(self) -> str:
        return reverse("risks:context")

    def act(self, form: Any) -> str:
        values = form.cleaned_data
        code = slugify(values["name"].replace("đ", "d").replace("Đ", "D"))[:40]
        order = ContextCategory.objects.filter(agency=self.agency).count()
        services.category_save(self.agency, acting=self.person, code=code, order=order, **values)
        return self.back()
