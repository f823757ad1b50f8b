"""Complaints, reported problems and suggestions: list, one of them, and every step."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback import conditions, forms, personal, policies, selectors, services
from feedback.models import Feedback
from feedback.views.base import AppForm, AppList, AppPage
from qms import clock
from qms.models import AuditEntry
from qms.policies import Verdict
from qms.views.base import ExportView

ROWS = Feedback.objects.select_related(
    "agency",
    "unit",
    "procedure",
    "dossier",
    "handler__unit",
    "recorded_by",
    "answer_by",
    "confirmed_by",
)
State = Feedback.State


class _Filtered:
    """What list and workbook share."""

    request: HttpRequest
    person: Any
    agency: Any

    @cached_property
    def form(self) -> forms.CaseFilter:
        """The filter of the address."""
        form = forms.CaseFilter(self.request.GET, agency=self.agency)
        form.is_valid()
        return form

    def cases(self) -> Any:
        """The rows the filter leaves."""
        return selectors.cases(self.person, getattr(self.form, "cleaned_data", {}))


class CaseList(_Filtered, AppList):
    """What citizens said, newest first; the counts on top are of the same filter."""

    template_name = "feedback/case_list.html"
    columns_sortable = {
        "code": "code",
        "received": "received_on",
        "deadline": "deadline",
        "unit": "unit__order",
    }

    def rows(self) -> Any:
        return self.cases()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        today = clock.today()
        counts = self.cases().order_by().aggregate(**conditions.aggregates(today))
        query = self.request.GET.copy()
        for name in ("show", "page"):
            query.pop(name, None)
        return context | {
            "rows": [(row, row.status_on(today)) for row in context["rows"]],
            "form": self.form,
            "figures": conditions.figures(counts),
            "base_query": query.urlencode(),
            "export_url": reverse("feedback:case-export"),
            "filtered": bool(self.request.GET),
            "today": today,
        }


class CaseExport(_Filtered, ExportView):
    """The filtered list as a workbook; nothing of the citizens stands in it."""

    policy = policies.insider
    filename = "phan-anh-kien-nghi.xlsx"

    def header(self) -> list[str]:
        return [
            _("Code"),
            _("Kind"),
            _("Channel"),
            _("Received on"),
            _("Subject"),
            _("Content"),
            _("Administrative procedure"),
            _("Unit"),
            _("Dossier code"),
            _("Handler"),
            _("To be answered by"),
            _("First deadline"),
            _("State"),
            _("Answered on"),
            _("Finding"),
            _("Answer"),
            _("Satisfaction with the answer"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        for row in self.cases().select_related("dossier"):
            yield (
                row.code,
                row.get_kind_display(),
                row.get_channel_display(),
                row.received_on,
                row.subject,
                row.content,
                row.procedure.name if row.procedure else "",
                row.unit.name if row.unit else "",
                row.dossier.code if row.dossier else "",
                row.handler.full_name if row.handler else "",
                row.deadline,
                row.first_deadline,
                row.get_state_display(),
                row.answered_on,
                row.get_finding_display(),
                row.answer,
                row.get_satisfaction_display(),
            )


class CaseDetail(AppPage):
    """One complaint or suggestion with its answer and trail."""

    template_name = "feedback/case_detail.html"

    @cached_property
    def case(self) -> Feedback:
        """The case of the address."""
        found: Feedback = self.find(ROWS, pk=self.kwargs["pk"])
        return found

    def page(self) -> dict[str, Any]:
        case, today = self.case, clock.today()
        return {
            "case": case,
            "status": case.status_on(today),
            "stages": stages(case),
            "citizen": personal.citizen_shown(case),
            "extensions": case.extensions.select_related("given_by"),
            "files": case.files.select_related("file", "added_by"),
            "may_see_files": policies.can_see_files(self.person, case),
            "may_edit": policies.can_edit(self.person, case),
            "may_steer": policies.can_steer(self.person, case),
            "may_extend": policies.can_extend(self.person, case),
            "may_answer": policies.can_answer(self.person, case),
            "may_confirm": policies.can_confirm(self.person, case),
            "may_ask": policies.can_ask(self.person, case),
            "may_see_citizen": policies.can_see_citizen(self.person, case),
            "trail": AuditEntry.objects.visible_to(self.person).filter(subject_id=str(case.pk))[:12],
            "today": today,
        }


class CitizenSee(CaseDetail):
    """The same page with the data of the citizen in full; every look is recorded."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it once; the address of the page does not keep it."""
        shown = services.citizen_reveal(self.case, acting=self.person)
        context = self.get_context_data(**kwargs) | {"citizen": shown, "in_full": True}
        response = self.render_to_response(context)
        response["Cache-Control"] = "no-store"
        return response


def stages(case: Feedback) -> list[dict[str, Any]]:
    """The stage rail of a case."""
    way = [
        (State.RECEIVED, _("Receipt"), case.received_on),
        (State.IN_PROGRESS, _("Handling"), None),
        (State.TO_CONFIRM, _("Confirmation of the answer"), None),
        (State.ANSWERED, _("Answered"), case.answered_on),
    ]
    names = [state for state, _label, _on in way]
    here = 1 if case.state == State.FORWARDED else names.index(State(case.state))
    if case.state == State.ANSWERED:
        here = len(way)
    return [
        {
            "label": label,
            "state": "done" if number < here else "current" if number == here else "",
            "when": f"{on:%d/%m/%Y}" if number < here and on else "",
        }
        for number, (_state, label, on) in enumerate(way)
    ]


