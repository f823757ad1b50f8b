"""Corrections and corrective actions of a case: planned, changed, reported, given more time, cancelled."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import policies_improvement as policies
from audits.forms import cases as forms
from audits.models import CorrectiveAction, DeadlineExtension, Nonconformity
from audits.services import corrective
from audits.views.case_steps import OfCase
from qms import clock
from qms.policies import Verdict


class ActionAdd(OfCase):
    """Plan a correction or an action against the cause."""

    guarded = False
    form_class = forms.ActionForm
    action = gettext_lazy("Save the action")

    @property
    def kind(self) -> str:
        """Corrective action unless the address asks for a correction."""
        asked = self.request.GET.get("kind")
        return asked if asked in CorrectiveAction.Kind.values else CorrectiveAction.Kind.CORRECTIVE.value

    @property
    def heading(self) -> str:
        """What is planned."""
        if self.kind == CorrectiveAction.Kind.CORRECTION:
            return _("Plan a correction")
        return _("Plan an action against the cause")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        soon = self.kind == CorrectiveAction.Kind.CORRECTION
        return {"deadline": clock.today() + dt.timedelta(days=3 if soon else 30), "owner": self.case.owner_id}

    def page(self) -> dict[str, Any]:
        return super().page() | {"root_cause": self.case.root_cause if self.kind == "corrective" else ""}

    def act(self, form: Any) -> str:
        corrective.action_plan(self.case, acting=self.person, kind=self.kind, **form.cleaned_data)
        return self.back()


class OfAction(OfCase):
    """A form about one action."""

    @cached_property
    def subject(self) -> CorrectiveAction:
        """The action of the address."""
        rows = CorrectiveAction.objects.select_related(
            "nonconformity__unit", "nonconformity__agency", "owner"
        )
        found: CorrectiveAction = self.find(rows, pk=self.kwargs["pk"])
        return found

    @cached_property
    def case(self) -> Nonconformity:
        return self.subject.nonconformity

    def page(self) -> dict[str, Any]:
        return {"case": self.case, "about": f"{self.case.code} · {self.subject.description}"}


class ActionEdit(OfAction):
    """Change an action while the plan is worked out."""

    form_class = forms.ActionForm
    heading = gettext_lazy("Change the action")
    action = gettext_lazy("Save the action")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.subject, name) for name in corrective.CHANGEABLE}

    def act(self, form: Any) -> str:
        corrective.action_change(self.subject, acting=self.person, **form.cleaned_data)
        return self.back()


class ActionReport(OfAction):
    """Report an action done, with evidence."""

    guarded = False
    form_class = forms.ReportForm
    heading = gettext_lazy("Report the action done")
    action = gettext_lazy("Report the action done")

    def allowed(self) -> Verdict:
        return policies.can_report(self.person, self.subject)

    def get_initial(self) -> dict[str, Any]:
        return {"done_on": clock.today()}

    def act(self, form: Any) -> str:
        values = dict(form.cleaned_data)
        kept = self.kept(values.pop("file"))
        corrective.action_report(self.subject, acting=self.person, files=kept, **values)
        messages.success(self.request, _("Reported done."))
        return self.back()


class ActionCancel(OfAction):
    """Cancel an action with a reason."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Cancel the action")
    action = gettext_lazy("Cancel the action")

    def act(self, form: Any) -> str:
        corrective.action_cancel(self.subject, acting=self.person, **form.cleaned_data)
        return self.back()


class ActionExtend(OfAction):
    """Ask for more time."""

    form_class = forms.ExtendForm
    heading = gettext_lazy("Ask for more time")
    action = gettext_lazy("Ask for the extension")

    def allowed(self) -> Verdict:
        return policies.can_report(self.person, self.subject)

    def act(self, form: Any) -> str:
        corrective.extension_ask(self.subject, acting=self.person, **form.cleaned_data)
        messages.success(self.request, _("Asked. Somebody else decides on it."))
        return self.back()


class ExtensionDecide(OfCase):
    """Grant or refuse more time."""

    form_class = forms.ExtensionForm
    template_name = "audits/nc/extension.html"
    heading = gettext_lazy("Decide on the extension")
    action = gettext_lazy("Save the decision")

    @cached_property
    def extension(self) -> DeadlineExtension:
        """The extension of the address."""
        rows = DeadlineExtension.objects.select_related(
            "action__nonconformity__unit", "asked_by", "action__owner"
        )
        found: DeadlineExtension = self.find(rows, pk=self.kwargs["pk"])
        return found

    @cached_property
    def case(self) -> Nonconformity:
        return self.extension.action.nonconformity

    def allowed(self) -> Verdict:
        return policies.can_decide_extension(self.person, self.extension)

    def page(self) -> dict[str, Any]:
        return super().page() | {"extension": self.extension}

    def act(self, form: Any) -> str:
        granted = form.cleaned_data["verdict"] == "grant"
        note = form.cleaned_data["note"]
        corrective.extension_decide(self.extension, acting=self.person, granted=granted, note=note)
        return self.back()
