"""Suggestions from the data: accept with one click, dismiss with a reason."""

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.policies import Verdict, require
from qms.views.base import ActionView
from risks import policies
from risks.forms.actions import ReasonForm
from risks.models import Suggestion
from risks.services import suggestions as services
from risks.views.base import RisksForm, RisksList

ROWS = Suggestion.objects.select_related("unit", "risk__unit", "decided_by", "agency")


class SuggestionList(RisksList):
    """Open suggestions, or those decided on with their reasons."""

    keys_first = True
    template_name = "risks/suggestion_list.html"
    tab = "suggestions"
    page_size = 30

    def rows(self) -> Any:
        state = self.request.GET.get("state", "")
        self.state = state if state in Suggestion.State.values else Suggestion.State.OPEN
        rows = ROWS.visible_to(self.person).filter(state=self.state)
        if self.request.GET.get("unit") == "mine" and self.person.unit is not None:
            rows = rows.filter(unit=self.person.unit)
        return rows.order_by("-seen_on", "-created_at")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        may = {row.pk: policies.can_decide_suggestion(self.person, row) for row in context["rows"]}
        states = [
            {
                "label": Suggestion.State(code).label,
                "url": f"?state={code}",
                "current": code == self.state,
                "count": None,
            }
            for code in Suggestion.State.values
        ]
        return context | {
            "rows": [(row, may[row.pk]) for row in context["rows"]],
            "states": states,
            "state": self.state,
            "may_search": policies.secretariat(self.person),
        }


class SuggestionAccept(ActionView):
    """Take a suggestion over."""

    policy = policies.insider

    def act(self) -> str:
        row = self.find(ROWS, pk=self.kwargs["pk"])
        risk = services.suggestion_accept(row, acting=self.person)
        messages.success(self.request, _("Accepted as %(code)s. Look at its score.") % {"code": risk.code})
        url: str = risk.get_absolute_url()
        return url


class SuggestionDismiss(RisksForm):
    """Leave a suggestion be, with the reason."""

    form_class = ReasonForm
    tab = "suggestions"
    heading = gettext_lazy("Dismiss the suggestion")
    action = gettext_lazy("Dismiss the suggestion")

    @property
    def row(self) -> Suggestion:
        """The suggestion of the address."""
        found: Suggestion = self.find(ROWS, pk=self.kwargs["pk"])
        return found

    def allowed(self) -> Verdict:
        return policies.can_decide_suggestion(self.person, self.row)

    def back(self) -> str:
        return reverse("risks:suggestion-list")

    def page(self) -> dict[str, Any]:
        return {"about": self.row.title}

    def act(self, form: Any) -> str:
        services.suggestion_dismiss(self.row, acting=self.person, **form.cleaned_data)
        return self.back()


class SuggestionSearch(ActionView):
    """Look through the data now instead of tonight."""

    policy = policies.insider

    def act(self) -> str:
        require(policies.secretariat(self.person))
        job = services.suggestions_request(self.agency, acting=self.person)
        return reverse("job-detail", args=[job.pk])
