"""What of the objectives waits for a person, for the home page."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.selectors import live
from objectives import policies, words
from objectives.models import ObjectiveSet, SetState
from objectives.querysets import only_superior
from objectives.selectors.cascade import Coverage, commit_day
from objectives.selectors.entries import Slot, entries_to_confirm, sets_to_report, slots, units_of
from qms import clock
from qms.models import Person, Role
from qms.registry import WorkItem


def waiting_work(person: Person) -> Iterable[WorkItem]:
    """Sets to approve, to finish or to publish; figures to enter and to confirm."""
    if only_superior(person):
        return
    yield from _sets(person)
    yield from _to_commit(person)
    yield from _to_confirm(person)
    if person.has_role(*policies.UNIT_ROLES):
        yield from _to_enter(person)


def _sets(person: Person) -> Iterator[WorkItem]:
    if not person.has_role(*policies.DRAFTERS, *policies.APPROVERS, Role.UNIT_HEAD):
        return
    moving = ObjectiveSet.objects.filter(
        agency=person.agency, state__in=[SetState.DRAFT, SetState.IN_REVIEW, SetState.APPROVED]
    ).select_related("unit", "drafter", "paper")
    for one in moving:
        url = one.get_absolute_url()
        if one.state == SetState.IN_REVIEW and policies.can_approve(person, one):
            yield WorkItem(
                one.title,
                _("drafted by %(person)s") % {"person": one.drafter},
                url,
                _("Approve the objectives"),
                "target",
                key=f"set-approve:{one.pk}",
            )
        elif one.state == SetState.DRAFT and one.return_reason and one.drafter_id == person.pk:
            yield WorkItem(
                one.title,
                _("returned: %(reason)s") % {"reason": one.return_reason},
                url,
                _("Revise the objectives"),
                "target",
                key=f"set-revise:{one.pk}",
            )
        elif (
            one.state == SetState.APPROVED
            and one.unit_id is None
            and policies.can_publish(person, one)
            and live(one.paper) is None
        ):
            yield WorkItem(
                one.title,
                _("approved, not yet published"),
                url,
                _("Prepare the decision"),
                "target",
                key=f"set-publish:{one.pk}",
            )


def _to_commit(person: Person) -> Iterator[WorkItem]:
    """A head of a unit whose objectives of the year are not drafted, or drafted and not committed to."""
    headed = [unit for role, unit in person.held_roles if role == Role.UNIT_HEAD and unit]
    if not headed:
        return
    sets = ObjectiveSet.objects.filter(
        agency=person.agency, unit=None, state=SetState.IN_FORCE, year__gte=clock.today().year
    )
    for one in sets.select_related("agency"):
        coverage = Coverage(one)
        for unit in coverage.asked:
            own = coverage.sets.get(unit.pk)
            if unit.pk not in headed or (own is not None and own.state != SetState.DRAFT):
                continue
            if own is not None and own.return_reason:
                continue  # told as returned already
            yield WorkItem(
                _("Objectives of %(year)s of the unit") % {"year": one.year},
                unit.label,
                own.get_absolute_url()
                if own
                else f"{reverse('objectives:unit-derive', args=[one.pk])}?unit={unit.pk}",
                _("Commit to the objectives") if own else _("Derive the objectives"),
                "target",
                due=commit_day(one),
                key=f"set-commit:{one.pk}:{unit.pk}",
            )


def _to_confirm(person: Person) -> Iterator[WorkItem]:
    if not person.has_role(*policies.DRAFTERS, Role.UNIT_HEAD):
        return
    for entry in entries_to_confirm(person):
        if policies.can_confirm(person, entry):
            yield WorkItem(
                _("Figures of target %(code)s, %(period)s")
                % {"code": entry.target.code, "period": words.period_name(entry.span)},
                f"{entry.unit.label} · {words.rate_of(entry.target, entry.numerator, entry.denominator)}",
                entry.get_absolute_url(),
                _("Confirm the figures"),
                "check-check",
                key=f"entry:{entry.pk}",
            )


def _to_enter(person: Person) -> Iterator[WorkItem]:
    """One item per unit and period, however many figures it asks for."""
    sets = list(sets_to_report(person.agency))
    for unit in units_of(person):
        wanted: dict[tuple[object, ...], list[Slot]] = {}
        for slot in slots(sets, unit=unit):
            if slot.is_wanted and policies.can_enter(person, slot.target, unit):
                wanted.setdefault((slot.due, slot.period), []).append(slot)
        for (_due, period), group in wanted.items():
            year = group[0].period.year
            yield WorkItem(
                _("Enter the figures of %(period)s") % {"period": words.period_name(group[0].period)},
                f"{unit.label} · "
                + ngettext("%(count)s figure missing", "%(count)s figures missing", len(group))
                % {"count": len(group)}
                + f": {', '.join(slot.target.code for slot in group)}",
                f"{reverse('objectives:entry-list')}?year={year}&unit={unit.pk}",
                _("Enter the figures"),
                "pencil-line",
                due=group[0].due,
                key=f"enter:{unit.pk}:{period}",
            )
