"""Items that tick themselves: the record the plan waits for exists (or exists no more)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from objectives.models import MaintenancePlan, PlanItem, PlanState
from objectives.selectors.plan_people import people_to_tell
from objectives.workflow import ITEMS
from qms import audit, clock, notifications, registry
from qms.models import Agency
from qms.workflow import locked, move


def agency_fulfil(agency: Agency) -> int:
    """Look at every plan in force of an agency; gives how many items changed. Called at issue events."""
    plans = MaintenancePlan.objects.filter(agency=agency, state=PlanState.IN_FORCE).select_related("agency")
    return sum(plan_fulfil(plan) for plan in plans)


def fulfil_nightly() -> None:
    """Every night, for records that came about without telling."""
    for plan in MaintenancePlan.objects.filter(state=PlanState.IN_FORCE).select_related("agency"):
        plan_fulfil(plan)


def plan_fulfil(plan: MaintenancePlan) -> int:
    """Tick items whose record exists, untick (and say so) those whose record is gone; gives the changes."""
    kinds = {kind.key: kind for kind in registry.fulfilments}
    items = PlanItem.objects.filter(plan=plan, archived_at=None).exclude(fulfilled_by="")
    found: dict[str, registry.Fulfilment | None] = {}
    changed = 0
    with override("vi"):
        for item in items.select_related("plan", "agency"):
            kind = kinds.get(item.fulfilled_by)
            if kind is None:
                continue
            if kind.key not in found:
                found[kind.key] = kind.find(plan.agency, plan.year)
            record = found[kind.key]
            if record is not None and item.is_open and _identity(record) != item.record_key:
                changed += _tick(item, record)
            elif item.is_ticked_by_record and (record is None or _identity(record) != item.record_key):
                changed += _untick(item) if record is None else _follow(item, record)
    return changed


def _identity(record: registry.Fulfilment) -> str:
    return (record.key or record.url)[:120]


def _values(record: registry.Fulfilment) -> dict[str, Any]:
    return {
        "done_on": min(record.on, clock.today()),
        "record_key": _identity(record),
        "record_title": record.title[:500],
        "record_url": record.url[:300],
    }


def _tick(item: PlanItem, record: registry.Fulfilment) -> int:
    with transaction.atomic(), locked(item) as fresh:
        if not fresh.is_open:
            return 0
        changes = move(fresh, ITEMS["tick"], confirmed_at=clock.now(), **_values(record))
        audit.record("objectives.plan_item.ticked", fresh, changes, acting=None, note=record.title)
        _tell(
            fresh,
            _("Done by a record: item %(number)s, %(record)s")
            % {"number": fresh.number, "record": record.title},
        )
    return 1


def _follow(item: PlanItem, record: registry.Fulfilment) -> int:
    """Another record took the place of the one that ticked the item."""
    with transaction.atomic(), locked(item) as fresh:
        changes = audit.apply(fresh, **_values(record))
        if changes:
            audit.record("objectives.plan_item.ticked", fresh, changes, acting=None, note=record.title)
    return 1


def _untick(item: PlanItem) -> int:
    with transaction.atomic(), locked(item) as fresh:
        if not fresh.is_ticked_by_record:
            return 0
        reason = _("“%(record)s” no longer stands.") % {"record": fresh.record_title}
        changes = move(
            fresh,
            ITEMS["untick"],
            done_on=None,
            confirmed_at=None,
            reason=reason[:1000],
            record_key="",
            record_title="",
            record_url="",
        )
        audit.record("objectives.plan_item.unticked", fresh, changes, acting=None, note=reason)
        _tell(fresh, _("No longer done: item %(number)s") % {"number": fresh.number}, reason)
    return 1


def _tell(item: PlanItem, title: str, body: str = "") -> None:
    for person in people_to_tell(item):
        notifications.notify(
            person,
            topic="objectives",
            title=title,
            body=body,
            key=f"plan-item:{item.pk}:{item.state}:{clock.now():%Y%m%d%H%M}",
            url=item.get_absolute_url(),
        )
