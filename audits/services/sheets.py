"""Records of audits on paper: the form of a nonconformity, the whole file of an audit as one PDF.

Both are printed from the records as they stand, in Vietnamese, through the renderer of official papers (PDF/A
with tags). Signed papers are named with their fingerprint and never rewritten into another file.
"""

from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from audits.models import AnswerEvidence, Audit, CauseAnalysis, CauseCategory, Finding, Nonconformity
from audits.selectors import cases as reading
from audits.selectors import lists
from audits.services.case_columns import past_words
from documents.models import PaperFile
from documents.rendering.render import sheet_render
from qms import clock


def case_sheet(case: Nonconformity) -> bytes:
    """The form of a nonconformity and its corrective actions; `case` as `case_detail` fetched it."""
    title = f"Phiếu không phù hợp {case.code}"
    return _render("pdf/audits/nonconformity.html", case_parts(case) | {"agency": case.agency}, title)


def audit_sheet(audit: Audit) -> bytes:
    """Plan, meetings, findings, every checklist and every nonconformity of an audit in one PDF."""
    sessions = list(lists.sessions_of(audit.sessions.all()))
    sheets = [session for session in sessions if getattr(session, "checklist", None)]
    for session in sheets:
        session.questions = lists.items_of(session)
    found = audit.findings.select_related("unit", "clause").order_by("code")
    cases = reading.whole_cases(Nonconformity.objects.filter(finding__audit=audit)).order_by("code")
    context = {
        "agency": audit.agency,
        "audit": audit,
        "members": audit.members.select_related("person__unit"),
        "sessions": sessions,
        "sheets": sheets,
        "meetings": audit.meetings.order_by("held_at"),
        "findings": found.exclude(state=Finding.State.WITHDRAWN),
        "cases": [case_parts(case) for case in cases],
        "files": list(_files(audit)),
    }
    return _render("pdf/audits/audit.html", context, f"Hồ sơ đánh giá {audit.code}")


def case_parts(case: Nonconformity) -> dict[str, Any]:
    """What the form shows of a case, round by round."""
    actions = sorted(case.actions.all(), key=lambda one: (one.round, one.deadline))
    corrective = [one for one in actions if not one.is_correction]
    analyses = [(one, _bones(one)) for one in sorted(case.analyses.all(), key=lambda one: one.round)]
    return {
        "case": case,
        "past": past_words(case),
        "corrections": [one for one in actions if one.is_correction],
        "rounds": [(number, list(rows)) for number, rows in groupby(corrective, key=lambda one: one.round)],
        "analyses": analyses,
        "similar": list(case.similar_cases.all()),
        "checks": sorted(case.checks.all(), key=lambda one: one.round),
        "proofs": list(case.proofs.all()),
    }


def _bones(analysis: CauseAnalysis) -> list[tuple[str, list[str]]]:
    if analysis.method != CauseAnalysis.Method.FISHBONE:
        return []
    found: list[tuple[str, list[str]]] = []
    with override("vi"):
        for category, label in CauseCategory.choices:
            texts = [item["text"] for item in analysis.items if item.get("category") == category]
            if texts:
                found.append((str(label), texts))
    return found


def _files(audit: Audit) -> Any:
    papers = [paper.pk for paper in (audit.decision, audit.plan, audit.report) if paper is not None]
    for one in PaperFile.objects.filter(paper__in=papers).select_related("file").order_by("created_at"):
        yield one.file.name, one.file.sha256
    rows = AnswerEvidence.objects.filter(item__checklist__session__audit=audit).select_related("file")
    for row in rows.order_by("created_at"):
        yield row.file.name, row.file.sha256


def _render(template: str, context: dict[str, Any], title: str) -> bytes:
    with override("vi"):
        html = render_to_string(template, context | {"printed_at": clock.now(), "title": title})
    styles = (Path(settings.BASE_DIR) / "static" / "css" / "form.css").read_text(encoding="utf-8")
    return sheet_render(html, styles, title=title, author=context["agency"].name)
