"""Decisions of a review: changed, carried out, given up, and the files that show it."""

import io
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.views.generic import View

from audits import policies_improvement as policies
from audits.forms import reviews as forms
from audits.forms.cases import ReasonForm
from audits.models import ReviewDecision
from audits.services import reviews as services
from audits.views.reviews import ReviewFormPage
from qms import clock, files
from qms.policies import Verdict
from qms.views.base import ActionView, PortalMixin


class _OfDecision(ReviewFormPage):
    @cached_property
    def decision(self) -> ReviewDecision:
        """The decision of the address."""
        rows = ReviewDecision.objects.select_related("review__secretary", "review__agency", "owner")
        found: ReviewDecision = self.find(rows, pk=self.kwargs["pk"])
        return found

    def back(self) -> str:
        return self.decision.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"review": self.decision.review, "about": self.decision.text}


class DecisionEdit(_OfDecision):
    """Change a decision before the conclusion."""

    form_class = forms.DecisionForm
    heading = gettext_lazy("Change the decision")
    action = gettext_lazy("Save the decision")

    def allowed(self) -> Verdict:
        return policies.can_minute(self.person, self.decision.review)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.decision, name) for name in services.DECIDABLE}

    def act(self, form: Any) -> str:
        services.decision_change(self.decision, acting=self.person, **form.cleaned_data)
        return self.back()


class DecisionReport(_OfDecision):
    """Report a decision carried out."""

    guarded = False
    form_class = forms.DecisionReportForm
    heading = gettext_lazy("Report the decision carried out")
    action = gettext_lazy("Report the decision carried out")

    def allowed(self) -> Verdict:
        return policies.can_report_decision(self.person, self.decision)

    def get_initial(self) -> dict[str, Any]:
        return {"done_on": clock.today()}

    def act(self, form: Any) -> str:
        values = dict(form.cleaned_data)
        upload = values.pop("file")
        # Kept before the transaction of the service: a file may be left over, never lost.
        file = files.store(self.agency, upload.name, upload, acting=self.person) if upload else None
        services.decision_report(self.decision, acting=self.person, file=file, **values)
        return self.back()


class DecisionCancel(_OfDecision):
    """Give a decision up."""

    form_class = ReasonForm
    heading = gettext_lazy("Cancel the decision")
    action = gettext_lazy("Cancel the decision")

    def allowed(self) -> Verdict:
        return policies.can_cancel_decision(self.person, self.decision)

    def act(self, form: Any) -> str:
        services.decision_cancel(self.decision, acting=self.person, **form.cleaned_data)
        return self.back()


class DecisionRemove(ActionView):
    """Take a decision out again."""

    policy = policies.insider

    def act(self) -> str:
        rows = ReviewDecision.objects.select_related("review__secretary", "review__agency")
        decision = self.find(rows, pk=self.kwargs["pk"])
        services.decision_remove(decision, acting=self.person)
        return str(decision.review.get_absolute_url())


class DecisionFile(PortalMixin, View):
    """The bytes of the file that shows a decision was carried out."""

    policy = policies.insider

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = ReviewDecision.objects.exclude(file=None).select_related("file")
        stored = self.find(rows, pk=self.kwargs["pk"]).file
        content = io.BytesIO(files.read(stored))
        return FileResponse(
            content, as_attachment=True, filename=stored.name, content_type=stored.content_type
        )
