"""Actions: planned, reported with evidence, judged, cancelled."""

import io
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from qms import clock, files
from qms.policies import Verdict
from qms.views.base import PortalMixin
from risks import policies
from risks.forms import actions as forms
from risks.models import ActionEvidence, ActionJudgement, RiskAction
from risks.selectors.figures import figure_of
from risks.services import actions as services
from risks.views.base import RisksForm, RisksPage
from risks.views.risks import OfRisk

ROWS = RiskAction.objects.select_related(
    "risk__unit", "risk__agency", "owner", "agency", "target__objective_set"
)


class ActionAdd(OfRisk):
    """Plan an action on a risk."""

    form_class = forms.ActionForm
    heading = gettext_lazy("Plan an action")
    action = gettext_lazy("Save the action")

    def allowed(self) -> Verdict:
        return policies.can_edit(self.person, self.risk)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def act(self, form: Any) -> str:
        services.action_add(self.risk, acting=self.person, **form.cleaned_data)
        return self.back()


class ActionDetail(RisksPage):
    """One action with its evidence and judgements."""

    template_name = "risks/action_detail.html"
    tab = "list"

    def page(self) -> dict[str, Any]:
        action = self.find(
            ROWS.prefetch_related("evidence__file", "judgements__judged_by"), pk=self.kwargs["pk"]
        )
        today = clock.today()
        return {
            "action": action,
            "risk": action.risk,
            "status": action.status_on(today),
            "today": today,
            "evidence": [_shown(item) for item in action.evidence.all()],
            "can_judge_now": action.judge_on <= today,
            "figure": figure_of(action.target),
            "may_report": policies.can_report(self.person, action),
            "may_judge": policies.can_judge(self.person, action),
            "may_edit": policies.can_edit(self.person, action.risk),
        }


def _shown(item: ActionEvidence) -> dict[str, Any]:
    url = reverse("risks:evidence", args=[item.pk]) if item.file else ""
    size = item.file.size if item.file else None
    return {"name": str(item), "url": url, "size": size, "created_at": item.created_at, "round": item.round}


class OfAction(RisksForm):
    """A form about one action."""

    tab = "list"

    @property
    def subject(self) -> RiskAction:
        """The action of the address."""
        if not hasattr(self, "_action"):
            self._action: RiskAction = self.find(ROWS, pk=self.kwargs["pk"])
        return self._action

    def back(self) -> str:
        return self.subject.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"risk": self.subject.risk, "about": self.subject.description}


class ActionEdit(OfAction):
    """Change a planned action."""

    form_class = forms.ActionForm
    heading = gettext_lazy("Change the action")
    action = gettext_lazy("Save the action")

    def allowed(self) -> Verdict:
        return policies.can_edit(self.person, self.subject.risk)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.subject, name) for name in services.CHANGEABLE}

    def act(self, form: Any) -> str:
        services.action_change(self.subject, acting=self.person, **form.cleaned_data)
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
        upload = values.pop("file")
        # Kept before the transaction of the service: a file may be left over, never lost.
        kept = (files.store(self.agency, upload.name, upload, acting=self.person),) if upload else ()
        services.action_report(self.subject, acting=self.person, files=kept, **values)
        messages.success(self.request, _("Reported. Its effect is judged later by somebody else."))
        return self.back()


class ActionJudge(OfAction):
    """Judge whether an action worked."""

    form_class = forms.JudgeForm
    heading = gettext_lazy("Judge the effect of the action")
    action = gettext_lazy("Save the judgement")

    def allowed(self) -> Verdict:
        return policies.can_judge(self.person, self.subject)

    def page(self) -> dict[str, Any]:
        return super().page() | {
            "criterion": self.subject.criterion,
            "figure": figure_of(self.subject.target).get("text", ""),
        }

    def act(self, form: Any) -> str:
        values = dict(form.cleaned_data)
        effective = values.pop("verdict") == ActionJudgement.Verdict.EFFECTIVE
        figure = figure_of(self.subject.target)
        services.action_judge(self.subject, acting=self.person, effective=effective, figure=figure, **values)
        if not effective:
            messages.info(self.request, _("The action is open again with its new deadline."))
        return self.back()


class ActionCancel(OfAction):
    """Cancel an action with a reason."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Cancel the action")
    action = gettext_lazy("Cancel the action")

    def allowed(self) -> Verdict:
        return policies.can_edit(self.person, self.subject.risk)

    def act(self, form: Any) -> str:
        services.action_cancel(self.subject, acting=self.person, **form.cleaned_data)
        return self.subject.risk.get_absolute_url()


class EvidenceFile(PortalMixin, View):
    """The bytes of a file that is evidence."""

    policy = policies.insider

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        item = self.find(
            ActionEvidence.objects.exclude(file=None).select_related("file"), pk=self.kwargs["pk"]
        )
        stored = item.file
        content = files.read(stored)

        return FileResponse(
            io.BytesIO(content), as_attachment=True, filename=stored.name, content_type=stored.content_type
        )
