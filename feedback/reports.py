"""The yearly report on satisfaction: its figures, its way to approval, its paper (9.1.2).

Three methods are never added up: surveys with five levels, ratings at the one-stop desk, and how
complaints were answered (domain D5).
"""

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from documents.content import Kind
from documents.models import Paper
from documents.services import paper_create
from dossiers import surveys
from dossiers.conditions import SATISFIED_FROM
from dossiers.models import Dossier, Survey
from feedback import policies, selectors, workflow
from feedback.models import SatisfactionReport
from qms import audit, clock
from qms.exceptions import Invalid, Problem
from qms.models import Agency, Person
from qms.policies import require
from qms.text import nfc
from qms.workflow import hold, locked, move

MOST_PROCEDURES = 10


def figures_of(agency: Agency, year: int) -> dict[str, Any]:
    """Everything the report of a year counts, as plain data with numerators and denominators."""
    start, end = dt.date(year, 1, 1), dt.date(year, 12, 31)
    rows = Survey.objects.filter(agency=agency, opens_on__year=year).exclude(state=Survey.State.DRAFT)
    return {
        "surveys": [_survey(one) for one in rows.order_by("opens_on")],
        "ratings": _ratings(agency, year),
        "ratings_before": _ratings(agency, year - 1),
        "cases": asdict(selectors.whole(agency, start, end)),
        "cases_before": asdict(selectors.whole(agency, dt.date(year - 1, 1, 1), dt.date(year - 1, 12, 31))),
        "by_kind": [
            {"kind": line.filter["kind"], **asdict(line.figures)}
            for line in selectors.analysis(agency, "kind", start, end)
        ],
        "by_unit": [
            {"label": _named(line, "unit"), **asdict(line.figures)}
            for line in selectors.analysis(agency, "unit", start, end)
        ],
        "by_procedure": [
            {"label": _named(line, "procedure"), **asdict(line.figures)}
            for line in selectors.analysis(agency, "procedure", start, end)[:MOST_PROCEDURES]
        ],
    }


def _named(line: selectors.Line, dimension: str) -> str:
    """The name of a unit or procedure; empty for cases that name none."""
    return "" if f"no_{dimension}" in line.filter else line.label


def _survey(survey: Survey) -> dict[str, Any]:
    results = surveys.results(survey)
    return {
        "id": str(survey.pk),
        "title": survey.title,
        "opens_on": survey.opens_on.isoformat(),
        "closes_on": survey.closes_on.isoformat(),
        "population": survey.population,
        "sample": surveys.sample_size(survey.population),
        "answers": results.whole.answers,
        "satisfied": results.whole.satisfied,
        "questions": [
            {"text": one.question.text, "answers": one.answers, "satisfied": one.satisfied}
            for one in results.questions
        ],
        "units": [
            {"label": unit.name if unit else "", "answers": share.answers, "satisfied": share.satisfied}
            for unit, share in results.by_unit
        ],
    }


def _ratings(agency: Agency, year: int) -> dict[str, int]:
    rows = Dossier.objects.filter(agency=agency, result_at__year=year, rating__isnull=False)
    counts = rows.aggregate(rated=Count("pk"), good=Count("pk", filter=Q(rating__gte=SATISFIED_FROM)))
    return {"rated": counts["rated"], "good": counts["good"]}


def report_draft(agency: Agency, *, year: int, acting: Person | None) -> SatisfactionReport:
    """Begin the report of a year with its figures of today. Raises Invalid when there is one already."""
    if not 2000 <= year <= clock.today().year:
        raise Invalid([Problem("year", _("Choose a year that has begun."))])
    with transaction.atomic():
        require(policies.can_draft_report(acting, agency))
        hold(agency)
        if SatisfactionReport.objects.filter(agency=agency, year=year).exists():
            raise Invalid([Problem("year", _("There is a report of this year already."))])
        report: SatisfactionReport = SatisfactionReport.objects.create(
            agency=agency,
            year=year,
            figures=figures_of(agency, year),
            figures_on=clock.today(),
            drafted_by=acting,
        )
        audit.record("feedback.report.drafted", report, {"year": (None, year)}, acting=acting)
    return report


def report_edit(
    report: SatisfactionReport, *, acting: Person | None, assessment: str, measures: str
) -> SatisfactionReport:
    """Write the assessment and what is to be improved."""
    with transaction.atomic(), locked(report) as report:
        require(policies.can_edit_report(acting, report))
        changes = audit.apply(report, assessment=nfc(assessment.strip()), measures=nfc(measures.strip()))
        if changes:
            audit.record("feedback.report.edited", report, changes, acting=acting)
    return report


def report_refresh(report: SatisfactionReport, *, acting: Person | None) -> SatisfactionReport:
    """Count the figures of a draft anew."""
    with transaction.atomic(), locked(report) as report:
        require(policies.can_edit_report(acting, report))
        audit.apply(report, figures=figures_of(report.agency, report.year), figures_on=clock.today())
        audit.record("feedback.report.refreshed", report, acting=acting)
    return report


def report_submit(report: SatisfactionReport, *, acting: Person | None) -> SatisfactionReport:
    """Send it to a leader; its figures stand still from here on."""
    with transaction.atomic(), locked(report) as report:
        require(policies.can_edit_report(acting, report))
        if not report.assessment:
            raise Invalid(_("Write the assessment first."))
        changes = move(report, workflow.REPORT["submit"], return_note="")
        if acting is not None:
            changes |= audit.apply(report, drafted_by=acting)
        audit.record("feedback.report.submitted", report, changes, acting=acting)
    return report


def report_return(report: SatisfactionReport, *, acting: Person | None, reason: str) -> SatisfactionReport:
    """Send it back, with what has to change."""
    if not reason.strip():
        raise Invalid([Problem("reason", _("Give the reason."))])
    with transaction.atomic(), locked(report) as report:
        require(policies.can_approve_report(acting, report))
        changes = move(report, workflow.REPORT["return"], return_note=nfc(reason.strip()))
        audit.record("feedback.report.returned", report, changes, acting=acting, note=reason)
    return report


def report_approve(report: SatisfactionReport, *, acting: Person | None) -> SatisfactionReport:
    """Approve it; who submitted it does not."""
    with transaction.atomic(), locked(report) as report:
        require(policies.can_approve_report(acting, report))
        changes = move(report, workflow.REPORT["approve"], approved_by=acting, approved_on=clock.today())
        audit.record("feedback.report.approved", report, changes, acting=acting)
    return report


def report_paper(report: SatisfactionReport, *, signer: Person | None, acting: Person | None) -> Paper:
    """Draft the official paper of an approved report. Raises Invalid when it is on its way already."""
    from feedback import papers

    with transaction.atomic(), locked(report) as report:
        require(policies.can_draft_report(acting, report))
        if report.state != SatisfactionReport.State.APPROVED:
            raise Invalid(_("A paper is made of an approved report."))
        there = papers.live(report.paper)
        if there is not None:
            raise Invalid(_("There is such a paper already: %(paper)s.") % {"paper": there.one_line})
        paper = paper_create(
            agency=report.agency,
            kind=Kind.REPORT,
            content=papers.content(report, signer),
            acting=acting,
            purpose=papers.REPORT,
            subject_key=str(report.pk),
            signer=signer,
        )
        changes = audit.apply(report, paper=paper)
        audit.record("feedback.report.paper_drafted", report, changes, acting=acting)
    return paper
