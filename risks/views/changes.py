"""Planned changes: report, opinions, decision, follow-up."""

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms import clock
from qms.models import AuditEntry
from qms.policies import ALLOW, Verdict, deny
from qms.views.base import ActionView
from risks import policies
from risks.forms import changes as forms
from risks.forms.actions import ReasonForm
from risks.models import ChangeOpinion, ChangeStep, ChangeTouch, PlannedChange
from risks.selectors.changes import change_list, touched
from risks.services import changes as services
from risks.views.base import RisksForm, RisksList, RisksPage

ROWS = PlannedChange.objects.select_related("unit", "drafted_by", "decided_by", "concluded_by", "agency")
State = PlannedChange.State


class ChangeList(RisksList):
    """Planned changes of the agency."""

    keys_first = True
    template_name = "risks/change_list.html"
    tab = "changes"

    def rows(self) -> Any:
        self.form = forms.ChangeFilter(self.request.GET, agency=self.agency)
        self.form.is_valid()
        self.asked = {name: value for name, value in self.form.cleaned_data.items() if value}
        return change_list(self.person, self.asked).select_related("unit", "drafted_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "form": self.form,
            "is_filtered": bool(self.asked),
            "export_url": reverse("risks:change-export"),
            "may_draft": policies.can_edit_context(self.person),
        }


class ChangeDetail(RisksPage):
    """One change with its opinions, what it touches, and its steps."""

    template_name = "risks/change_detail.html"
    tab = "changes"

    def page(self) -> dict[str, Any]:
        change = self.find(ROWS, pk=self.kwargs["pk"])
        opinions = list(change.opinions.select_related("person__unit"))
        today = clock.today()
        steps = list(change.steps.select_related("owner"))
        trail = AuditEntry.objects.visible_to(self.person).filter(subject_id=str(change.pk))[:12]
        return {
            "change": change,
            "stages": stages(change),
            "opinions": opinions,
            "mine": next((row for row in opinions if row.person_id == self.person.pk), None),
            "touches": touched(change, self.person),
            "risks": [source.risk for source in change.risk_sources.select_related("risk__unit")],
            "steps": [(step, self._step_state(step, today)) for step in steps],
            "open_steps": sum(1 for step in steps if step.done_on is None),
            "in_effect": change.takes_effect_on <= today,
            "may_edit": policies.can_edit_change(self.person, change),
            "may_steer": policies.can_steer_change(self.person, change),
            "may_decide": policies.can_decide_change(self.person, change),
            "may_draft": policies.can_draft(self.person, self.person.unit)
            and change.state not in {State.REJECTED, State.CANCELLED},
            "over": change.state in {State.DONE, State.REJECTED, State.CANCELLED},
            "trail": trail,
            "today": today,
        }

    def _step_state(self, step: ChangeStep, today: Any) -> str:
        if step.done_on is not None:
            return "done" if step.done_on <= step.deadline else "done_late"
        return "overdue" if step.deadline < today else "in_progress"


def stages(change: PlannedChange) -> list[dict[str, Any]]:
    """The stage rail of a change."""
    way = [
        (State.DRAFT, _("Report")),
        (State.IN_REVIEW, _("Opinions and decision")),
        (State.APPROVED, _("Carrying out")),
        (State.DONE, _("Result")),
    ]
    if change.state in {State.REJECTED, State.CANCELLED}:
        here = 0 if change.submitted_at is None else 1
    else:
        here = len(way) if change.state == State.DONE else [str(key) for key, _l in way].index(change.state)
    whens = [change.submitted_at, change.decided_at, None, change.concluded_on]
    return [
        {
            "label": label,
            "state": "done" if number < here else "current" if number == here else "",
            "when": f"{whens[number]:%d/%m/%Y}" if number < here and whens[number] else "",
        }
        for number, (_key, label) in enumerate(way)
    ]


class ChangeCreate(RisksForm):
    """Draw up a planned change."""

    form_class = forms.ChangeForm
    tab = "changes"
    heading = gettext_lazy("New planned change")
    action = gettext_lazy("Save the change")

    def allowed(self) -> Verdict:
        return policies.can_edit_context(self.person)

    def back(self) -> str:
        return reverse("risks:change-list")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def act(self, form: Any) -> str:
        return services.change_create(self.agency, acting=self.person, **form.cleaned_data).get_absolute_url()


class OfChange(RisksForm):
    """A form about one change."""

    tab = "changes"

    @property
    def change(self) -> PlannedChange:
        """The change of the address."""
        if not hasattr(self, "_change"):
            self._change: PlannedChange = self.find(ROWS, pk=self.kwargs["pk"])
        return self._change

    def back(self) -> str:
        return self.change.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.change)}


