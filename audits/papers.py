"""The papers of an audit: programme, decision on the team, plan and report (domain F and K).

Words of the papers are Vietnamese whatever language the reader uses. Issuing the decision appoints the
team; revoking it ends the appointment.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from audits.models import Audit, AuditMember, AuditProgramme, AuditSession, Finding
from audits.paper_words import ALL, DECISION, PLAN, REPORT
from audits.paper_words import PROGRAMME as PROGRAMME
from audits.selectors import lists
from documents import registry, wording
from documents.content import Kind, PaperContent
from documents.models import Paper
from documents.problems import content_made
from documents.selectors import live
from qms import audit as trail
from qms import registry as shell
from qms.models import Person
from risks.papers import _signature, _unit_recipients

PURPOSES = {"decision": DECISION, "plan": PLAN, "report": REPORT}
KINDS = {PROGRAMME: Kind.PROGRAMME, DECISION: Kind.DECISION, PLAN: Kind.PLAN, REPORT: Kind.REPORT}
GRADE_WORDS = {"major": "KPH nặng", "minor": "KPH nhẹ", "observation": "Khuyến nghị", "strength": "Điểm mạnh"}


def ready(audit: Audit, field: str) -> bool:
    """Whether a paper can be drafted now."""
    if field == "report":
        return audit.state in {Audit.State.REPORTED, Audit.State.CLOSED}
    if field == "decision":
        return audit.state == Audit.State.PLANNED and any(row.post == "lead" for row in audit.members.all())
    return audit.state in {Audit.State.PLANNED, Audit.State.NOTIFIED} and audit.sessions.exists()


def audit_of(paper: Paper) -> Audit:
    """The audit a paper is about."""
    rows = Audit.objects.select_related("agency", "programme", "decision", "plan", "report")
    found: Audit = rows.get(agency=paper.agency, pk=paper.subject_key)
    return found


def programme_of(paper: Paper) -> AuditProgramme:
    """The programme a paper is about."""
    found: AuditProgramme = AuditProgramme.objects.select_related("agency").get(
        agency=paper.agency, pk=paper.subject_key
    )
    return found


def content(subject: Any, purpose: str, signer: Person | None) -> PaperContent:
    """What a paper says; raises Invalid with the place of every text that a paper cannot show."""
    make: Any = {PROGRAMME: _programme, DECISION: _decision, PLAN: _plan, REPORT: _report}[purpose]
    with override("vi"):
        data = make(subject, signer)
    return content_made(data)


def build(paper: Paper) -> PaperContent:
    """The content of a draft, made anew from the records."""
    subject = programme_of(paper) if paper.purpose == PROGRAMME else audit_of(paper)
    return content(subject, paper.purpose, paper.signer)


def _words(
    subject: Any,
    purpose: str,
    signer: Person | None,
    fields: dict[str, str],
    slots: dict[str, list[Any]],
    needed: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The agency's wording of a paper with its fields filled and the records laid in."""
    agency = subject.agency
    known = {"unit_recipients": _unit_recipients(agency), **fields}
    words = wording.words_of(agency, purpose, signer=signer, fields=known)
    words["signature"] = _signature(agency, signer)
    return wording.laid(words, slots, needed)


def _paragraphs(*texts: str) -> list[dict[str, Any]]:
    lines = [line for text in texts for line in text.split("\n") if line.strip()]
    return [{"type": "paragraph", "text": line} for line in lines]


def _table(
    columns: Sequence[tuple[str, int, str]], rows: Iterable[Sequence[Any]], size: int = 12
) -> dict[str, Any]:
    lines = [{"cells": [{"text": str(value)} for value in row]} for row in rows]
    heads = [{"title": title, "width": width, "align": align} for title, width, align in columns]
    return {"type": "table", "columns": heads, "rows": lines, "size": size}


