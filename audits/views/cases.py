"""The list of nonconformities, the page of one, recording a new one, evidence."""

import io
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from audits import policies_improvement as policies
from audits.drawing import fishbone
from audits.forms import cases as forms
from audits.forms.case_filters import CaseFilter
from audits.models import CaseEvidence, CauseAnalysis, Finding, Nonconformity
from audits.nextstep import STATE_CHIPS, next_step, stages, verdict_chip
from audits.selectors import cases as reading
from audits.services import case_columns
from audits.services import nonconformities as services
from audits.services.plan import check_of
from dossiers.models import Dossier
from qms import clock, files, registry
from qms.models import AuditEntry, Person
from qms.views.base import ExportView, FormPage, ListPage, PageView, PortalMixin
from risks.models import Risk
from risks.services.suggestions import clause_near

ORIGINS = {
    "dossier": Nonconformity.Origin.DOSSIER,
    "objective": Nonconformity.Origin.OBJECTIVE,
    "risk": Nonconformity.Origin.RISK,
    "finding": Nonconformity.Origin.AUDIT,
    "audit": Nonconformity.Origin.AUDIT,
    "complaint": Nonconformity.Origin.COMPLAINT,
    "review": Nonconformity.Origin.REVIEW,
}
"""Where a case comes from, by the origin its source record names."""


def tabs_for(person: Person, current: str) -> list[dict[str, Any]]:
    """The tabs above the pages of nonconformities."""
    entries = [
        ("list", _("Register"), "audits:nc-list"),
        ("actions", _("Open actions"), "audits:nc-actions"),
        ("board", _("Causes and figures"), "audits:nc-board"),
        ("improvements", _("Improvements"), "audits:improvement-list"),
    ]
    return [
        {"label": label, "url": reverse(name), "current": key == current, "count": None}
        for key, label, name in entries
    ]


class InCases:
    """What every page of nonconformities shares: tabs and who may come in."""

    policy: ClassVar[Any] = policies.insider
    tab = "list"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page with its tabs."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        shared = {"tabs": tabs_for(self.person, self.tab), "tabs_name": _("Parts of nonconformities")}  # type: ignore[attr-defined]
        return shared | {"today": clock.today()} | context


