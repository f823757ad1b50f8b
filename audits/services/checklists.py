"""Checklists: made of the library, with a sample that can be drawn again; answered by several at once.

An answer carries the version it was given on and a key of the sender's. The key makes sending twice
harmless (bad connections); the version makes sure that nobody overwrites an answer they have not seen.
"""

import datetime as dt
import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from audits import policies, sampling
from audits.models import (
    Answer,
    AnswerEvidence,
    AnswerRecord,
    AuditQuestion,
    AuditSession,
    Checklist,
    ChecklistItem,
)
from audits.selectors.clauses import edition_of, excluded_codes
from dossiers.models import Dossier
from qms import agency_settings, audit, clock, files
from qms.exceptions import DomainError, Invalid, Problem
from qms.models import Clause, Person
from qms.policies import require
from qms.text import fold, nfc
from qms.workflow import locked

LONGEST_NOTE = 4000
IMAGES = {b"\xff\xd8\xff": ".jpg", b"\x89PNG": ".png", b"%PDF": ".pdf"}
MOST_BYTES = 12 * 1024 * 1024


class AnsweredMeanwhile(DomainError):
    """Somebody else answered since; `item` is how it stands now."""

    def __init__(self, item: ChecklistItem) -> None:
        self.item = item
        super().__init__(
            _("%(person)s answered this question meanwhile.") % {"person": item.answered_by or ""}
        )


def checklist_make(
    session: AuditSession, *, acting: Person | None, seed: str = "", size: int | None = None
) -> Checklist:
    """Make the checklist of a session from the library in use; raises Invalid when it has answers.

    The sample is drawn at random from the unit's dossiers of the twelve months before; seed, size and
    fingerprint of the population are kept.
    """
    with transaction.atomic(), locked(session) as session:
        require(policies.can_plan(acting, session.audit))
        old = Checklist.objects.filter(session=session).first()
        if old is not None:
            if old.items.exclude(version=0).exists():
                raise Invalid(_("The checklist has answers already."))
            old.items.all().delete()
            old.delete()
        until = session.audit.starts_on
        since = until - dt.timedelta(days=365)
        codes = _population(session, since, until)
        seed = seed or secrets.token_hex(8)
        wanted = int(agency_settings.get(session.agency, "audits.sample_size")) if size is None else size
        made: Checklist = Checklist.objects.create(
            agency_id=session.agency_id,
            session=session,
            made_by=acting,
            seed=seed,
            population=len(codes),
            population_hash=sampling.fingerprint(codes),
            sampled_from=since,
            sampled_to=until,
            sample=sampling.draw(codes, wanted, seed),
        )
        items = _items(made, session)
        ChecklistItem.objects.bulk_create(items)
        changes = {"số câu": (None, len(items)), "hạt giống": (None, seed), "hồ sơ mẫu": (None, made.sample)}
        audit.record("audits.checklist.made", session.audit, changes, acting=acting, note=str(session))
    return made


def _population(session: AuditSession, since: dt.date, until: dt.date) -> list[str]:
    rows = Dossier.objects.filter(
        agency=session.agency,
        unit=session.unit,
        received_at__date__gte=since,
        received_at__date__lte=until,
    )
    if session.procedure_id:
        rows = rows.filter(procedure=session.procedure_id)
    return list(rows.values_list("code", flat=True))


def _items(checklist: Checklist, session: AuditSession) -> list[ChecklistItem]:
    edition = edition_of(session.agency)
    if edition is None:
        return []
    asked = [clause.code for clause in session.clauses.all()]
    out = excluded_codes(session.agency)
    clauses = {clause.code: clause for clause in edition.clauses.all()}
    process = fold(session.process)
    found = []
    for question in AuditQuestion.objects.filter(agency=session.agency, current=True):
        code = question.clause_code
        fits = any(code == one or code.startswith(f"{one}.") for one in asked)
        if not fits or code in out or code not in clauses:
            continue
        if question.process and fold(question.process) not in process:
            continue
        if question.procedure_id and question.procedure_id != session.procedure_id:
            continue
        found.append((clauses[code], question))
    found.sort(key=lambda pair: (pair[0].order, pair[1].order))
    return [
        ChecklistItem(
            agency_id=session.agency_id,
            checklist=checklist,
            number=number,
            question=question,
            clause=clause,
            text=question.text,
            requirement=question.requirement,
            look_at=question.look_at,
            samples=question.samples,
        )
        for number, (clause, question) in enumerate(found, start=1)
    ]