def _day(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


def _programme(programme: AuditProgramme, signer: Person | None) -> dict[str, Any]:
    year = programme.year
    entries = list(programme.entries.select_related("unit").prefetch_related("clauses"))
    rows = [
        (
            number,
            entry.unit.name,
            entry.process or "Các quá trình của đơn vị",
            ", ".join(clause.code for clause in entry.clauses.all()),
            f"Tháng {entry.month}",
            entry.get_method_display(),
            "\n".join(part for part in (entry.reason, entry.last_result) if part),
        )
        for number, entry in enumerate(entries, start=1)
    ]
    columns = [
        ("TT", 4, "center"), ("Đơn vị", 18, "left"), ("Quá trình,\nthủ tục", 20, "left"),
        ("Điều khoản", 18, "left"), ("Thời gian", 9, "center"), ("Phương pháp", 11, "left"),
        ("Lý do, kết quả\nlần trước", 20, "left"),
    ]  # fmt: skip
    slots = {
        "objective": _paragraphs(programme.objective),
        "scope": _paragraphs(programme.scope),
        "criteria": _paragraphs(programme.criteria),
    }
    return {
        **_words(programme, PROGRAMME, signer, {"programme_year": str(year)}, slots),
        "annexes": [
            {
                "title": f"Nội dung chương trình đánh giá nội bộ năm {year}",
                "orientation": "landscape",
                "blocks": [_table(columns, rows)],
            }
        ],
    }


def _team(audit: Audit) -> Iterator[str]:
    words = {"lead": "Trưởng đoàn", "auditor": "Đánh giá viên", "expert": "Chuyên gia kỹ thuật"}
    for row in audit.members.select_related("person__unit"):
        person = row.person
        place = ", ".join(part for part in (person.position, person.unit.name if person.unit else "") if part)
        yield f"{person.full_name}, {place or 'công chức'} – {words[row.post]};"


def _fields(audit: Audit) -> dict[str, str]:
    return {
        "audit_title": audit.title,
        "audit_code": audit.code,
        "audit_span": f"từ ngày {_day(audit.starts_on)} đến ngày {_day(audit.ends_on)}",
    }


def _aims(audit: Audit) -> dict[str, list[Any]]:
    return {
        "objective": _paragraphs(audit.objective),
        "scope": _paragraphs(audit.scope),
        "criteria": _paragraphs(audit.criteria),
        "team": _paragraphs(*_team(audit)),
    }


def _decision(audit: Audit, signer: Person | None) -> dict[str, Any]:
    team = list(_team(audit))
    team[-1] = team[-1].rstrip(";") + "."
    words = _words(audit, DECISION, signer, _fields(audit), {"team": team})
    if not any(team[-1] in article.get("points", []) for article in words["body"]):
        words["body"][0]["points"] = [*words["body"][0].get("points", []), *team]
    return words


def _session_row(session: AuditSession) -> tuple[str, ...]:
    start, end = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    return (
        f"{start:%d/%m/%Y}\n{start:%H:%M} – {end:%H:%M}",
        session.unit.name,
        session.process or "Các quá trình của đơn vị",
        ", ".join(clause.code for clause in session.clauses.all()),
        "\n".join(person.full_name for person in session.auditors.all()),
    )


SESSION_COLUMNS = (
    ("Thời gian", 18, "center"), ("Đơn vị được\nđánh giá", 22, "left"), ("Quá trình,\nthủ tục", 22, "left"),
    ("Điều khoản", 18, "left"), ("Đánh giá viên", 20, "left"),
)  # fmt: skip


def _plan(audit: Audit, signer: Person | None) -> dict[str, Any]:
    rows = audit.sessions.select_related("unit").prefetch_related("clauses", "auditors")
    slots = {**_aims(audit), "sessions": [_table(SESSION_COLUMNS, [_session_row(row) for row in rows])]}
    words = _words(audit, PLAN, signer, _fields(audit), slots, needed=("sessions",))
    return words | {"bases": [*_implementing(audit), *words["bases"]]}


def _implementing(audit: Audit) -> Iterator[dict[str, str]]:
    paper = live(audit.decision)
    if paper is not None and paper.is_issued and paper.issued_on is not None:
        day = _day(paper.issued_on)
        text = f"Quyết định số {paper.number}/{paper.symbol} ngày {day} của {audit.agency.name}"
        yield {"kind": "implementing", "text": f"{text} thành lập Đoàn đánh giá nội bộ"}
    elif audit.appointment:
        yield {"kind": "implementing", "text": audit.appointment}


def _report(audit: Audit, signer: Person | None) -> dict[str, Any]:
    sessions = list(lists.sessions_of(audit.sessions.all()))
    found = list(
        audit.findings.filter(state__in=Finding.STANDING).select_related("unit", "clause").order_by("code")
    )
    samples = _table(
        (("Đơn vị", 26, "left"), ("Điều khoản", 20, "left"), ("Trả lời/\nsố câu", 12, "center"),
         ("Hồ sơ mẫu/\ntập hồ sơ", 14, "center"), ("Hồ sơ mẫu", 28, "left")),
        [_sample_row(row) for row in sessions],
    )  # fmt: skip
    tables: list[dict[str, Any]] = []
    if found:
        columns = (
            ("Mã", 13, "left"), ("Mức", 11, "left"), ("Đơn vị,\nđiều khoản", 16, "left"),
            ("Phát hiện", 22, "left"), ("Yêu cầu", 18, "left"), ("Bằng chứng", 20, "left"),
        )  # fmt: skip
        rows = [
            (
                one.code,
                one.own_grade or GRADE_WORDS[one.grade],
                f"{one.unit.label}\n{one.clause.code if one.clause else ''}".strip(),
                one.description,
                one.requirement,
                one.evidence,
            )
            for one in found
        ]
        tables = [_table(columns, rows, size=11)]
    slots = {
        **_aims(audit),
        "samples": [samples],
        "units": [_by_unit(sessions, found)],
        "findings": tables,
        "conclusion": _paragraphs(audit.conclusion),
        "recommendation": _paragraphs(audit.recommendation),
    }
    needed = ("findings", "conclusion")
    return _words(audit, REPORT, signer, _fields(audit), slots, needed)


def _sample_row(session: AuditSession) -> tuple[Any, ...]:
    checklist = getattr(session, "checklist", None)
    sample = list(checklist.sample) if checklist else []
    return (
        session.unit.name,
        ", ".join(clause.code for clause in session.clauses.all()),
        f"{session.answered}/{session.asked}",  # type: ignore[attr-defined]
        f"{len(sample)}/{checklist.population if checklist else 0}",
        ", ".join(sample) or "Không rút mẫu",
    )


def _by_unit(sessions: list[AuditSession], found: list[Finding]) -> dict[str, Any]:
    units = list(dict.fromkeys(session.unit for session in sessions))
    columns = (("Đơn vị", 40, "left"), *((word, 15, "center") for word in GRADE_WORDS.values()))
    rows = []
    for unit in units:
        mine = [one.grade for one in found if one.unit_id == unit.pk]
        rows.append((unit.name, *(mine.count(grade) for grade in GRADE_WORDS)))
    return _table(columns, rows)


def _appoint(paper: Paper, acting: Person | None) -> None:
    """The issued decision appoints the team."""
    audit = audit_of(paper)
    changes = trail.apply(audit, appointed_on=paper.issued_on, appointment=_named(paper))
    trail.record("audits.audit.appointed", audit, changes, acting=acting)


def _named(paper: Paper) -> str:
    """The issued decision as the appointment names it."""
    return f"Quyết định {paper.reference} ngày {_day(paper.issued_on)}"[:255]


def _release(paper: Paper, acting: Person | None) -> None:
    """A revoked decision ends the appointment it made, while the audit is not over; its record stays."""
    audit = audit_of(paper)
    over = {Audit.State.REPORTED, Audit.State.CLOSED, Audit.State.CANCELLED}
    if paper.number and audit.appointment == _named(paper) and audit.state not in over:
        changes = trail.apply(audit, appointed_on=None, appointment="")
        trail.record("audits.audit.appointment_ended", audit, changes, acting=acting)


def _changed(paper: Paper, acting: Person | None) -> None:
    shell.fulfilment_changed(paper.agency)


def warnings(paper: Paper) -> Iterator[registry.PaperWarning]:
    """What a reader should know before the paper is issued."""
    if paper.purpose == PROGRAMME:
        return
    audit = audit_of(paper)
    if paper.purpose == PLAN and audit.appointed_on is None:
        words = _("The team has not been appointed by a decision.")
        yield registry.PaperWarning(words, audit.get_absolute_url(), _("Open the audit"))
    if paper.purpose == DECISION and not audit.members.filter(post=AuditMember.Post.LEAD).exists():
        words = _("The team has no lead auditor.")
        yield registry.PaperWarning(words, audit.get_absolute_url(), _("Open the audit"))


def _subject_url(paper: Paper) -> str:
    subject: Any = programme_of(paper) if paper.purpose == PROGRAMME else audit_of(paper)
    url: str = subject.get_absolute_url()
    return url


def register() -> None:
    """Tell the papers what the papers of an audit do, and how they and those of reviews are worded."""
    wording.add(*ALL)
    steps: dict[str, dict[str, Any]] = {
        PROGRAMME: {"on_issued": _changed, "on_revoked": _changed},
        DECISION: {"on_issued": _appoint, "on_revoked": _release},
        PLAN: {},
        REPORT: {"on_issued": _changed, "on_revoked": _changed},
    }
    labels = {
        PROGRAMME: gettext_lazy("Issue the audit programme"),
        DECISION: gettext_lazy("Appoint the audit team"),
        PLAN: gettext_lazy("Issue the audit plan"),
        REPORT: gettext_lazy("Issue the audit report"),
    }
    for key, label in labels.items():
        registry.add(
            registry.Purpose(
                key,
                label,
                KINDS[key],
                build=build,
                warnings=warnings,
                subject_url=_subject_url,
                **steps[key],
            )
        )
