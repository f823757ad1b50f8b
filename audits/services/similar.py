"""Asking the other units whether a case happens, or could happen, there too (10.2.1 b 3)."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import policies_improvement as policies
from audits.models import Nonconformity, SimilarCase
from audits.selectors.people import head_of
from audits.services.nonconformities import _in_state, _reason, nonconformity_open
from audits.services.telling import tell
from qms import audit, clock
from qms.exceptions import Invalid, Problem
from qms.models import OrgUnit, Person
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked

ASKABLE = ("open", "analysis", "reopened")


def similar_ask(
    case: Nonconformity, *, acting: Person | None, units: Iterable[OrgUnit], due_on: dt.date
) -> list[SimilarCase]:
    """Ask units, each once; their heads are told. Raises Invalid without a unit or for a day gone by."""
    chosen = [unit for unit in units if unit.pk != case.unit_id]
    problems = []
    if not chosen:
        problems.append(Problem("units", _("Choose at least one other unit.")))
    if due_on < clock.today():
        problems.append(Problem("due_on", _("The day has gone by.")))
    if any(unit.agency_id != case.agency_id for unit in chosen):
        problems.append(Problem("units", _("This record belongs to another agency.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic(), locked(case) as case:
        require(policies.can_handle(acting, case))
        _in_state(case, *ASKABLE)
        there = set(case.similar_cases.values_list("unit_id", flat=True))
        made = []
        for unit in chosen:
            if unit.pk in there:
                continue
            row: SimilarCase = SimilarCase.objects.create(
                agency_id=case.agency_id,
                nonconformity=case,
                unit=unit,
                asked_by=acting,
                asked_on=clock.today(),
                due_on=due_on,
            )
            made.append(row)
            tell(
                [head_of(unit)],
                f"nc-similar:{row.pk}",
                gettext_lazy("Could this happen in %(unit)s too? %(code)s"),
                url=case.get_absolute_url(),
                body=case.title,
                unit=unit.label,
                code=case.code,
            )
        if made:
            changes = audit.apply(case, similar_none="")
            note = ", ".join(row.unit.label for row in made)
            audit.record("audits.nonconformity.others_asked", case, changes, acting=acting, note=note)
    return made


def similar_not_asked(case: Nonconformity, *, acting: Person | None, reason: str) -> Nonconformity:
    """Say why the case cannot happen in any other unit."""
    reason = _reason(reason)
    with transaction.atomic(), locked(case) as case:
        require(policies.can_handle(acting, case))
        _in_state(case, *ASKABLE)
        if case.similar_cases.exists():
            raise Invalid(_("Other units have been asked already."))
        changes = audit.apply(case, similar_none=reason)
        audit.record("audits.nonconformity.others_not_asked", case, changes, acting=acting)
    return case


def similar_answer(
    similar: SimilarCase, *, acting: Person | None, answer: str, words: str, open_case: bool = True
) -> SimilarCase:
    """Answer for a unit; “happens here too” opens a nonconformity of that unit unless told otherwise."""
    words = nfc(words.strip())
    problems = []
    if answer not in SimilarCase.Answer.values:
        problems.append(Problem("answer", _("Choose an answer.")))
    if not words:
        problems.append(Problem("words", _("Say what you looked at.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic(), locked(similar) as similar:
        case = similar.nonconformity
        require(policies.can_answer(acting, similar))
        if similar.answer:
            raise Invalid(_("This unit has answered already."))
        opened = None
        if answer == SimilarCase.Answer.FOUND and open_case:
            opened = nonconformity_open(
                case.agency,
                acting=acting,
                unit=similar.unit,
                origin=Nonconformity.Origin.SIMILAR,
                grade=case.grade,
                similar_to=case,
                source=(case._meta.label_lower, case.pk, str(case), case.get_absolute_url()),
                title=case.title,
                process=case.process,
                procedure=case.procedure,
                clause=case.clause,
                requirement=case.requirement,
                description=words,
                evidence=words,
            )
        values = {"answer": answer, "words": words, "answered_by": acting, "opened": opened}
        changes = audit.apply(similar, **values, answered_at=clock.now())
        audit.record("audits.nonconformity.other_answered", case, changes, acting=acting, note=str(similar))
        tell(
            [case.owner],
            f"nc-similar-answered:{similar.pk}",
            gettext_lazy("%(unit)s answered about %(code)s: %(answer)s"),
            url=case.get_absolute_url(),
            body=words,
            but=acting,
            unit=similar.unit.label,
            code=case.code,
            answer=similar.get_answer_display(),
        )
    return similar
