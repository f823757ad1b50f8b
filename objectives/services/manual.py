"""Figures that units enter: recorded with evidence, confirmed or returned by another person."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from objectives import periods, policies
from objectives.models import EntryEvidence, ManualEntry, Target
from objectives.services.attainment import attainment_request
from objectives.services.life import _reason
from objectives.workflow import ENTRIES
from qms import audit, clock, notifications
from qms.exceptions import Invalid, Problem, Refused
from qms.models import OrgUnit, Person, StoredFile
from qms.policies import require
from qms.workflow import locked, move


def manual_entry_record(
    target: Target,
    *,
    unit: OrgUnit,
    period: str,
    numerator: int,
    denominator: int,
    acting: Person | None,
    note: str = "",
    evidence: Sequence[StoredFile] = (),
) -> ManualEntry:
    """Enter the numbers of a unit for one period; a later entry for the same period is a correction.

    Raises Refused for people of other units, and Invalid (with the field) for numbers that cannot be.
    """
    with transaction.atomic(), locked(target) as target:
        require(policies.can_enter(acting, target, unit))
        problems = _problems(target, unit, period, numerator, denominator)
        confirmed = ManualEntry.objects.filter(
            target=target, unit=unit, period=period, state=ManualEntry.State.CONFIRMED
        ).first()
        if confirmed is not None and not note.strip():
            problems.append(Problem("note", _("Say why the confirmed figures are corrected.")))
        if problems:
            raise Invalid(problems)
        try:
            with transaction.atomic():
                entry: ManualEntry = ManualEntry.objects.create(
                    agency=target.agency,
                    target=target,
                    unit=unit,
                    period=period,
                    numerator=numerator,
                    denominator=denominator,
                    note=note.strip(),
                    entered_by=acting,
                    corrects=confirmed,
                )
        except IntegrityError:
            raise Invalid(
                _("Figures of this unit and period already wait for confirmation. Have them returned first.")
            ) from None
        for file in evidence:
            if file.agency_id != target.agency_id:
                raise Refused(_("The evidence belongs to another agency."))
            EntryEvidence.objects.create(agency=target.agency, entry=entry, file=file)
        old = f"{confirmed.numerator}/{confirmed.denominator}" if confirmed else None
        audit.record(
            "objectives.entry.recorded",
            entry,
            {"figure": (old, f"{numerator}/{denominator}"), "evidence": (None, [str(f) for f in evidence])},
            acting=acting,
            note=entry.note,
        )
    return entry


def _problems(target: Target, unit: OrgUnit, period: str, numerator: int, denominator: int) -> list[Problem]:
    problems = []
    if not target.is_manual:
        problems.append(Problem("", _("This target is computed from dossiers.")))
    if target.parent_id is not None and target.objective_set.unit_id is not None:
        problems.append(Problem("", _("The figures entered for the agency's target count for this one.")))
    if not target.reporting.filter(unit=unit).exists():
        problems.append(Problem("unit", _("%(unit)s does not report this target.") % {"unit": unit}))
    try:
        span = periods.parse(period)
    except ValueError:
        return [*problems, Problem("period", _("Choose a period."), period)]
    if span.year != target.objective_set.year or span.grain != target.cadence:
        problems.append(
            Problem(
                "period",
                _("This target is reported by %(grain)s of %(year)s.")
                % {"grain": target.get_cadence_display().lower(), "year": target.objective_set.year},
                period,
            )
        )
    elif periods.window(span, target.objective_set.window_rule).start > clock.now():
        problems.append(Problem("period", _("This period has not begun yet."), period))
    if numerator < 0:
        problems.append(Problem("numerator", _("Give a number from 0 up."), str(numerator)))
    if denominator < 0:
        problems.append(Problem("denominator", _("Give a number from 0 up."), str(denominator)))
    if numerator > denominator >= 0:
        problems.append(
            Problem("numerator", _("More was achieved than was due: check both numbers."), str(numerator))
        )
    return problems


def manual_entry_confirm(entry: ManualEntry, *, acting: Person, compute: bool = True) -> ManualEntry:
    """Confirm what another person entered; a correction takes the place of what it corrects.

    Who confirms many at once says `compute=False` and asks for one computation at the end.
    """
    with transaction.atomic(), locked(entry) as entry:
        require(policies.can_confirm(acting, entry))
        if entry.corrects is not None:
            replaced = move(entry.corrects, ENTRIES["replace"])
            audit.record("objectives.entry.replaced", entry.corrects, replaced, acting=acting)
        changes = move(entry, ENTRIES["confirm"], confirmed_by=acting, confirmed_at=clock.now())
        audit.record("objectives.entry.confirmed", entry, changes, acting=acting)
        if compute:
            attainment_request(agency=entry.agency, year=entry.span.year, acting=acting, source="manual")
    return entry


def manual_entry_return(entry: ManualEntry, *, reason: str, acting: Person) -> ManualEntry:
    """Give entered figures back with the reason; the unit enters them again."""
    reason = _reason(reason)
    with transaction.atomic(), locked(entry) as entry:
        require(policies.can_confirm(acting, entry))
        changes = move(entry, ENTRIES["return"], return_reason=reason)
        audit.record("objectives.entry.returned", entry, changes, acting=acting, note=reason)
        if entry.entered_by is not None:
            notifications.notify(
                entry.entered_by,
                topic="objectives",
                title=_("Figures returned: %(entry)s") % {"entry": entry},
                body=reason,
                key=f"entry-returned:{entry.pk}",
                url=entry.get_absolute_url(),
            )
    return entry
