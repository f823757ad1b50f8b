"""Nonconformities from a workbook: each line tried in a preview, taken over when somebody says so (10.2)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audits import policies
from audits.models import CaseImport, CorrectiveAction, Nonconformity
from audits.services import nonconformities
from audits.services.case_actions import stays, take_actions
from audits.services.case_columns import TITLES, WORKBOOK
from audits.services.case_past import past_differs, past_take
from audits.services.case_reading import KnownCases, problem, read_cases
from audits.services.recurrence import recurrence_find
from audits.services.telling import quietly, tell
from qms import audit, files, jobs, registry
from qms.exceptions import DomainError, IllegalTransition, Invalid
from qms.models import Agency, Clause, Job, OrgUnit, Person
from qms.policies import require
from qms.text import nfc
from qms.workflow import hold, locked

JOB, TRY_JOB = "audits.case_import", "audits.case_import_try"
AT_ONCE = 40
"""So many lines are tried or taken over while the person waits; more of them by a job."""
STEP = 10
Told = Callable[[int, int, str], None]
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
    preview with column, value and what was expected. The lines of a long one are tried by a job
    (`import_job`), until then their result is empty.
    """
    require(policies.can_keep(acting, agency))
    lines = [line | {"result": OUT if line["problems"] else ""} for line in read_cases(agency, content)]
    stored = files.store(agency, name, content, acting=acting)
    with transaction.atomic():
        made: CaseImport = CaseImport.objects.create(agency=agency, file=stored, lines=lines, made_by=acting)
        audit.record("audits.import.read", made, {"lines": (None, len(lines))}, acting=acting)
        if len(lines) > AT_ONCE:
            _enqueue(TRY_JOB, made, acting, _("Try the lines of %(name)s"))
        else:
            _try_all(made, made.lines, acting)
            made.save(update_fields=["lines"])
    return made


def is_tried(batch: CaseImport) -> bool:
    """Whether the preview knows what every line would do."""
    return all(line["result"] for line in batch.lines)


def import_job(batch: CaseImport) -> Job | None:
    """The job that tries a preview or takes it over, else the last one that did."""
    rows = Job.objects.filter(agency=batch.agency_id, kind__in=[JOB, TRY_JOB], unique_key=str(batch.pk))
    return max(rows, key=lambda job: (not job.is_over, job.created_at), default=None)


def import_enqueue(batch: CaseImport, *, acting: Person | None) -> Job:
    """Take a long preview over in the background, all of it or nothing; asked twice it is one job.

    Raises IllegalTransition when it was decided on already or its lines are still being tried.
    """
    with transaction.atomic(), locked(batch) as batch:
        require(policies.can_keep(acting, batch.agency))
        _still_preview(batch)
        _is_ready(batch)
        return _enqueue(JOB, batch, acting, _("Take over the workbook %(name)s"))


def import_try_again(batch: CaseImport, *, acting: Person | None) -> Job:
    """Try the lines once more when the job that tried them came to nothing."""
    with transaction.atomic(), locked(batch) as batch:
        require(policies.can_keep(acting, batch.agency))
        if batch.state != CaseImport.State.PREVIEW or is_tried(batch):
            raise IllegalTransition(_("This preview has been decided on already."))
        return _enqueue(TRY_JOB, batch, acting, _("Try the lines of %(name)s"))


@jobs.job_kind(TRY_JOB, label=gettext_lazy("Try the lines of a workbook of nonconformities"))
def try_run(context: jobs.JobContext) -> None:
    """What every line would do; nothing of it stays but the words of the preview."""
    batch = _batch_of(context)
    lines = [dict(line) for line in batch.lines]
    _try_all(batch, lines, context.acting, context.progress)
    with context.completing({"url": batch.get_absolute_url()}) as outcome, locked(batch) as batch:
        _still_preview(batch)
        batch.lines = lines
        batch.save(update_fields=["lines"])
        good = sum(1 for line in lines if line["result"] in {NEW, CHANGED})
        outcome["message"] = _("%(good)s of %(n)s lines can be taken over.") % {"good": good, "n": len(lines)}


@jobs.job_kind(JOB, label=gettext_lazy("Take over a workbook of nonconformities"))
def import_run(context: jobs.JobContext) -> None:
    """The lines enter the register in the transaction that ends the job."""
    batch = _batch_of(context)
    with context.completing({"url": reverse("audits:nc-list")}) as outcome:
        counts = import_commit(batch, acting=context.acting, progress=context.progress)
        outcome["message"] = taken_words(counts)


def taken_words(counts: dict[str, int]) -> str:
    """What became of the lines of a workbook."""
    return _("%(new)s opened, %(changed)s changed, %(same)s the same, %(left_out)s left out.") % counts


def _batch_of(context: jobs.JobContext) -> CaseImport:
    rows = CaseImport.objects.select_related("agency", "file")
    found: CaseImport = rows.get(pk=context.params["batch"], agency=context.agency)
    return found


def _enqueue(kind: str, batch: CaseImport, acting: Person | None, label: str) -> Job:
    return jobs.enqueue(
        kind,
        agency=batch.agency,
        params={"batch": str(batch.pk)},
        acting=acting,
        label=label % {"name": batch.file.name},
        unique_key=str(batch.pk),
    )


def _silent(done: int, total: int, phase: str) -> None:
    """Nobody asks how far a short workbook is."""