def item_add(
    checklist: Checklist, *, acting: Person | None, clause: Clause, text: str, requirement: str = ""
) -> ChecklistItem:
    """Add a question of the auditor's own to one checklist."""
    if not text.strip():
        raise Invalid([Problem("text", _("Must not be empty."))])
    with transaction.atomic(), locked(checklist) as checklist:
        session = checklist.session
        verdict = policies.can_plan(acting, session.audit)
        require(verdict if verdict else policies.can_answer(acting, session))
        last = checklist.items.order_by("-number").values_list("number", flat=True).first() or 0
        made: ChecklistItem = ChecklistItem.objects.create(
            agency_id=checklist.agency_id,
            checklist=checklist,
            number=last + 1,
            clause=clause,
            text=nfc(text.strip()),
            requirement=nfc(requirement.strip()),
        )
        audit.record("audits.audit.changed", session.audit, {"câu hỏi": (None, made.text)}, acting=acting)
    return made


def answer_give(
    item: ChecklistItem, *, acting: Person | None, answer: str, version: int, key: str, note: str = ""
) -> AnswerRecord:
    """Answer a question as it was at `version`; a key that came before gives what it gave then.

    Raises AnsweredMeanwhile when somebody answered since that version.
    """
    note = nfc(note.strip())
    _check(answer, note, key)
    session = item.checklist.session
    before = AnswerRecord.objects.filter(agency=item.agency_id, key=key).select_related("item").first()
    if before is not None:
        if before.item_id != item.pk or (acting is not None and before.by_id != acting.pk):
            raise Invalid(_("This key was used for something else."))
        return before
    try:
        with transaction.atomic():
            require(policies.can_answer(acting, session))
            now = clock.now()
            changed = ChecklistItem.objects.filter(pk=item.pk, version=version).update(
                answer=answer, note=note, version=version + 1, answered_by=acting, answered_at=now
            )
            if not changed:
                raise AnsweredMeanwhile(ChecklistItem.objects.select_related("answered_by").get(pk=item.pk))
            made: AnswerRecord = AnswerRecord.objects.create(
                agency_id=item.agency_id,
                item=item,
                key=key,
                version=version + 1,
                answer=answer,
                note=note,
                by=acting,
                at=now,
            )
            audit.record(
                "audits.checklist.answered",
                session.audit,
                {f"{session}, câu {item.number}": (_word(item.answer) or None, _word(answer))},
                acting=acting,
            )
    except IntegrityError:  # the same key arrived twice at the same moment
        return AnswerRecord.objects.get(agency=item.agency_id, key=key)
    return made


def _word(answer: str) -> str:
    """An answer as the trail keeps it: in Vietnamese, like everything it freezes."""
    with override("vi"):
        return str(Answer(answer).label) if answer else ""


def _check(answer: str, note: str, key: str) -> None:
    problems = []
    if answer and answer not in Answer.values:
        problems.append(Problem("answer", _("Choose a conclusion.")))
    if len(note) > LONGEST_NOTE:
        problems.append(Problem("note", _("The note is too long.")))
    if not 8 <= len(key) <= 60:
        problems.append(Problem("key", _("The key of the sender is missing.")))
    if problems:
        raise Invalid(problems)


def evidence_add(
    item: ChecklistItem, *, acting: Person | None, key: str, name: str, content: bytes, caption: str = ""
) -> AnswerEvidence:
    """Keep a photo or PDF with an answer; the same key is taken once. Raises Invalid for other files."""
    before = AnswerEvidence.objects.filter(agency=item.agency_id, key=key).first()
    if before is not None:
        if before.item_id != item.pk or (acting is not None and before.added_by_id != acting.pk):
            raise Invalid(_("This key was used for something else."))
        return before
    if len(content) > MOST_BYTES:
        raise Invalid([Problem("file", _("The file is larger than %(size)s MB") % {"size": 12})])
    kind = next((ext for start, ext in IMAGES.items() if content.startswith(start)), "")
    if not kind or not 8 <= len(key) <= 60:
        raise Invalid([Problem("file", _("Choose a photo (JPEG, PNG) or a PDF file."))])
    session = item.checklist.session
    require(policies.can_answer(acting, session))
    stem = (name.rsplit(".", 1)[0] or "bang-chung")[:120]
    stored = files.store(item.agency, f"{stem}{kind}", content, acting=acting)
    try:
        with transaction.atomic():
            require(policies.can_answer(acting, session))
            made: AnswerEvidence = AnswerEvidence.objects.create(
                agency_id=item.agency_id,
                item=item,
                file=stored,
                key=key,
                caption=nfc(caption.strip())[:255],
                added_by=acting,
            )
            changes: dict[str, tuple[Any, Any]] = {
                f"{session}, câu {item.number}": (None, f"{stored.name} SHA-256 {stored.sha256}")
            }
            audit.record("audits.checklist.evidence", session.audit, changes, acting=acting)
    except IntegrityError:
        return AnswerEvidence.objects.get(agency=item.agency_id, key=key)
    return made


def local_time(moment: dt.datetime | None) -> str:
    """An hour and minute as the phone shows it."""
    return f"{timezone.localtime(moment):%H:%M}" if moment else ""
