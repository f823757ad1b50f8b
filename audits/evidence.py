"""What of audits is evidence: programme, audits, reports (9.2), cases (8.7, 10.2), reviews (9.3)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audits.models import (
    AnswerEvidence,
    Audit,
    AuditorCompetence,
    AuditProgramme,
    CaseEvidence,
    CorrectiveAction,
    ManagementReview,
    Nonconformity,
    ReviewDecision,
)
from audits.policies import insider
from documents.evidence import paper_files
from qms import registry
from qms.models import Agency, StoredFile
from qms.policies import signed_in

IMPROPER = (Nonconformity.Origin.OUTPUT, Nonconformity.Origin.DOSSIER, Nonconformity.Origin.COMPLAINT)


def programmes(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Audit programmes that had been approved."""
    rows = AuditProgramme.objects.filter(agency=agency, approved_at__lt=registry.day_after(on))

    def make(one: AuditProgramme) -> registry.Evidence:
        assert one.approved_at is not None
        day = timezone.localdate(one.approved_at)
        return registry.Evidence(str(one), one.get_absolute_url(), day, "approved")

    return registry.EvidenceFound.of(rows.order_by("-approved_at"), make)


def held_audits(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Audits that had begun."""
    rows = Audit.objects.filter(agency=agency, started_at__lt=registry.day_after(on)).exclude(
        state=Audit.State.CANCELLED
    )

    def make(one: Audit) -> registry.Evidence:
        assert one.started_at is not None
        over = one.finished_at is not None and timezone.localdate(one.finished_at) <= on
        day = one.finished_at if over and one.finished_at else one.started_at
        state = "done" if over else "in_progress"
        return registry.Evidence(str(one), one.get_absolute_url(), timezone.localdate(day), state)

    return registry.EvidenceFound.of(rows.order_by("-started_at"), make)


def reports(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Audits that had been reported, by the paper when there is one."""
    rows = Audit.objects.filter(agency=agency, reported_at__lt=registry.day_after(on)).exclude(
        state=Audit.State.CANCELLED
    )

    def make(one: Audit) -> registry.Evidence:
        assert one.reported_at is not None
        day = timezone.localdate(one.reported_at)
        issued = one.report is not None and one.report.issued_on is not None and one.report.issued_on <= on
        title = str(one.report) if issued else str(one)
        state = "issued" if issued else "done"
        return registry.Evidence(title, one.get_absolute_url(), day, state)

    return registry.EvidenceFound.of(rows.select_related("report").order_by("-reported_at"), make)


def competences(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """What auditors have learnt; a certificate with an end is old after it."""
    rows = AuditorCompetence.objects.filter(agency=agency, obtained_on__lte=on).select_related("person")

    def make(one: AuditorCompetence) -> registry.Evidence:
        return registry.Evidence(
            str(one),
            reverse("person-detail", args=[one.person_id]),
            one.obtained_on,
            "valid" if one.valid_to is None or on <= one.valid_to else "obsolete",
            valid_until=one.valid_to,
            stands=True,
        )

    return registry.EvidenceFound.of(rows.order_by("-obtained_on", "-created_at"), make)


def _case(one: Nonconformity, on: dt.date) -> registry.Evidence:
    over = one.closed_on is not None and one.closed_on <= on
    day = one.closed_on if over and one.closed_on else one.detected_on
    return registry.Evidence(str(one), one.get_absolute_url(), day, "closed" if over else "open")


def cases(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Nonconformities that had been found."""
    rows = Nonconformity.objects.filter(agency=agency, detected_on__lte=on).exclude(
        state=Nonconformity.State.CANCELLED
    )
    return registry.EvidenceFound.of(rows.order_by("-detected_on", "-code"), lambda one: _case(one, on))


def improper_outputs(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Nonconforming outputs: wrong results, dossiers handled wrongly or late, complaints."""
    rows = Nonconformity.objects.filter(agency=agency, detected_on__lte=on, origin__in=IMPROPER).exclude(
        state=Nonconformity.State.CANCELLED
    )
    return registry.EvidenceFound.of(rows.order_by("-detected_on", "-code"), lambda one: _case(one, on))


def actions(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Corrections and corrective actions that had been carried out."""
    rows = CorrectiveAction.objects.filter(agency=agency, state=CorrectiveAction.State.DONE, done_on__lte=on)
    return registry.EvidenceFound.of(
        rows.select_related("nonconformity").order_by("-done_on", "-created_at"),
        lambda one: registry.Evidence(
            f"{one.nonconformity.code}: {one}", one.get_absolute_url(), one.done_on, "done"
        ),
    )


def reviews(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Management reviews that had been held."""
    rows = ManagementReview.objects.filter(agency=agency, held_on__lte=on).exclude(
        state=ManagementReview.State.CANCELLED
    )

    def make(one: ManagementReview) -> registry.Evidence:
        assert one.held_on is not None
        over = one.concluded_at is not None and timezone.localdate(one.concluded_at) <= on
        word = _("Concluded") if over else _("Held")
        return registry.Evidence(
            str(one), one.get_absolute_url(), one.held_on, "done" if over else "in_progress", word
        )

    return registry.EvidenceFound.of(rows.order_by("-held_on"), make)


def _decisions(agency: Agency, on: dt.date, **narrowed: str) -> registry.EvidenceFound:
    rows = (
        ReviewDecision.objects.filter(agency=agency, review__held_on__lte=on, **narrowed)
        .exclude(state=ReviewDecision.State.CANCELLED)
        .exclude(review__state=ManagementReview.State.CANCELLED)
        .select_related("review")
    )

    def make(one: ReviewDecision) -> registry.Evidence:
        over = one.done_on is not None and one.done_on <= on
        day = one.done_on if over and one.done_on else one.review.held_on
        assert day is not None
        return registry.Evidence(str(one), one.get_absolute_url(), day, "done" if over else "in_progress")

    return registry.EvidenceFound.of(rows.order_by("-review__held_on", "-created_at"), make)


def decisions(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """What management reviews decided."""
    return _decisions(agency, on)


def improvements(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Improvements that management reviews decided."""
    return _decisions(agency, on, kind=ReviewDecision.Kind.IMPROVEMENT)


def _report_files(one: Audit, on: dt.date) -> list[StoredFile]:
    return paper_files(one.report, on)


def _audit_files(one: Audit, on: dt.date) -> list[StoredFile]:
    """What was attached to the answers of an audit by the day."""
    rows = AnswerEvidence.objects.filter(
        item__checklist__session__audit=one, created_at__lt=registry.day_after(on)
    ).select_related("file")
    return [row.file for row in rows]


def _case_files(one: Nonconformity, on: dt.date) -> list[StoredFile]:
    """What was attached to a case, its actions and checks by the day."""
    rows = CaseEvidence.objects.filter(
        nonconformity=one, file__isnull=False, created_at__lt=registry.day_after(on)
    ).select_related("file")
    return [row.file for row in rows if row.file is not None]


def _review_files(one: ManagementReview, on: dt.date) -> list[StoredFile]:
    """Minutes and notice of a review, and what shows that its decisions were carried out."""
    done = one.decisions.filter(file__isnull=False, done_on__lte=on).select_related("file")
    return [
        *paper_files(one.minutes, on),
        *paper_files(one.notice, on),
        *(row.file for row in done if row.file),
    ]


FILES: dict[str, Callable[[Any, dt.date], list[StoredFile]]] = {
    "audits": _audit_files,
    "audit_reports": _report_files,
    "improper_outputs": _case_files,
    "nonconformities": _case_files,
    "management_reviews": _review_files,
}
"""Files a kind of record brings into an audit pack."""


def register() -> None:
    """Tell the registry."""
    for key, label, clauses, find in (
        ("audit_programmes", _("Audit programmes"), ("9.2.2",), programmes),
        ("audits", _("Internal audits"), ("9.2.1",), held_audits),
        ("audit_reports", _("Audit reports"), ("9.2.2",), reports),
        ("auditors", _("Competence of auditors"), ("7.2",), competences),
        ("improper_outputs", _("Nonconforming outputs"), ("8.7",), improper_outputs),
        ("nonconformities", _("Nonconformities"), ("10.2",), cases),
        ("corrective_actions", _("Actions carried out"), ("10.2",), actions),
        ("management_reviews", _("Management reviews"), ("9.3.1", "9.3.2"), reviews),
        ("review_decisions", _("Decisions of management reviews"), ("9.3.3",), decisions),
        ("improvements", _("Improvements decided"), ("10.1", "10.3"), improvements),
    ):
        policy = signed_in if key == "auditors" else insider
        provider = registry.EvidenceProvider(key, label, clauses, find, policy, FILES.get(key))
        registry.evidence.add(provider)
