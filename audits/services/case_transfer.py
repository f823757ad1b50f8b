"""Nonconformities from a workbook: each line tried in a preview, taken over when somebody says so (10.2)."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audits import policies
from audits.models import CaseImport, CorrectiveAction, Nonconformity
from audits.services import corrective, nonconformities
from audits.services.case_columns import TITLES, WORKBOOK
from audits.services.case_reading import problem, read_cases
from audits.services.telling import quietly, tell
from qms import audit, files
from qms.exceptions import DomainError, IllegalTransition, Invalid, Problem
from qms.models import Agency, Clause, OrgUnit, Person
from qms.policies import require
from qms.text import fold, nfc
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
    """Take the good lines over: known cases are changed, the others opened. All of them, or none.

    Raises IllegalTransition when the preview was decided on already, Invalid with the row when the register
    changed meanwhile so that a line no longer fits.
    """
    counts = {NEW: 0, CHANGED: 0, SAME: 0, OUT: 0}
    owned: dict[Any, list[Nonconformity]] = {}
    with transaction.atomic(), locked(batch) as batch:
        require(policies.can_keep(acting, batch.agency))
        _still_preview(batch)
        for line in batch.lines:
            if line["problems"]:
                counts[OUT] += 1
                continue
            try:
                case, what = _take(batch.agency, line["values"], acting)
            except DomainError as refused:
                words = _("Row %(row)s no longer fits: %(why)s Read the file again.")
                raise Invalid(words % {"row": line["row"], "why": refused}) from refused
            counts[what] += 1
            if what == NEW:
                owned.setdefault(case.owner, []).append(case)
        changes = audit.apply(batch, state=CaseImport.State.COMMITTED)
        audit.record("audits.import.committed", batch, changes, acting=acting, note=str(counts))
        for owner, cases in owned.items():
            _tell_owner(batch, owner, cases, acting)
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
            case, line["result"] = _take(agency, line["values"], acting)
            line["code"] = case.code if line["result"] != NEW else ""
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


def _take(agency: Agency, values: dict[str, Any], acting: Person | None) -> tuple[Nonconformity, str]:
    fields = _fields(agency, values)
    with quietly():
        if values.get("case"):
            case = Nonconformity.objects.select_related("unit", "agency", "owner", "clause").get(
                agency=agency, pk=values["case"]
            )
            changed = _change(case, values, fields, acting)
            return case, CHANGED if _take_actions(case, values, acting) or changed else SAME
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
        _take_actions(case, values, acting)
    return case, NEW


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
) -> bool:
    """What a line says anew of a case; unit, grade and source are not changed by a list."""
    if values.get("unit") and values["unit"] != str(case.unit_id):
        raise Invalid([_stays("unit", case.unit.name)])
    if values.get("grade") and values["grade"] != case.grade:
        raise Invalid([_stays("grade", case.get_grade_display())])
    different = {name: value for name, value in fields.items() if _differs(getattr(case, name), value)}
    if not different:
        return False
    nonconformities.nonconformity_change(case, acting=acting, **different)
    return True


def _differs(old: Any, new: Any) -> bool:
    """Whether a line says something else; a clause is the same in another edition of the standard."""
    if isinstance(old, Clause) and isinstance(new, Clause):
        return old.code != new.code
    if isinstance(new, str):
        return nfc(new.strip()) != nfc(str(old).strip())
    return bool(old != new)


def _stays(name: str, value: str) -> Problem:
    return Problem(
        name, _("“%(value)s”: it is changed on the page of the case, with its reason") % {"value": value}
    )


def _take_actions(case: Nonconformity, values: dict[str, Any], acting: Person | None) -> bool:
    """Plan and report what the case does not have yet; gives whether anything was new."""
    known = {
        (row.kind, fold(" ".join(row.description.split())))
        for row in case.actions.exclude(state=CorrectiveAction.State.CANCELLED)
    }
    new = False
    for kind, name in (("correction", "correction"), ("corrective", "action")):
        rows = [row for row in values.get(name, ()) if (kind, fold(row["description"])) not in known]
        reason = values.get("no_correction", "")
        corrected = rows or case.no_correction or any(one == "correction" for one, _words in known)
        if kind == "correction" and reason and not corrected:
            nonconformities.nothing_to_correct(case, acting=acting, reason=reason)
            new = True
        if kind == "corrective" and rows:
            case.refresh_from_db()
            if case.state == Nonconformity.State.OPEN:
                nonconformities.analysis_begin(case, acting=acting)
        for row in rows:
            _take_action(case, kind, row, acting)
            new = True
    return new


def _take_action(case: Nonconformity, kind: str, row: dict[str, str], acting: Person | None) -> None:
    action = corrective.action_plan(
        case,
        acting=acting,
        kind=kind,
        description=row["description"],
        owner=Person.objects.get(agency=case.agency_id, pk=row["owner"]) if row["owner"] else None,
        deadline=dt.date.fromisoformat(row["deadline"]),
    )
    if row.get("done_on"):
        corrective.action_report(
            action,
            acting=acting,
            note=_("Taken over from a workbook"),
            reference=row["evidence"][:255],
            done_on=dt.date.fromisoformat(row["done_on"]),
        )


def _tell_owner(batch: CaseImport, owner: Person, cases: list[Nonconformity], acting: Person | None) -> None:
    """Tell everybody once which cases they answer for now."""
    words = gettext_lazy("Nonconformities you are responsible for were taken over: %(codes)s")
    codes = ", ".join(case.code for case in cases[:8])
    rest = len(cases) - 8
    if rest > 0:
        codes += " " + ngettext("and %(n)s more", "and %(n)s more", rest) % {"n": rest}
    url = cases[0].get_absolute_url()
    tell([owner], f"nc-import:{batch.pk}", words, url=url, but=acting, codes=codes)
