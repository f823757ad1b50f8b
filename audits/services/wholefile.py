"""The whole file of one audit, made by the worker: a ZIP with manifest and hashes, or one PDF.

The ZIP holds the records, checklists, every answer given, findings, nonconformities with their forms, trail,
evidence and papers; its `manifest.json` names the SHA-256 of each.
"""

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from audits import policies
from audits.models import AnswerEvidence, AnswerRecord, Audit, CaseEvidence, ChecklistItem, Nonconformity
from audits.selectors.cases import whole_cases
from audits.services.sheets import audit_sheet, case_sheet
from documents.models import PaperFile
from qms import audit as trail
from qms import clock, files, jobs, sheets
from qms.models import AuditEntry, Job, Person, StoredFile
from qms.policies import require

JOB = "audits.whole_file"
FORMS = {"zip": "application/zip", "pdf": "application/pdf"}
Progress = Callable[[int, int], None]


def audit_file_start(audit: Audit, *, form: str, acting: Person) -> Job:
    """Let the worker make the whole file in a form of FORMS; asked twice while it works, it is made once."""
    require(policies.can_read(acting, audit))
    params = {"audit": str(audit.pk), "form": form}
    with transaction.atomic():
        label = f"Hồ sơ đánh giá {audit.code} ({form.upper()})"
        key = f"{audit.pk}:{form}:{acting.pk}"
        return jobs.enqueue(
            JOB, agency=audit.agency, params=params, acting=acting, label=label, unique_key=key
        )


@jobs.job_kind(JOB, label=gettext_lazy("Whole file of an audit"))
def audit_file_run(context: jobs.JobContext) -> None:
    """Make the file and keep it for whoever asked; its address is in the result."""
    form = str(context.params["form"])
    audit = Audit.objects.select_related("agency", "programme", "decision", "plan", "report").get(
        agency=context.agency, pk=context.params["audit"]
    )
    phase = gettext_lazy("Parts of the file")
    if form == "pdf":
        context.progress(0, 1, phase)
        data = audit_sheet(audit)
    else:
        with audit_archive(
            audit, acting=context.acting, progress=lambda done, total: context.progress(done, total, phase)
        ) as archive:
            data = archive.read()
    name = f"{audit.code}.{form}"
    stored = files.store(context.agency, name, data, acting=context.acting, content_type=FORMS[form])
    with context.completing({"url": reverse("audits:audit-file-get", args=[context.job.pk])}) as result:
        result["file"] = str(stored.pk)
        if form == "pdf":
            trail.record("audits.audit.file_taken", audit, acting=context.acting, note=name)


def audit_file_of(job: Job) -> StoredFile | None:
    """The file a job made; None while it is at work."""
    key = str(job.result.get("file", "")) if job.result else ""
    return StoredFile.objects.filter(agency=job.agency_id, pk=key).first() if key else None


def audit_archive(
    audit: Audit, *, acting: Person | None, progress: Progress = lambda done, total: None
) -> IO[bytes]:
    """A ZIP with `manifest.json`: the SHA-256 and size of every member. Taking it out is recorded."""
    if acting is not None:
        require(policies.can_read(acting, audit))
    target: IO[bytes] = tempfile.SpooledTemporaryFile(16 * 2**20)  # noqa: SIM115 - whoever reads it closes it
    members: dict[str, dict[str, Any]] = {}
    parts = list(_members(audit))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, make) in enumerate(parts):
            progress(number, len(parts))
            data = make()
            archive.writestr(name, data)
            members[name] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        manifest = {
            "audit": audit.code,
            "title": audit.title,
            "agency": audit.agency.name,
            "state": audit.state,
            "made_at": clock.now().isoformat(),
            "made_by": str(acting or ""),
            "members": members,
        }
        archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
    trail.record("audits.audit.file_taken", audit, {"members": (None, len(members))}, acting=acting)
    target.seek(0)
    return target