class ChangeEdit(OfChange):
    """Edit a change that is being drawn up."""

    form_class = forms.ChangeForm
    heading = gettext_lazy("Edit the planned change")
    action = gettext_lazy("Save the change")

    def allowed(self) -> Verdict:
        return policies.can_edit_change(self.person, self.change)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.change, name) for name in services.FIELDS}

    def act(self, form: Any) -> str:
        services.change_edit(self.change, acting=self.person, **form.cleaned_data)
        return self.back()


class TouchAdd(OfChange):
    """Name something the change touches."""

    form_class = forms.TouchForm
    heading = gettext_lazy("What the change touches")
    action = gettext_lazy("Add to the list")

    def allowed(self) -> Verdict:
        return policies.can_edit_change(self.person, self.change)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def act(self, form: Any) -> str:
        services.touch_add(self.change, acting=self.person, **form.cleaned_data)
        return self.back()


class TouchRemove(ActionView):
    """Take something off the list."""

    policy = policies.insider

    def act(self) -> str:
        touch = self.find(ChangeTouch.objects.select_related("change"), pk=self.kwargs["pk"])
        services.touch_remove(touch, acting=self.person)
        url: str = touch.change.get_absolute_url()
        return url


class StepAdd(OfChange):
    """Plan a step."""

    form_class = forms.StepForm
    heading = gettext_lazy("New step")
    action = gettext_lazy("Add the step")

    def allowed(self) -> Verdict:
        return policies.can_steer_change(self.person, self.change)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def act(self, form: Any) -> str:
        services.step_add(self.change, acting=self.person, **form.cleaned_data)
        return self.back()


class StepDone(RisksForm):
    """Report a step done."""

    form_class = forms.StepDoneForm
    tab = "changes"
    heading = gettext_lazy("Report the step done")
    action = gettext_lazy("Report the step done")

    @property
    def step(self) -> ChangeStep:
        """The step of the address."""
        rows = ChangeStep.objects.select_related("change", "owner")
        found: ChangeStep = self.find(rows, pk=self.kwargs["pk"])
        return found

    def allowed(self) -> Verdict:
        mine = self.step.owner_id == self.person.pk
        return ALLOW if mine else policies.can_steer_change(self.person, self.step.change)

    def back(self) -> str:
        return self.step.change.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": self.step.description}

    def act(self, form: Any) -> str:
        services.step_done(self.step, acting=self.person, **form.cleaned_data)
        return self.back()


class ChangeSubmit(ActionView):
    """Ask leaders and unit heads for their opinion."""

    policy = policies.insider

    def act(self) -> str:
        change = services.change_submit(self.find(ROWS, pk=self.kwargs["pk"]), acting=self.person)
        number = ChangeOpinion.objects.filter(change=change).count()
        messages.success(self.request, _("%(n)s people are asked for their opinion.") % {"n": number})
        return change.get_absolute_url()


class ChangeWithdraw(ActionView):
    """Take a change back to work on it."""

    policy = policies.insider

    def act(self) -> str:
        change = self.find(ROWS, pk=self.kwargs["pk"])
        return services.change_withdraw(change, acting=self.person).get_absolute_url()


class OpinionGive(OfChange):
    """Give an opinion."""

    form_class = forms.OpinionForm
    heading = gettext_lazy("Your opinion on the change")
    action = gettext_lazy("Give the opinion")

    def allowed(self) -> Verdict:
        asked = self.change.opinions.filter(person=self.person).exists()
        return ALLOW if asked else deny(_("Only those who were asked give an opinion."))

    def act(self, form: Any) -> str:
        services.opinion_give(self.change, acting=self.person, **form.cleaned_data)
        return self.back()


class ChangeDecide(OfChange):
    """Decide on a change."""

    form_class = forms.DecisionForm
    heading = gettext_lazy("Decide on the change")
    action = gettext_lazy("Save the decision")

    def allowed(self) -> Verdict:
        return policies.can_decide_change(self.person, self.change)

    def act(self, form: Any) -> str:
        services.change_decide(self.change, acting=self.person, **form.cleaned_data)
        return self.back()


class ChangeConclude(OfChange):
    """Say how the change went."""

    form_class = forms.ConclusionForm
    heading = gettext_lazy("Result of the change")
    action = gettext_lazy("Conclude the change")

    def allowed(self) -> Verdict:
        return policies.can_steer_change(self.person, self.change)

    def page(self) -> dict[str, Any]:
        still = [one.touch.label for one in touched(self.change, self.person) if one.open]
        return super().page() | {"still_open": still}

    def act(self, form: Any) -> str:
        services.change_conclude(self.change, acting=self.person, **form.cleaned_data)
        return self.back()


class ChangeCancel(OfChange):
    """Give a change up."""

    form_class = ReasonForm
    heading = gettext_lazy("Cancel the change")
    action = gettext_lazy("Cancel the change")

    def allowed(self) -> Verdict:
        return policies.can_steer_change(self.person, self.change)

    def act(self, form: Any) -> str:
        services.change_cancel(self.change, acting=self.person, **form.cleaned_data)
        return self.back()
