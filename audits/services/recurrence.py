"""Whether a nonconformity came back: the same clause, unit, process and cause within the agency's window.

A case recurs when it shares clause and process with an earlier one, or unit and cause together with clause
or process (domain G; one mark alone says nothing).
"""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.models import Nonconformity, Recurrence
from audits.selectors.people import holders
from audits.services.telling import tell
from qms import agency_settings, audit, clock
from qms.models import Agency, Person, Role
from qms.text import fold

WINDOW = "audits.recurrence_months"


def window_start(case: Nonconformity) -> dt.date:
    """The first day on which an earlier case still counts."""
    return window_before(case.agency, case.detected_on)


def window_before(agency: Agency, day: dt.date) -> dt.date:
    """The first day of the agency's window that ends on a day."""
    month = day.year * 12 + day.month - 1 - int(agency_settings.get(agency, WINDOW, on=day))
    return dt.date(month // 12, month % 12 + 1, min(day.day, 28))


def shared_marks(first: Nonconformity, second: Nonconformity) -> list[str]:
    """Which of clause, unit, process and cause two cases share."""
    found = []
    if first.clause_id and second.clause_id and first.clause.code == second.clause.code:  # type: ignore[union-attr]
        found.append("clause")
    if first.unit_id == second.unit_id:
        found.append("unit")
    same_procedure = bool(first.procedure_id) and first.procedure_id == second.procedure_id
    if same_procedure or fold(first.process) == fold(second.process):
        found.append("process")
    if first.cause_category and first.cause_category == second.cause_category:
        found.append("cause")
    return found


def is_recurrence(marks: list[str]) -> bool:
    """Whether what two cases share makes the later one a recurrence."""
    have = set(marks)
    return {"clause", "process"} <= have or ({"unit", "cause"} <= have and bool({"clause", "process"} & have))


def recurrence_find(case: Nonconformity, *, acting: Person | None) -> list[Recurrence]:
    """Link a case to the earlier ones it repeats; call inside the transaction that holds its lock."""
    near = Q(clause__code=case.clause.code) if case.clause else Q(pk=None)
    near |= Q(process__iexact=case.process) | Q(unit=case.unit)
    if case.procedure_id:
        near |= Q(procedure=case.procedure_id)
    rows = (
        Nonconformity.objects.filter(
            near,
            agency=case.agency,
            detected_on__gte=window_start(case),
            detected_on__lte=case.detected_on,
        )
        .exclude(pk=case.pk)
        .exclude(state=Nonconformity.State.CANCELLED)
        .exclude(similar_to=case)
        .select_related("clause")
    )
    known = {row.earlier_id: row for row in Recurrence.objects.filter(later=case)}
    # Two found in one case at the same time (a similar case of another unit) are one cause, not a repeat.
    mine = (case.detected_on, case.pk)
    earlier = [
        row
        for row in rows
        if (row.detected_on, row.pk) < mine
        and row.pk != case.similar_to_id
        and (row.similar_to_id is None or row.similar_to_id != case.similar_to_id)
    ]
    made = []
    for row in earlier:
        marks = shared_marks(case, row)
        if not is_recurrence(marks):
            continue
        if row.pk in known:
            audit.apply(known[row.pk], shared=marks)
            continue
        link: Recurrence = Recurrence.objects.create(
            agency_id=case.agency_id, later=case, earlier=row, shared=marks, found_on=clock.today()
        )
        made.append(link)
        audit.record("audits.nonconformity.recurred", row, {"later": (None, case.code)}, acting=acting)
        if row.state == Nonconformity.State.CLOSED:
            _tell(case, row)
    if made and not case.recurring:
        changes = audit.apply(case, recurring=True, waived_reason="")
        note = ", ".join(link.earlier.code for link in made)
        audit.record("audits.nonconformity.recurred", case, changes, acting=acting, note=note)
    return made


def _tell(case: Nonconformity, earlier: Nonconformity) -> None:
    """Who keeps the register learns that a closed case came back: its verdict counts as effective no more."""
    tell(
        holders(case.agency, Role.SECRETARY),
        f"nc-recurred:{case.pk}:{earlier.pk}",
        _("%(earlier)s came back as %(later)s"),
        url=case.get_absolute_url(),
        body=case.title,
        earlier=earlier.code,
        later=case.code,
    )
