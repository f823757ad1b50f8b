"""Drafting annual plans: the head, the legal bases, the items and their order."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import override

from documents.models import LegalBasis
from objectives import plan_policies as policies
from objectives import timeframe
from objectives.models import MaintenancePlan, PlanBasis, PlanItem, PlanParty, RoleGroup
from objectives.services.draft_tasks import Party
from objectives.services.draft_words import text_cleaned, text_needed
from qms import audit, clock, registry, search
from qms.exceptions import Invalid, Problem, Refused
from qms.models import Agency, OrgUnit, Person
from qms.policies import require
from qms.workflow import locked

SECTIONS = ("purposes", "requirements", "organisation", "budget_text")
WORDS = ("method", "budget_text", "product", "lead_text", "coordinator_text")


def plan_create(
    *,
    agency: Agency,
    year: int,
    title: str,
    acting: Person | None,
    cloned_from: MaintenancePlan | None = None,
    **sections: str,
) -> MaintenancePlan:
    """Start the draft of an annual plan; `sections` as named in SECTIONS."""
    require(policies.can_start_for(acting, agency.pk))
    if not 2000 <= year <= 2100:
        raise Invalid([Problem("year", _("Give a year between 2000 and 2100."), str(year))])
    with transaction.atomic():
        plan: MaintenancePlan = MaintenancePlan.objects.create(
            agency=agency,
            year=year,
            title=_line(title, "title"),
            drafter=acting,
            cloned_from=cloned_from,
            **{name: text_cleaned(sections.get(name, "")) for name in SECTIONS},
        )
        audit.record("objectives.plan.created", plan, acting=acting)
        plan_index(plan)
    return plan


def plan_update(
    plan: MaintenancePlan, *, title: str, acting: Person | None, **sections: str
) -> MaintenancePlan:
    """Change title and sections of a draft."""
    with transaction.atomic(), locked(plan) as draft:
        require(policies.can_edit(acting, draft))
        values = {name: text_cleaned(text) for name, text in sections.items() if name in SECTIONS}
        changes = audit.apply(draft, title=_line(title, "title"), **values)
        if changes:
            audit.record("objectives.plan.changed", draft, changes, acting=acting)
            plan_index(draft)
    return draft


def plan_bases(plan: MaintenancePlan, *, bases: Sequence[LegalBasis], acting: Person | None) -> None:
    """Choose what the plan cites, in order."""
    with transaction.atomic(), locked(plan) as draft:
        require(policies.can_edit(acting, draft))
        old = [str(row) for row in draft.bases.select_related("legal_basis")]
        draft.bases.all().delete()
        for order, basis in enumerate(bases, start=1):
            if basis.agency_id != draft.agency_id:
                raise Refused(_("This belongs to another agency."))
            PlanBasis.objects.create(agency=draft.agency, plan=draft, legal_basis=basis, order=order)
        new = [str(basis) for basis in bases]
        if old != new:
            audit.record("objectives.plan.changed", draft, acting=acting, note="; ".join(new))


def plan_discard(plan: MaintenancePlan, *, acting: Person | None) -> None:
    """Throw a draft away; the audit trail keeps that it was there."""
    with transaction.atomic(), locked(plan) as draft:
        require(policies.can_edit(acting, draft))
        if draft.paper_id is not None:
            raise Invalid(_("A paper about this plan exists, so the plan stays."))
        audit.record("objectives.plan.discarded", draft, acting=acting)
        search.forget(draft)
        draft.delete()


def item_add(
    plan: MaintenancePlan,
    *,
    text: str,
    acting: Person | None,
    number: str = "",
    parent: PlanItem | None = None,
    time_text: str = "",
    leads: Sequence[Party] = (),
    coordinators: Sequence[Party] = (),
    is_optional: bool = False,
    fulfilled_by: str = "",
    cloned_from: PlanItem | None = None,
    **words: str,
) -> PlanItem:
    """Add an item at the end of a draft, or of the parts of another item."""
    with transaction.atomic(), locked(plan) as draft:
        require(policies.can_edit(acting, draft))
        if parent is not None and (parent.plan_id != draft.pk or parent.archived_at is not None):
            raise Invalid(_("The item it should be part of belongs to another plan."))
        siblings = _siblings(draft, parent)
        order = (siblings.aggregate(last=Max("order"))["last"] or 0) + 1
        item: PlanItem = PlanItem.objects.create(
            agency=draft.agency,
            plan=draft,
            parent=parent,
            order=order,
            number=" ".join(number.split()) or _next_number(siblings, parent),
            text=text_needed(text, "text"),
            is_optional=is_optional,
            fulfilled_by=_kind(fulfilled_by),
            cloned_from=cloned_from,
            **_words(words),
            **time_fields(time_text, draft.year),
        )
        _set_parties(item, leads, coordinators)
        audit.record("objectives.plan_item.added", item, {"time_text": (None, item.time_text)}, acting=acting)
        plan_index(draft)
    return item


def item_update(
    item: PlanItem,
    *,
    text: str,
    number: str,
    time_text: str,
    leads: Sequence[Party],
    coordinators: Sequence[Party],
    is_optional: bool,
    fulfilled_by: str,
    acting: Person | None,
    **words: str,
) -> PlanItem:
    """Change an item of a draft."""
    with transaction.atomic(), locked(item.plan) as draft, locked(item) as item:
        require(policies.can_edit(acting, draft))
        changes = audit.apply(
            item,
            text=text_needed(text, "text"),
            number=_line(number, "number")[:12],
            is_optional=is_optional,
            fulfilled_by=_kind(fulfilled_by),
            **_words(words),
            **time_fields(time_text, draft.year),
        )
        changes.pop("time_meaning", None)
        changes |= _set_parties(item, leads, coordinators)
        if changes:
            audit.record("objectives.plan_item.changed", item, changes, acting=acting)
            plan_index(draft)
    return item


def item_move(item: PlanItem, *, to: str, acting: Person | None) -> None:
    """Move an item of a draft: `up`, `down`, `in` (a part of the one above) or `out` (beside its parent)."""
    with transaction.atomic(), locked(item.plan) as draft:
        require(policies.can_edit(acting, draft))
        rows = list(_siblings(draft, item.parent).order_by("order", "pk"))
        at = next((place for place, row in enumerate(rows) if row.pk == item.pk), None)
        if at is None:
            return
        before = item.number
        match to:
            case "up" | "down":
                other = at + (-1 if to == "up" else 1)
                if not 0 <= other < len(rows):
                    return
                numbers = [row.number for row in rows]
                rows[at], rows[other] = rows[other], rows[at]
                for order, (row, number) in enumerate(zip(rows, numbers, strict=True), start=1):
                    _renumber(row, order=order, number=number)
            case "in" if at > 0:
                _hang(draft, item, rows[at - 1])
                _count(draft, item.parent)
                _count(draft, rows[at - 1].parent)
            case "out" if item.parent is not None:
                parent = item.parent
                _hang(draft, item, parent.parent)
                _after(draft, item, parent)
                _count(draft, parent)
            case _:
                return
        item.refresh_from_db()
        audit.record("objectives.plan_item.moved", item, {"number": (before, item.number)}, acting=acting)


def item_archive(item: PlanItem, *, acting: Person | None) -> None:
    """Take an item with its parts out of a draft; it can be brought back, and a clone shows it as dropped."""
    with transaction.atomic(), locked(item.plan) as draft:
        require(policies.can_edit(acting, draft))
        if item.archived_at is not None:
            return
        for row in [item, *item.parts.filter(archived_at=None)]:
            audit.apply(row, archived_at=clock.now())
        audit.record("objectives.plan_item.archived", item, acting=acting)
        _count(draft, item.parent)
        plan_index(draft)


def item_restore(item: PlanItem, *, acting: Person | None) -> None:
    """Bring an item that was taken out back to the end of the draft."""
    with transaction.atomic(), locked(item.plan) as draft:
        require(policies.can_edit(acting, draft))
        if item.archived_at is None:
            return
        parent = item.parent if item.parent and item.parent.archived_at is None else None
        last = _siblings(draft, parent).aggregate(last=Max("order"))["last"] or 0
        for row in item.parts.filter(archived_at=item.archived_at):
            audit.apply(row, archived_at=None)
        audit.apply(item, archived_at=None, order=last + 1, parent=parent)
        audit.record("objectives.plan_item.restored", item, acting=acting)
        _count(draft, parent)
        plan_index(draft)


def items_of(plan: MaintenancePlan) -> "Iterable[PlanItem]":
    """The items that stand in a plan, in order."""
    rows: Iterable[PlanItem] = plan.items.filter(archived_at=None)
    return rows


@search.indexer
def plan_index(plan: MaintenancePlan) -> None:
    """Bring the search entry of a plan up to date: its title and all its texts."""
    texts = plan.items.filter(archived_at=None).values_list("text", flat=True)
    search.index(
        plan,
        title=plan.title,
        subtitle=f"{plan.year} · {plan.get_state_display()}",
        text=" ".join(texts),
    )


def time_fields(text: str, year: int) -> dict[str, Any]:
    """The time in its words, with what it means for deadlines and lists."""
    words = " ".join(text.split())[:200]
    frame = timeframe.parse(words, year) if words else timeframe.Timeframe("")
    return {
        "time_text": words,
        "time_meaning": frame.as_json() if words else {},
        "starts_on": frame.windows[0].start if frame.windows else None,
        "due_on": frame.deadline,
        "is_continuous": frame.is_continuous,
    }


def _line(text: str, where: str) -> str:
    return " ".join(text_needed(text, where).split())


def _words(values: dict[str, str]) -> dict[str, str]:
    unknown = values.keys() - set(WORDS)
    if unknown:
        raise TypeError(f"unknown fields {sorted(unknown)}")
    return {name: text_cleaned(text) for name, text in values.items()}


def _kind(key: str) -> str:
    if key and key not in {kind.key for kind in registry.fulfilments}:
        raise Invalid([Problem("fulfilled_by", _("Nothing of this kind can fulfil an item."), key)])
    return key


def _siblings(draft: MaintenancePlan, parent: PlanItem | None) -> Any:
    return PlanItem.objects.filter(plan=draft, parent=parent, archived_at=None)


def _next_number(siblings: Any, parent: PlanItem | None) -> str:
    place = siblings.count() + 1
    return f"{parent.number}.{place}" if parent else str(place)


def _renumber(row: PlanItem, *, order: int, number: str) -> None:
    """A new place; numbers of parts that began with the old number go along."""
    old = row.number
    audit.apply(row, order=order, number=number)
    if old != number:
        for part in row.parts.all():
            if part.number.startswith(f"{old}."):
                _renumber(part, order=part.order, number=f"{number}.{part.number.removeprefix(f'{old}.')}")


def _count(draft: MaintenancePlan, parent: PlanItem | None) -> None:
    """Number the items of one level anew, as long as they are counted (1, 2, 3 or 2.1, 2.2)."""
    rows = list(_siblings(draft, parent).order_by("order", "pk"))
    stem = f"{parent.number}." if parent else ""
    counted = all(row.number.removeprefix(stem).replace(".", "").isdigit() for row in rows)
    for order, row in enumerate(rows, start=1):
        _renumber(row, order=order, number=f"{stem}{order}" if counted else row.number)


def _hang(draft: MaintenancePlan, item: PlanItem, parent: PlanItem | None) -> None:
    last = _siblings(draft, parent).aggregate(last=Max("order"))["last"] or 0
    old = item.parent
    audit.apply(item, parent=parent, order=last + 1, number=_next_number(_siblings(draft, parent), parent))
    _count(draft, old)


def _after(draft: MaintenancePlan, item: PlanItem, neighbour: PlanItem) -> None:
    rows = [row for row in _siblings(draft, item.parent).order_by("order", "pk") if row.pk != item.pk]
    at = next(place for place, row in enumerate(rows) if row.pk == neighbour.pk)
    rows.insert(at + 1, item)
    for order, row in enumerate(rows, start=1):
        audit.apply(row, order=order)
    _count(draft, item.parent)


def _set_parties(
    item: PlanItem, leads: Sequence[Party], coordinators: Sequence[Party]
) -> dict[str, tuple[Any, Any]]:
    rows = []
    for part, parties in ((PlanParty.Part.LEAD, leads), (PlanParty.Part.COORDINATE, coordinators)):
        rows += [
            PlanParty(
                agency=item.agency, plan=item.plan, item=item, part=part, order=order, **_party(item, party)
            )
            for order, party in enumerate(parties, start=1)
        ]
    present = list(item.parties.select_related("unit", "person"))
    old, new = ([(row.part, row.label) for row in found] for found in (present, rows))
    if old == new:
        return {}
    item.parties.all().delete()
    for row in rows:
        row.save(force_insert=True)
    item.__dict__.pop("leads", None)
    item.__dict__.pop("coordinators", None)
    with override("vi"):
        names = {PlanParty.Part.LEAD: _("leads"), PlanParty.Part.COORDINATE: _("takes part")}
    return {
        name: (
            [label for known, label in old if known == part],
            [label for known, label in new if known == part],
        )
        for part, name in names.items()
    }


def _party(item: PlanItem, party: Party) -> dict[str, Any]:
    if isinstance(party, (OrgUnit, Person)):
        if party.agency_id != item.agency_id:
            raise Refused(_("This belongs to another agency."))
        return {"unit": party} if isinstance(party, OrgUnit) else {"person": party}
    return {"group": RoleGroup(party).value}