def _members(audit: Audit) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Every part by its name, made when it is its turn."""
    yield "audit.json", partial(_json, _record(audit))
    for name, make in (
        ("ho-so.pdf", audit_sheet),
        ("checklists.xlsx", _checklists),
        ("answers.xlsx", _answers),
        ("findings.xlsx", _findings),
        ("trail.xlsx", _trail),
    ):
        yield name, partial(make, audit)
    rows = AnswerEvidence.objects.filter(item__checklist__session__audit=audit).select_related("file", "item")
    for number, row in enumerate(rows.order_by("created_at"), start=1):
        yield f"evidence/{number:03d}-{row.file.name}", partial(files.read, row.file)
    for case in whole_cases(Nonconformity.objects.filter(finding__audit=audit)).order_by("code"):
        yield f"nonconformities/{case.code}.pdf", partial(case_sheet, case)
    proofs = CaseEvidence.objects.filter(nonconformity__finding__audit=audit).exclude(file=None)
    for number, proof in enumerate(proofs.select_related("file", "nonconformity").order_by("created_at"), 1):
        if proof.file is not None:
            name = f"nonconformities/{proof.nonconformity.code}/{number:03d}-{proof.file.name}"
            yield name, partial(files.read, proof.file)
    papers = [paper for paper in (audit.decision, audit.plan, audit.report) if paper is not None]
    for paper in papers:
        yield f"papers/{paper.purpose}.json", partial(_json, paper.content)
        for one in PaperFile.objects.filter(paper=paper).select_related("file"):
            yield f"papers/{one.stage}-{one.file.name}", partial(files.read, one.file)


def _json(value: Any) -> bytes:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()


def _record(audit: Audit) -> dict[str, Any]:
    return {
        "code": audit.code,
        "title": audit.title,
        "state": audit.get_state_display(),
        "programme": str(audit.programme or ""),
        "objective": audit.objective,
        "scope": audit.scope,
        "criteria": audit.criteria,
        "days": [audit.starts_on, audit.ends_on],
        "appointment": audit.appointment,
        "team": [str(row) for row in audit.members.select_related("person")],
        "sessions": [
            {
                "unit": row.unit.name,
                "process": row.process,
                "from": row.starts_at,
                "to": row.ends_at,
                "clauses": [clause.code for clause in row.clauses.all()],
                "auditors": [person.full_name for person in row.auditors.all()],
                "sample": _sample(row),
            }
            for row in audit.sessions.select_related("unit", "checklist").prefetch_related(
                "clauses", "auditors"
            )
        ],
        "meetings": [
            {
                "kind": row.get_kind_display(),
                "held_at": row.held_at,
                "place": row.place,
                "attendees": row.attendees,
                "minutes": row.minutes,
            }
            for row in audit.meetings.all()
        ],
        "conclusion": audit.conclusion,
        "recommendation": audit.recommendation,
    }


def _sample(session: Any) -> dict[str, Any]:
    checklist = getattr(session, "checklist", None)
    if checklist is None:
        return {}
    return {
        "seed": checklist.seed,
        "population": checklist.population,
        "population_sha256": checklist.population_hash,
        "from": checklist.sampled_from,
        "to": checklist.sampled_to,
        "codes": checklist.sample,
    }


def _book(header: list[str], lines: Any) -> bytes:
    with sheets.workbook(header, lines) as book:
        return io.BytesIO(book.read()).getvalue()


def _checklists(audit: Audit) -> bytes:
    rows = ChecklistItem.objects.filter(checklist__session__audit=audit).select_related(
        "clause", "checklist__session__unit", "answered_by"
    )
    lines = (
        (
            row.checklist.session.unit.name, row.number, row.clause.code, row.text, row.requirement,
            row.get_answer_display() if row.answer else "Chưa trả lời", row.note, str(row.answered_by or ""),
            row.answered_at,
        )
        for row in rows.order_by("checklist__session__starts_at", "number")
    )  # fmt: skip
    header = [
        "Đơn vị",
        "Số",
        "Điều khoản",
        "Câu hỏi",
        "Yêu cầu",
        "Kết luận",
        "Ghi chép",
        "Người trả lời",
        "Lúc",
    ]
    return _book(header, lines)


def _answers(audit: Audit) -> bytes:
    rows = AnswerRecord.objects.filter(item__checklist__session__audit=audit).select_related(
        "item__checklist__session__unit", "by"
    )
    lines = (
        (row.item.checklist.session.unit.name, row.item.number, row.version, row.get_answer_display(),
         row.note, str(row.by or ""), row.at, row.key)
        for row in rows.order_by("at")
    )  # fmt: skip
    return _book(["Đơn vị", "Số", "Lần", "Kết luận", "Ghi chép", "Người trả lời", "Lúc", "Khóa"], lines)


def _findings(audit: Audit) -> bytes:
    rows = audit.findings.select_related("unit", "clause", "raised_by", "answered_by", "decided_by")
    lines = (
        (row.code, row.get_grade_display(), row.get_state_display(), row.unit.name,
         row.clause.code if row.clause else "", row.description, row.requirement, row.evidence,
         str(row.raised_by or ""), row.raised_at, row.answer_note, row.decision_note)
        for row in rows.order_by("code")
    )  # fmt: skip
    header = [
        "Mã", "Mức", "Trạng thái", "Đơn vị", "Điều khoản", "Phát hiện", "Yêu cầu", "Bằng chứng", "Người ghi",
        "Lúc", "Ý kiến đơn vị", "Quyết định",
    ]  # fmt: skip
    return _book(header, lines)


def _trail(audit: Audit) -> bytes:
    cases = Nonconformity.objects.filter(finding__audit=audit).values_list("pk", flat=True)
    keys = [str(key) for key in (audit.pk, *audit.findings.values_list("pk", flat=True), *cases)]
    rows = AuditEntry.objects.filter(agency=audit.agency, subject_id__in=keys).order_by("at")
    lines = (
        (timezone.localtime(row.at), row.actor_label, trail.verb_label(row.verb), row.subject_label,
         json.dumps(row.changes, ensure_ascii=False), row.note)
        for row in rows
    )  # fmt: skip
    return _book(["Lúc", "Ai", "Việc", "Về", "Thay đổi", "Ghi chú"], lines)
