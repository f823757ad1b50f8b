"""The agency's library of audit questions: versions, never edited in place."""

import json
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits import policies
from audits.models import AuditQuestion
from audits.selectors.clauses import edition_of
from qms import audit
from qms.exceptions import Invalid, Problem
from qms.models import Agency, Person
from qms.policies import require
from qms.text import nfc
from qms.workflow import hold, locked

DATA = Path(__file__).resolve().parent.parent / "data" / "questions.json"
FIELDS = ("clause_code", "process", "procedure", "text", "requirement", "look_at", "samples")


def library_load(agency: Agency, *, acting: Person | None) -> int:
    """Add the questions of the starting library that the agency does not have yet; gives their number."""
    with transaction.atomic():
        require(policies.can_keep(acting, agency))
        known = set(AuditQuestion.objects.filter(agency=agency).values_list("code", flat=True))
        rows = [
            AuditQuestion(agency=agency, order=number, made_by=acting, **row)
            for number, row in enumerate(json.loads(DATA.read_text(encoding="utf-8")), start=1)
            if row["code"] not in known
        ]
        AuditQuestion.objects.bulk_create(rows)
        if rows:
            audit.record(
                "audits.library.loaded", agency, {"questions": (len(known), len(rows))}, acting=acting
            )
    return len(rows)


def question_add(agency: Agency, *, acting: Person | None, **fields: Any) -> AuditQuestion:
    """Add a question of the agency's own."""
    values = _cleaned(agency, fields)
    with transaction.atomic():
        require(policies.can_keep(acting, agency))
        hold(agency)
        prefix = f"{values['clause_code']}-"
        codes = AuditQuestion.objects.filter(agency=agency, code__startswith=prefix)
        numbers = [
            int(code[len(prefix) :])
            for code in codes.values_list("code", flat=True)
            if code[len(prefix) :].isdigit()
        ]
        made: AuditQuestion = AuditQuestion.objects.create(
            agency=agency,
            code=f"{prefix}{max(numbers, default=0) + 1:02d}",
            order=AuditQuestion.objects.filter(agency=agency).count() + 1,
            made_by=acting,
            **values,
        )
        audit.record("audits.library.changed", made, {"text": (None, made.text)}, acting=acting)
    return made


def question_change(question: AuditQuestion, *, acting: Person | None, **fields: Any) -> AuditQuestion:
    """Put a new version in the place of a question; checklists made before keep the old one."""
    with transaction.atomic(), locked(question) as question:
        require(policies.can_keep(acting, question))
        _refuse_old(question)
        values = _cleaned(question.agency, {name: getattr(question, name) for name in FIELDS} | fields)
        changes = audit.diff(question, **values)
        if not changes:
            return question
        audit.apply(question, current=False)
        made: AuditQuestion = AuditQuestion.objects.create(
            agency_id=question.agency_id,
            code=question.code,
            version=question.version + 1,
            order=question.order,
            made_by=acting,
            **values,
        )
        audit.record("audits.library.changed", made, changes, acting=acting)
    return made


def question_retire(question: AuditQuestion, *, acting: Person | None) -> AuditQuestion:
    """Stop asking a question; checklists made before keep it."""
    with transaction.atomic(), locked(question) as question:
        require(policies.can_keep(acting, question))
        _refuse_old(question)
        changes = audit.apply(question, current=False)
        audit.record("audits.library.changed", question, changes, acting=acting)
    return question


def _refuse_old(question: AuditQuestion) -> None:
    if not question.current:
        raise Invalid(_("This version is no longer in use."))


def _cleaned(agency: Agency, fields: dict[str, Any]) -> dict[str, Any]:
    values = {name: fields[name] for name in FIELDS if name in fields}
    values = {k: nfc(v.strip()) if isinstance(v, str) else v for k, v in values.items()}
    problems = [
        Problem(name, _("Must not be empty."))
        for name in ("clause_code", "text", "requirement")
        if not values.get(name)
    ]
    edition = edition_of(agency)
    if not problems and (edition is None or not edition.clauses.filter(code=values["clause_code"]).exists()):
        problems.append(Problem("clause_code", _("There is no such clause.")))
    procedure = values.get("procedure")
    if procedure is not None and procedure.agency_id != agency.pk:
        problems.append(Problem("procedure", _("This record belongs to another agency.")))
    if problems:
        raise Invalid(problems)
    return values
