"""Findings: list, page, answer of the unit, decision."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import policies
from audits.forms import findings as forms
from audits.forms.programme import ReasonForm
from audits.models import Finding
from audits.selectors import lists
from audits.services import findings as services
from audits.views.audits import OfAudit
from audits.views.base import GRADE_TONES, AuditsForm, AuditsList, AuditsPage, state_tone
from qms.models import AuditEntry
from qms.models.base import uuid7
from qms.policies import Verdict
from qms.views.base import ExportView

ROWS = Finding.objects.select_related(
    "unit", "clause", "audit", "raised_by", "answered_by", "decided_by", "item__checklist__session"
)
State = Finding.State


class FindingList(AuditsList):
    """Findings of the agency, filterable."""

    template_name = "audits/finding_list.html"
    tab = "findings"
    columns_sortable = {"code": "code", "grade": "grade", "unit": "unit__order", "day": "raised_at"}

    def rows(self) -> Any:
        self.form = forms.FindingFilter(self.request.GET, agency=self.agency)
        self.form.is_valid()
        return lists.finding_list(self.person, getattr(self.form, "cleaned_data", {}))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = [(row, GRADE_TONES[row.grade], state_tone(row)) for row in context["rows"]]
        return context | {
            "rows": rows,
            "form": self.form,
            "export_url": reverse("audits:finding-export"),
        }


class FindingExport(ExportView):
    """The filtered list as a workbook."""

    policy = policies.insider
    filename = "phat-hien-danh-gia.xlsx"

    def header(self) -> list[str]:
        return [
            _("Code"), _("Audit"), _("Grade"), _("Treated as"), _("State"), _("Unit"),
            _("Process or procedure"), _("Clause of the standard"), _("Finding"), _("Requirement"),
            _("Objective evidence"), _("Raised by"), _("Raised at"), _("Words of the unit"),
            _("Reason of the decision"),
        ]  # fmt: skip

    def lines(self) -> Iterable[Sequence[Any]]:
        form = forms.FindingFilter(self.request.GET, agency=self.agency)
        form.is_valid()
        for row in lists.finding_list(self.person, getattr(form, "cleaned_data", {})):
            yield (
                row.code,
                row.audit.code,
                row.get_grade_display(),
                Finding.Grade(row.grade).label,
                row.get_state_display(),
                row.unit.name,
                row.process,
                row.clause.code if row.clause else "",
                row.description,
                row.requirement,
                row.evidence,
                str(row.raised_by or ""),
                row.raised_at,
                row.answer_note,
                row.decision_note,
            )


class FindingDetail(AuditsPage):
    """One finding with its evidence and its way."""

    template_name = "audits/finding_detail.html"
    tab = "findings"

    def page(self) -> dict[str, Any]:
        finding = self.find(ROWS, pk=self.kwargs["pk"])
        entries = AuditEntry.objects.visible_to(self.person).filter(subject_id=str(finding.pk))[:12]
        evidence = finding.item.evidence.select_related("file", "added_by") if finding.item else []
        cases = list(finding.nonconformities.order_by("created_at"))
        waits = finding.state == State.RAISED and finding.grade != Finding.Grade.STRENGTH
        return {
            "finding": finding,
            "grade_tone": GRADE_TONES[finding.grade],
            "treated_as": Finding.Grade(finding.grade).label if finding.own_grade else "",
            "tone": state_tone(finding),
            "evidence": [
                {
                    "name": row.caption or row.file.name,
                    "url": reverse("audits:answer-evidence", args=[row.pk]),
                    "size": row.file.size,
                    "sha256": row.file.sha256,
                    "by": row.added_by,
                    "created_at": row.created_at,
                }
                for row in evidence
            ],
            "waits": waits,
            "settled": finding.state in {State.ACKNOWLEDGED, State.UPHELD} and not cases,
            "cases": cases,
            "may_respond": policies.can_respond(self.person, finding),
            "may_decide": policies.can_decide_finding(self.person, finding),
            "decidable": finding.state == State.DISPUTED or waits,
            "may_take_back": policies.can_take_back(self.person, finding),
            "trail": entries,
        }


class FindingAdd(OfAudit):
    """Raise a finding that comes from no question."""

    form_class = forms.FindingForm
    heading = gettext_lazy("Raise a finding")
    action = gettext_lazy("Raise the finding")

    def allowed(self) -> Verdict:
        return policies.can_raise(self.person, self.audit)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency, "audit": self.audit}

    def act(self, form: Any) -> str:
        made = services.finding_raise(self.audit, acting=self.person, key=str(uuid7()), **form.cleaned_data)
        return made.get_absolute_url()


class OfFinding(AuditsForm):
    """A form about one finding."""

    tab = "findings"

    @property
    def finding(self) -> Finding:
        """The finding of the address."""
        if not hasattr(self, "_finding"):
            self._finding: Finding = self.find(ROWS, pk=self.kwargs["pk"])
        return self._finding

    def back(self) -> str:
        return self.finding.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.finding)}


class FindingAcknowledge(OfFinding):
    """Accept the finding."""

    form_class = forms.AcknowledgeForm
    heading = gettext_lazy("Acknowledge the finding")
    action = gettext_lazy("Acknowledge the finding")

    def allowed(self) -> Verdict:
        return policies.can_respond(self.person, self.finding)

    def act(self, form: Any) -> str:
        services.finding_acknowledge(self.finding, acting=self.person, **form.cleaned_data)
        return self.back()


class FindingDispute(OfFinding):
    """Dispute the finding."""

    form_class = ReasonForm
    heading = gettext_lazy("Dispute the finding")
    action = gettext_lazy("Dispute the finding")

    def allowed(self) -> Verdict:
        return policies.can_respond(self.person, self.finding)

    def act(self, form: Any) -> str:
        services.finding_dispute(self.finding, acting=self.person, **form.cleaned_data)
        return self.back()


class FindingDecide(OfFinding):
    """Decide on the finding."""

    form_class = forms.DecideForm
    heading = gettext_lazy("Decide on the finding")
    action = gettext_lazy("Save the decision")

    def allowed(self) -> Verdict:
        return policies.can_decide_finding(self.person, self.finding)

    def act(self, form: Any) -> str:
        services.finding_decide(self.finding, acting=self.person, **form.cleaned_data)
        return self.back()


class FindingTakeBack(OfFinding):
    """Take a finding back before the unit answered."""

    form_class = ReasonForm
    heading = gettext_lazy("Take the finding back")
    action = gettext_lazy("Take the finding back")

    def allowed(self) -> Verdict:
        return policies.can_take_back(self.person, self.finding)

    def act(self, form: Any) -> str:
        services.finding_take_back(self.finding, acting=self.person, **form.cleaned_data)
        return self.back()