class CaseCreate(AppForm):
    """Write down what a citizen said."""

    form_class = forms.CaseForm
    heading = gettext_lazy("New complaint or suggestion")
    action = gettext_lazy("Record it")

    def allowed(self) -> Verdict:
        return policies.can_record(self.person, self.agency)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        return {
            "received_on": clock.today(),
            "kind": Feedback.Kind.REPORT,
            "channel": Feedback.Channel.COUNTER,
        }

    def act(self, form: Any) -> str:
        case = services.feedback_record(self.agency, acting=self.person, **form.values)
        words = _("Recorded as %(code)s, to be answered by %(day)s.")
        messages.success(self.request, words % {"code": case.code, "day": f"{case.deadline:%d/%m/%Y}"})
        return case.get_absolute_url()


class OfCase(AppForm):
    """A form about one case."""

    @cached_property
    def case(self) -> Feedback:
        """The case of the address."""
        found: Feedback = self.find(ROWS, pk=self.kwargs["pk"])
        return found

    def back(self) -> str:
        return self.case.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.case)}


class CaseEdit(OfCase):
    """Correct what was written down."""

    form_class = forms.CaseForm
    heading = gettext_lazy("Correct the record")
    action = gettext_lazy("Save the record")

    def allowed(self) -> Verdict:
        return policies.can_edit(self.person, self.case)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        found = {name: getattr(self.case, name) for name in services.EDITABLE if name != "dossier"}
        return found | {"dossier_code": self.case.dossier.code if self.case.dossier else ""}

    def act(self, form: Any) -> str:
        services.feedback_edit(self.case, acting=self.person, **form.values)
        return self.back()


class CaseAssign(OfCase):
    """Name the handler."""

    form_class = forms.AssignForm
    heading = gettext_lazy("Who handles it?")
    action = gettext_lazy("Name the handler")

    def allowed(self) -> Verdict:
        return policies.can_steer(self.person, self.case)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        return {"handler": self.case.handler_id}

    def act(self, form: Any) -> str:
        handler = form.cleaned_data["handler"]
        services.feedback_assign(self.case, acting=self.person, handler=handler, unit=handler.unit)
        return self.back()


class CaseExtend(OfCase):
    """Put the deadline off."""

    form_class = forms.ExtendForm
    heading = gettext_lazy("Extend the deadline")
    action = gettext_lazy("Extend the deadline")

    def allowed(self) -> Verdict:
        return policies.can_extend(self.person, self.case)

    def act(self, form: Any) -> str:
        services.feedback_extend(self.case, acting=self.person, **form.cleaned_data)
        return self.back()


class AnswerSubmit(OfCase):
    """Draft the answer."""

    form_class = forms.AnswerForm
    heading = gettext_lazy("Answer to the citizen")
    action = gettext_lazy("Submit the answer")

    def allowed(self) -> Verdict:
        return policies.can_answer(self.person, self.case)

    def get_initial(self) -> dict[str, Any]:
        return {"answer": self.case.answer, "finding": self.case.finding}

    def act(self, form: Any) -> str:
        services.answer_submit(self.case, acting=self.person, **form.cleaned_data)
        messages.success(self.request, _("A leader confirms the answer next."))
        return self.back()


class AnswerConfirm(OfCase):
    """Confirm the answer."""

    guarded = False
    form_class = forms.ConfirmForm
    heading = gettext_lazy("Confirm the answer")
    action = gettext_lazy("Confirm the answer")

    def allowed(self) -> Verdict:
        return policies.can_confirm(self.person, self.case)

    def get_initial(self) -> dict[str, Any]:
        return {"answered_on": clock.today()}

    def page(self) -> dict[str, Any]:
        return super().page() | {"quote": self.case.answer}

    def act(self, form: Any) -> str:
        services.answer_confirm(self.case, acting=self.person, **form.cleaned_data)
        return self.back()


class AnswerReturn(OfCase):
    """Send the answer back."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Return the answer")
    action = gettext_lazy("Return the answer")

    def allowed(self) -> Verdict:
        return policies.can_confirm(self.person, self.case)

    def act(self, form: Any) -> str:
        services.answer_return(self.case, acting=self.person, **form.cleaned_data)
        return self.back()


class CaseForward(OfCase):
    """Pass it on to the competent agency."""

    form_class = forms.ForwardForm
    heading = gettext_lazy("Pass on to another agency")
    action = gettext_lazy("Pass it on")

    def allowed(self) -> Verdict:
        return policies.can_steer(self.person, self.case)

    def act(self, form: Any) -> str:
        services.feedback_forward(self.case, acting=self.person, **form.cleaned_data)
        return self.back()


class SatisfactionRecord(OfCase):
    """Keep what the citizen says to the answer."""

    form_class = forms.SatisfactionForm
    heading = gettext_lazy("Satisfaction with the answer")
    action = gettext_lazy("Save the satisfaction")

    def allowed(self) -> Verdict:
        return policies.can_ask(self.person, self.case)

    def get_initial(self) -> dict[str, Any]:
        return {"satisfaction": self.case.satisfaction, "note": self.case.satisfaction_note}

    def act(self, form: Any) -> str:
        services.satisfaction_record(self.case, acting=self.person, **form.cleaned_data)
        return self.back()
