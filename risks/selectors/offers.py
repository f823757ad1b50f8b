"""What a register is offered from elsewhere: typical risks, entries of other units; never what it has."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from risks.models import LibraryRisk, Register, Risk
from risks.selectors.risks import worded


def library_offers(register: Register, asked: Mapping[str, Any]) -> "QuerySet[Any]":
    """Typical risks in use that the unit does not have word for word, filtered."""
    rows = LibraryRisk.objects.filter(agency=register.agency_id, active=True)
    rows = rows.exclude(event__in=_has(register))
    if asked.get("kind") in Risk.Kind.values:
        rows = rows.filter(kind=asked["kind"])
    if asked.get("group"):
        rows = rows.filter(group=asked["group"])
    if asked.get("q"):
        rows = rows.filter(Q(event__icontains=asked["q"]) | Q(process__icontains=asked["q"]))
    return rows.order_by("order", "code")


def copy_offers(register: Register, asked: Mapping[str, Any]) -> "QuerySet[Any]":
    """Entries followed up elsewhere that the unit does not have word for word, filtered."""
    rows: QuerySet[Any] = Risk.objects.filter(agency=register.agency_id, state=Risk.State.OPEN)
    if register.unit_id is None:
        rows = rows.exclude(unit=None)
    else:
        rows = rows.filter(Q(unit=None) | ~Q(unit=register.unit_id))
    rows = rows.exclude(event__in=_has(register)).select_related("unit")
    if asked.get("kind") in Risk.Kind.values:
        rows = rows.filter(kind=asked["kind"])
    if asked.get("unit"):
        rows = rows.filter(unit=None) if asked["unit"] == "-" else rows.filter(unit=asked["unit"])
    if asked.get("process"):
        rows = rows.filter(process=asked["process"])
    if asked.get("q"):
        rows = worded(rows, register.agency, asked["q"])
    return rows.order_by("unit__order", "code")


def _has(register: Register) -> "QuerySet[Any]":
    have = Risk.objects.filter(agency=register.agency_id, unit=register.unit_id)
    return have.exclude(state=Risk.State.CLOSED).values("event")
