"""Nonconformities from a workbook: each line tried in a preview, taken over when somebody says so (10.2)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audits import policies
from audits.models import CaseImport, CorrectiveAction, Nonconformity
from audits.services import nonconformities
from audits.services.case_actions import stays, take_actions
from audits.services.case_columns import TITLES, WORKBOOK
from audits.services.case_reading import KnownCases, problem, read_cases
from audits.services.telling import quietly, tell
from qms import audit, files
from qms.exceptions import DomainError, IllegalTransition, Invalid
from qms.models import Agency, Clause, OrgUnit, Person
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked

NEW, CHANGED, SAME, OUT = "new", "changed", "same", "left_out"
DESCRIBED = (
    "title",
    "process",
    "requirement",
    "description",
    "evidence",
    "clause",
    "detected_on",
    "due_on",
    "owner",
)


@dataclass(frozen=True)
class _Taken:
    """What came of a line: `before` is what it was compared with, `planned` what somebody has to do."""

    case: Nonconformity
    result: str
    before: dict[str, str]
    changes: list[dict[str, str]]
    planned: list[CorrectiveAction]


class _Tried(Exception):
    """Takes a line that was only tried back."""


def import_preview(agency: Agency, *, acting: Person | None, name: str, content: bytes) -> CaseImport:
    """Read a workbook and try every line: nothing enters the register, the preview says what would happen.

    Raises Invalid when it is no workbook or has none of the columns; problems of single lines stand in the
    preview with column, value and what was expected.
    """
    require(policies.can_keep(acting, agency))
    lines = read_cases(agency, content)
    for line in lines:
        line["result"] = OUT
        if not line["problems"]:
            _try(agency, line, acting)
    stored = files.store(agency, name, content, acting=acting)
    with transaction.atomic():
        made: CaseImport = CaseImport.objects.create(agency=agency, file=stored, lines=lines, made_by=acting)
        audit.record("audits.import.read", made, {"lines": (None, len(lines))}, acting=acting)
    return made


def import_commit(batch: CaseImport, *, acting: Person | None) -> dict[str, int]:
    """Take the good lines over, the earliest case first: all of them, or none.

    A preview may wait: under the locks of the cases and of the agency each line must still mean what it said.
    Raises IllegalTransition when the preview was decided on already, Invalid with the row when a line no
    longer fits.
    """
    counts = {NEW: 0, CHANGED: 0, SAME: 0, OUT: 0}
    owned: dict[Person, list[Nonconformity]] = {}
    correcting: dict[Person, list[Nonconformity]] = {}
    with transaction.atomic(), locked(batch) as batch:
        require(policies.can_keep(acting, batch.agency))
        _still_preview(batch)
        good = [line for line in batch.lines if not line["problems"]]
        counts[OUT] = len(batch.lines) - len(good)
        keys = [line["values"]["case"] for line in good if line["values"].get("case")]
        cases = Nonconformity.objects.filter(agency=batch.agency, pk__in=keys).order_by("pk")
        list(cases.select_for_update(of=("self",)))
        Agency.objects.select_for_update(of=("self",)).get(pk=batch.agency_id)
        known = KnownCases(batch.agency)
        for line in sorted(good, key=lambda one: one["values"].get("detected_on", "")):
            try:
                taken = _take_as_shown(batch.agency, line, known, acting)
            except DomainError as refused:
                words = _("Row %(row)s no longer fits: %(why)s Read the file again.")
                raise Invalid(words % {"row": line["row"], "why": refused}) from refused
            counts[taken.result] += 1
            if taken.result == NEW:
                owned.setdefault(taken.case.owner, []).append(taken.case)
            for owner in {action.owner for action in taken.planned if action.is_correction}:
                correcting.setdefault(owner, []).append(taken.case)
        changes = audit.apply(batch, state=CaseImport.State.COMMITTED)
        audit.record("audits.import.committed", batch, changes, acting=acting, note=str(counts))
        told = gettext_lazy("Nonconformities you are responsible for were taken over: %(codes)s")
        for owner, rows in owned.items():
            _tell_owner(f"nc-import:{batch.pk}", told, owner, rows, acting)
        told = gettext_lazy("Corrections you are to carry out were taken over: %(codes)s")
        for owner, rows in correcting.items():
            _tell_owner(f"nc-import-corrections:{batch.pk}", told, owner, rows, acting)
    return counts


def import_discard(batch: CaseImport, *, acting: Person | None) -> CaseImport:
    """Throw a preview away."""
    with transaction.atomic(), locked(batch) as batch:
        require(policies.can_keep(acting, batch.agency))
        _still_preview(batch)
        changes = audit.apply(batch, state=CaseImport.State.DISCARDED)
        audit.record("audits.import.discarded", batch, changes, acting=acting)
    return batch


def _still_preview(batch: CaseImport) -> None:
    if batch.state != CaseImport.State.PREVIEW:
        raise IllegalTransition(_("This preview has been decided on already."))


def _try(agency: Agency, line: dict[str, Any], acting: Person | None) -> None:
    """Take a line over and back again, so that every gate of the services speaks in the preview."""
    try:
        with transaction.atomic():
            taken = _take(agency, line["values"], acting)
            line["result"] = taken.result
            line["code"] = taken.case.code if taken.result != NEW else ""
            line["before"], line["changes"] = taken.before, taken.changes
            raise _Tried
    except _Tried:
        return
    except Invalid as refused:
        line["result"] = OUT
        line["problems"] += [
            problem(one.where if one.where in TITLES else "", line["cells"].get(one.where, ""), one.message)
            for one in refused.problems
        ]
    except DomainError as refused:
        line["result"] = OUT
        line["problems"].append(problem("", "", str(refused)))


def _take_as_shown(agency: Agency, line: dict[str, Any], known: KnownCases, acting: Person | None) -> _Taken:
    """Take a line over if it still means what the preview showed; call with the agency locked."""
    values = line["values"]
    if not values.get("case") and known.find(values) is not None:
        raise Invalid(_("a case for it was opened meanwhile."))
    taken = _take(agency, values, acting)
    if taken.result != line["result"] or taken.before != line.get("before", {}):
        raise Invalid(_("the case was changed meanwhile."))
    return taken


def _take(agency: Agency, values: dict[str, Any], acting: Person | None) -> _Taken:
    fields = _fields(agency, values)
    with quietly():
        if values.get("case"):
            case = Nonconformity.objects.select_related("unit", "agency", "owner", "clause").get(
                agency=agency, pk=values["case"]
            )
            before = {name: _kept(getattr(case, name)) for name in fields}
            changes = _change(case, values, fields, acting)
            planned, new = take_actions(case, values, acting)
            return _Taken(case, CHANGED if changes or new else SAME, before, changes, planned)
        unit = OrgUnit.objects.get(agency=agency, pk=values["unit"])
        case = nonconformities.nonconformity_open(
            agency,
            acting=acting,
            unit=unit,
            origin=values.get("origin") or Nonconformity.Origin.REPORT,
            grade=values.get("grade") or Nonconformity.Grade.MINOR,
            source=(WORKBOOK, None, values.get("number", ""), ""),
            **fields,
        )
        planned, _new = take_actions(case, values, acting)
    return _Taken(case, NEW, {}, [], planned)


def _fields(agency: Agency, values: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: values[name] for name in DESCRIBED if values.get(name)}
    for name in ("detected_on", "due_on"):
        if name in found:
            found[name] = dt.date.fromisoformat(found[name])
    if "owner" in found:
        found["owner"] = Person.objects.get(agency=agency, pk=found["owner"])
    if "clause" in found:
        found["clause"] = Clause.objects.get(pk=found["clause"])
    return found


def _change(
    case: Nonconformity, values: dict[str, Any], fields: dict[str, Any], acting: Person | None
) -> list[dict[str, str]]:
    """What a line says anew of a case, old and new; unit, grade and source are not changed by a list."""
    if values.get("unit") and values["unit"] != str(case.unit_id):
        raise Invalid([stays("unit", case.unit.name)])
    if values.get("grade") and values["grade"] != case.grade:
        raise Invalid([stays("grade", case.get_grade_display())])
    different = {name: value for name, value in fields.items() if _differs(getattr(case, name), value)}
    if not different:
        return []
    changes = [
        {"column": str(TITLES[name]), "old": _shown(getattr(case, name)), "new": _shown(value)}
        for name, value in different.items()
    ]
    nonconformities.nonconformity_change(case, acting=acting, **different)
    return changes


def _kept(value: Any) -> str:
    """A value of a case as the preview keeps it, to see later whether somebody changed it."""
    return str(value.pk) if isinstance(value, (Clause, Person)) else str(value or "")


def _shown(value: Any) -> str:
    """A value of a case as the preview shows it."""
    if isinstance(value, Clause):
        return value.code
    return f"{value:%d/%m/%Y}" if isinstance(value, dt.date) else str(value or "")


def _differs(old: Any, new: Any) -> bool:
    """Whether a line says something else; a clause is the same in another edition of the standard."""
    if isinstance(old, Clause) and isinstance(new, Clause):
        return old.code != new.code
    if isinstance(new, str):
        return nfc(new.strip()) != nfc(str(old).strip())
    return bool(old != new)


def _tell_owner(
    key: str, words: Any, owner: Person, cases: list[Nonconformity], acting: Person | None
) -> None:
    """Tell everybody once about the cases they have to do with now."""
    codes = ", ".join(case.code for case in cases[:8])
    rest = len(cases) - 8
    if rest > 0:
        codes += " " + ngettext("and %(n)s more", "and %(n)s more", rest) % {"n": rest}
    tell([owner], key, words, url=cases[0].get_absolute_url(), but=acting, codes=codes)