class CaseForm(InCases, FormPage):
    """A form of nonconformities: `heading`, `action` (verb and object on the button), `back`."""

    template_name = "audits/nc/form.html"
    heading: Any = ""
    action: Any = ""

    def back(self) -> str:
        """Where “Not yet” leads."""
        return reverse("audits:nc-list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form with its words."""
        words = {"heading": self.heading, "action": self.action, "back": self.back()}
        return words | super().get_context_data(**kwargs)


class CaseList(InCases, ListPage):
    """Every nonconformity, filterable."""

    template_name = "audits/nc/list.html"
    columns_sortable = {
        "code": "code",
        "unit": "unit__order",
        "detected": "detected_on",
        "due": "due_on",
        "state": "state",
    }

    def rows(self) -> Any:
        self.form = CaseFilter(self.request.GET, agency=self.agency)
        self.form.is_valid()
        return reading.case_list(self.person, getattr(self.form, "cleaned_data", {}))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        shown = list(context["rows"])
        today = clock.today()
        for case in shown:
            case.chip = STATE_CHIPS[case.state]
            case.late = case.is_late(today)
            case.days = case.age(today)
        return context | {
            "rows": shown,
            "form": self.form,
            "export_url": reverse("audits:nc-export"),
            "may_import": bool(policies.secretariat(self.person)),
        }


class CaseExport(ExportView):
    """The filtered list as a workbook."""

    policy = policies.insider
    filename = "khong-phu-hop.xlsx"

    def header(self) -> list[str]:
        return case_columns.titles()

    def lines(self) -> Iterable[Sequence[Any]]:
        form = CaseFilter(self.request.GET, agency=self.agency)
        form.is_valid()
        return case_columns.lines(reading.case_list(self.person, getattr(form, "cleaned_data", {})))


class CaseDetail(InCases, PageView):
    """One case as one readable file, the next step first."""

    template_name = "audits/nc/detail.html"

    def page(self) -> dict[str, Any]:
        case = self.find(reading.case_detail(self.person), pk=self.kwargs["pk"])
        today = clock.today()
        me = self.person
        check = check_of(case)
        said = reading.words_on_actions(case, me)
        actions = [_action_row(action, me, case, today, said) for action in case.actions.all()]
        analyses = list(case.analyses.all())
        trail = AuditEntry.objects.visible_to(me).filter(subject_id__in=_subjects(case))
        living = not case.is_ended
        return {
            "case": case,
            "past": case_columns.past_words(case),
            "chip": STATE_CHIPS[case.state],
            "late": case.is_late(today),
            "stages": stages(case),
            "step": next_step(case, me, today),
            "check": check,
            "check_chip": verdict_chip(check) if check else "",
            "old_checks": [one for one in case.checks.all() if one is not check],
            "corrections": [row for row in actions if row["action"].is_correction],
            "actions": [
                row
                for row in actions
                if not row["action"].is_correction and row["action"].round == case.round
            ],
            "old_actions": [
                row
                for row in actions
                if not row["action"].is_correction and row["action"].round != case.round
            ],
            "analysis": next((one for one in analyses if one.round == case.round), None),
            "old_analyses": [
                {"one": one, "fish": _drawing(case, one)} for one in analyses if one.round != case.round
            ],
            "fish": next((_drawing(case, one) for one in analyses if one.round == case.round), None),
            "similar": [
                {"row": row, "may": policies.can_answer(me, row)} for row in case.similar_cases.all()
            ],
            "proofs": [_proof(one) for one in case.proofs.all() if not (one.action_id or one.check_of_id)],
            "check_proofs": [_proof(item) for item in case.proofs.all() if item.check_of_id],
            "planning": case.state in Nonconformity.PLANNING,
            "correctable": case.state in {"open", *Nonconformity.PLANNING},
            "decidable": case.state in {"in_progress", "checking", "to_close"},
            "returnable": case.state in {"submitted", "in_progress"},
            "may_describe": living and policies.can_describe(me, case),
            "may_grade": living and policies.can_grade(me, case),
            "may_handle": living and policies.can_handle(me, case),
            "may_waive": case.state == "open" and policies.can_waive(me, case),
            "may_approve": policies.can_approve(me, case),
            "may_choose_verifier": case.state in {"in_progress", "checking"}
            and policies.can_choose_verifier(me, case),
            "may_reopen": case.state in {"to_close", "closed"} and policies.can_reopen(me, case),
            "may_cancel": case.state in CANCELLABLE and policies.can_cancel(me, case),
            "trail": trail.order_by("-at", "-id")[:30],
        }


CANCELLABLE = {"open", "analysis", "reopened", "submitted", "in_progress"}


def _subjects(case: Nonconformity) -> list[str]:
    parts = [*case.actions.all(), *case.checks.all()]
    return [str(case.pk), *(str(part.pk) for part in parts)]


def _proof(item: CaseEvidence) -> dict[str, Any]:
    url = reverse("audits:nc-evidence", args=[item.pk]) if item.file_id else ""
    return {
        "name": str(item),
        "url": url,
        "size": item.file.size if item.file else None,
        "at": item.created_at,
    }


def _action_row(
    action: Any, person: Person, case: Nonconformity, today: Any, said: dict[Any, list[AuditEntry]]
) -> dict[str, Any]:
    to_do = action.state == action.State.OPEN
    started = action.is_correction or case.state == Nonconformity.State.IN_PROGRESS
    asked = next((one for one in action.extensions.all() if one.state == one.State.ASKED), None)
    return {
        "action": action,
        "said": said.get(action.pk, []),
        "status": action.status_on(today) if started or not to_do else "not_due",
        "to_do": to_do,
        "proofs": [_proof(item) for item in case.proofs.all() if item.action_id == action.pk],
        "may_report": to_do and started and not case.is_ended and policies.can_report(person, action),
        "may_extend": to_do
        and asked is None
        and not case.is_ended
        and started
        and policies.can_report(person, action),
        "extensions": action.extensions.all(),
        "may_decide": asked and policies.can_decide_extension(person, asked),
    }


def _drawing(case: Nonconformity, analysis: CauseAnalysis) -> Any:
    if analysis.method == CauseAnalysis.Method.FISHBONE:
        return fishbone(case.title, analysis.items)
    return None


class CaseCreate(CaseForm):
    """Record a nonconformity; the record the address names fills the form."""

    form_class = forms.CaseForm
    heading = gettext_lazy("Open a nonconformity")
    action = gettext_lazy("Open the nonconformity")

    @cached_property
    def source(self) -> Any:
        """The record it comes from and what it says, when the address names one."""
        return registry.source_find(self.person, self.request.GET.get("source", ""))

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        found: dict[str, Any] = {"detected_on": clock.today(), "unit": self.person.unit_id}
        found["origin"] = Nonconformity.Origin.REPORT
        if self.source is None:
            return found
        record, facts = self.source
        found |= {
            "title": facts.title[:300],
            "unit": facts.unit.pk if facts.unit else self.person.unit_id,
            "origin": ORIGINS.get(facts.origin, Nonconformity.Origin.REPORT),
            "process": facts.process,
            "requirement": facts.requirement,
            "evidence": facts.evidence,
            "clause": clause_near(facts.clause) if facts.clause else None,
        }
        if isinstance(record, Dossier):
            found["procedure"] = record.procedure_id
        if isinstance(record, Finding):
            found |= {"grade": record.grade, "description": record.description, "clause": record.clause_id}
        return found

    def page(self) -> dict[str, Any]:
        if self.source is None:
            return {}
        record, facts = self.source
        there = Nonconformity.objects.visible_to(self.person).filter(
            source_kind=record._meta.label_lower, source_id=record.pk
        )
        return {"source": facts, "there": there.exclude(state=Nonconformity.State.CANCELLED)[:5]}

    def act(self, form: Any) -> str:
        values = dict(form.cleaned_data)
        if self.source is not None:
            record, facts = self.source
            label = f"{facts.name}: {facts.title}"
            values["source"] = (record._meta.label_lower, record.pk, label, facts.url)
            values["finding"] = record if isinstance(record, Finding) else None
            if isinstance(record, Risk):
                values["origin"] = Nonconformity.Origin.RISK
        case = services.nonconformity_open(self.agency, acting=self.person, **values)
        messages.success(self.request, _("Opened as %(code)s.") % {"code": case.code})
        return case.get_absolute_url()


class EvidenceFile(PortalMixin, View):
    """The bytes of a file that is evidence."""

    policy = policies.insider

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = CaseEvidence.objects.exclude(file=None).select_related("file")
        stored = self.find(rows, pk=self.kwargs["pk"]).file
        content = io.BytesIO(files.read(stored))
        return FileResponse(
            content, as_attachment=True, filename=stored.name, content_type=stored.content_type
        )