def import_commit(batch: CaseImport, *, acting: Person | None, progress: Told = _silent) -> dict[str, int]:
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
        _is_ready(batch)
        good = [line for line in batch.lines if not line["problems"]]
        counts[OUT] = len(batch.lines) - len(good)
        keys = {line["values"]["case"] for line in good if line["values"].get("case")}
        looked_at = {str(key) for key in _may_repeat(batch.agency, good).values_list("pk", flat=True)}
        cases = Nonconformity.objects.filter(agency=batch.agency, pk__in=keys | looked_at).order_by("pk")
        list(cases.select_for_update(of=("self",)))
        hold(batch.agency)
        known = KnownCases(batch.agency)
        ordered = sorted(good, key=lambda one: one["values"].get("detected_on", ""))
        for number, line in enumerate(ordered):
            if number % STEP == 0:
                progress(number, len(ordered), _("Lines are being taken over"))
            try:
                taken = _take_as_shown(batch, line, known, acting)
            except DomainError as refused:
                words = _("Row %(row)s no longer fits: %(why)s Read the file again.")
                raise Invalid(words % {"row": line["row"], "why": refused}) from refused
            counts[taken.result] += 1
            if taken.result == NEW and not taken.case.is_history:
                owned.setdefault(taken.case.owner, []).append(taken.case)
            for owner in {action.owner for action in taken.planned if action.is_correction}:
                correcting.setdefault(owner, []).append(taken.case)
        with quietly():
            for case in _may_repeat(batch.agency, good).filter(pk__in=looked_at).select_related("clause"):
                recurrence_find(case, acting=acting)
        if looked_at:
            registry.fulfilment_changed(batch.agency)
        changes = audit.apply(batch, state=CaseImport.State.COMMITTED)
        audit.record("audits.import.committed", batch, changes, acting=acting, note=str(counts))
        told = gettext_lazy("Nonconformities you are responsible for were taken over: %(codes)s")
        for owner, rows in owned.items():
            _tell_owner(f"nc-import:{batch.pk}", told, owner, rows, acting)
        told = gettext_lazy("Corrections you are to carry out were taken over: %(codes)s")
        for owner, rows in correcting.items():
            _tell_owner(f"nc-import-corrections:{batch.pk}", told, owner, rows, acting)
    return counts


def _may_repeat(agency: Agency, lines: list[dict[str, Any]]) -> QuerySet[Nonconformity]:
    """The living cases that may repeat what is taken over as closed: their cause is still dealt with."""
    values = [line["values"] for line in lines]
    days = [one["detected_on"] for one in values if one.get("history") and not one.get("case")]
    done = (*Nonconformity.ENDED, Nonconformity.State.TO_CLOSE)
    living = Nonconformity.objects.filter(agency=agency, taken_over=None).exclude(state__in=done)
    return living.filter(detected_on__gte=min(days)).order_by("pk") if days else living.none()


def import_discard(batch: CaseImport, *, acting: Person | None) -> CaseImport:
    """Throw a preview away."""
    with transaction.atomic(), locked(batch) as batch:
        require(policies.can_keep(acting, batch.agency))
        _still_preview(batch)
        job = import_job(batch)
        if job is not None and not job.is_over:
            raise IllegalTransition(_("This workbook is being worked on."))
        changes = audit.apply(batch, state=CaseImport.State.DISCARDED)
        audit.record("audits.import.discarded", batch, changes, acting=acting)
    return batch


def _still_preview(batch: CaseImport) -> None:
    if batch.state != CaseImport.State.PREVIEW:
        raise IllegalTransition(_("This preview has been decided on already."))


def _is_ready(batch: CaseImport) -> None:
    if not is_tried(batch):
        raise IllegalTransition(_("The lines are still being tried."))


def _try_all(
    batch: CaseImport, lines: list[dict[str, Any]], acting: Person | None, progress: Told = _silent
) -> None:
    for number, line in enumerate(lines):
        if number % STEP == 0:
            progress(number, len(lines), _("Lines are being tried"))
        if not line["problems"]:
            _try(batch, line, acting)


def _try(batch: CaseImport, line: dict[str, Any], acting: Person | None) -> None:
    """Take a line over and back again, so that every gate of the services speaks in the preview."""
    try:
        with transaction.atomic():
            taken = _take(batch, line["values"], acting)
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


def _take_as_shown(
    batch: CaseImport, line: dict[str, Any], known: KnownCases, acting: Person | None
) -> _Taken:
    """Take a line over if it still means what the preview showed; call with the agency locked."""
    values = line["values"]
    if not values.get("case") and known.find(values) is not None:
        raise Invalid(_("a case for it was opened meanwhile."))
    taken = _take(batch, values, acting)
    if taken.result != line["result"] or taken.before != line.get("before", {}):
        raise Invalid(_("the case was changed meanwhile."))
    return taken


def _take(batch: CaseImport, values: dict[str, Any], acting: Person | None) -> _Taken:
    agency = batch.agency
    fields = _fields(agency, values)
    with quietly():
        if values.get("history"):
            return _take_past(batch, values, fields, acting)
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


def _take_past(
    batch: CaseImport, values: dict[str, Any], fields: dict[str, Any], acting: Person | None
) -> _Taken:
    """A case that was closed already: kept as history once, never changed by a list afterwards."""
    if not values.get("case"):
        return _Taken(past_take(batch.agency, values, fields, batch, acting), NEW, {}, [], [])
    case = Nonconformity.objects.select_related("clause", "owner").get(agency=batch.agency, pk=values["case"])
    fields.pop("owner", None)
    if "due_on" not in case.past:
        fields.pop("due_on", None)
    different = next((name for name, new in fields.items() if _differs(getattr(case, name), new)), "")
    different = different or past_differs(case, values)
    if different:
        now = getattr(case, different, "") if different != "effective" else ""
        raise Invalid([stays(different, case.past.get(different) or _shown(now))])
    return _Taken(case, SAME, {}, [], [])


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
