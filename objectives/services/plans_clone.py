"""Starting a year: the plan of another year as the draft of a new one, and what became of its rows."""

import re
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from objectives import plan_policies as policies
from objectives import timeframe
from objectives.models import MaintenancePlan, PlanItem, PlanParty, PlanState, RoleGroup
from objectives.plan_papers import in_tree_order
from objectives.services.draft_tasks import Party
from objectives.services.plans import item_add, plan_bases, plan_create
from qms import audit, clock
from qms.exceptions import Invalid
from qms.models import Person
from qms.policies import require


def plan_clone(plan: MaintenancePlan, *, year: int, acting: Person | None) -> MaintenancePlan:
    """The draft of another year's plan: same items, people and order, states as at the start.

    Years named in title, sections and times move along; items cancelled last year, units that closed and
    people who left stay behind. What differs from last year is told by `plan_changes`.
    """
    require(policies.can_start_for(acting, plan.agency_id))
    if year == plan.year:
        raise Invalid(_("Choose another year than that of the plan."))
    under_way = MaintenancePlan.objects.filter(
        agency=plan.agency, year=year, state__in=[PlanState.DRAFT, PlanState.IN_REVIEW, PlanState.APPROVED]
    ).first()
    if under_way is not None:
        raise Invalid(_("“%(plan)s” is being drafted already.") % {"plan": under_way.title})
    with transaction.atomic():
        made = plan_create(
            agency=plan.agency,
            year=year,
            title=_moved(plan.title, plan.year, year),
            cloned_from=plan,
            acting=acting,
            purposes=_moved(plan.purposes, plan.year, year),
            requirements=_moved(plan.requirements, plan.year, year),
            organisation=_moved(plan.organisation, plan.year, year),
            budget_text=_moved(plan.budget_text, plan.year, year),
        )
        kept = [
            row.legal_basis
            for row in plan.bases.select_related("legal_basis")
            if not row.legal_basis.ended_by(clock.today())
        ]
        plan_bases(made, bases=kept, acting=acting)
        copies: dict[object, PlanItem] = {}
        rows = plan.items.filter(archived_at=None).exclude(state=PlanItem.State.CANCELLED)
        for item, _depth in in_tree_order(rows.prefetch_related("parties__unit", "parties__person__unit")):
            copies[item.pk] = item_add(
                made,
                text=_moved(item.text, plan.year, year),
                number=item.number,
                parent=copies.get(item.parent_id),
                time_text=timeframe.shift_years(item.time_text, year - plan.year),
                leads=_present(item.leads),
                coordinators=_present(item.coordinators),
                is_optional=item.is_optional,
                fulfilled_by=item.fulfilled_by,
                cloned_from=item,
                method=item.method,
                budget_text=_moved(item.budget_text, plan.year, year),
                product=_moved(item.product, plan.year, year),
                lead_text=item.lead_text,
                coordinator_text=item.coordinator_text,
                acting=acting,
            )
        audit.record("objectives.plan.cloned", made, {"cloned_from": (None, str(plan))}, acting=acting)
    return made


def _moved(text: str, old: int, new: int) -> str:
    """The year of the plan replaced by the new one; other years stay (a decree keeps its year)."""
    return re.sub(rf"(?<![\d:/]){old}(?!\d)", str(new), text)


def _present(parties: "list[PlanParty]") -> list[Party]:
    today = clock.today()
    found: list[Party] = []
    for party in parties:
        if party.unit is not None:
            if party.unit.exists_on(today):
                found.append(party.unit)
        elif party.person is not None:
            if party.person.works_on(today):
                found.append(party.person)
        else:
            found.append(RoleGroup(party.group))
    return found


@dataclass
class PlanChanges:
    """How a plan differs from the one it was made from."""

    new: list[PlanItem] = field(default_factory=list)
    changed: dict[PlanItem, list[str]] = field(default_factory=dict)
    dropped: list[PlanItem] = field(default_factory=list)

    def mark(self, item: PlanItem) -> str:
        """`new`, `changed` or nothing."""
        if item in self.new:
            return "new"
        return "changed" if item in self.changed else ""


def plan_changes(plan: MaintenancePlan) -> PlanChanges:
    """New, changed and dropped items against the plan it was made from; nothing for a first plan."""
    found = PlanChanges()
    if plan.cloned_from_id is None:
        return found
    parties = ("parties__unit", "parties__person")
    items = list(plan.items.filter(archived_at=None).prefetch_related(*parties))
    before = {
        row.pk: row
        for row in PlanItem.objects.filter(plan=plan.cloned_from_id, archived_at=None).prefetch_related(
            *parties
        )
    }
    shift = plan.year - plan.cloned_from.year if plan.cloned_from else 0
    for item in items:
        old = before.pop(item.cloned_from_id, None)
        if old is None:
            found.new.append(item)
            continue
        names = [
            name
            for name, was, now in (
                (_("work item"), _moved(old.text, plan.year - shift, plan.year), item.text),
                (_("time"), timeframe.shift_years(old.time_text, shift), item.time_text),
                (_("leads"), old.lead_words, item.lead_words),
                (_("takes part"), old.coordinator_words, item.coordinator_words),
                (_("method"), old.method, item.method),
            )
            if was != now
        ]
        if names:
            found.changed[item] = names
    found.dropped = list(before.values())
    return found
