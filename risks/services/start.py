"""Starting data of an agency: scale, categories of context, and the library of typical one-stop risks."""

import json
from typing import Any

from django.db import transaction

from qms import audit, clock
from qms.models import Agency, Person
from qms.policies import require
from risks import policies
from risks.models import ContextCategory, LibraryRisk, RiskScale
from risks.services.scale import DATA, presets, scale_change


def starting_data_load(agency: Agency, *, acting: Person | None, scale: str = "five") -> dict[str, int]:
    """Add what is missing of the starting data; what the agency changed stays. Tells how much."""
    require(policies.can_keep(acting, agency))
    added = {"scales": 0, "categories": 0, "library": 0}
    with transaction.atomic():
        if not RiskScale.objects.filter(agency=agency).exists():
            preset = presets()[scale]
            first_day = clock.today().replace(month=1, day=1)
            scale_change(
                agency, acting=acting, label=preset["label"], data=without_label(preset), valid_from=first_day
            )
            added["scales"] = 1
        data = _read("context.json")
        for order, row in enumerate(data):
            _row, is_new = ContextCategory.objects.get_or_create(
                agency=agency,
                side=row["side"],
                code=row["code"],
                defaults={"name": row["name"], "order": order},
            )
            added["categories"] += is_new
        for order, row in enumerate(_read("library.json")):
            _risk, is_new = LibraryRisk.objects.get_or_create(
                agency=agency, code=row["code"], defaults=row | {"order": order}
            )
            added["library"] += is_new
        if any(added.values()):
            changes = {name: (0, number) for name, number in added.items()}
            audit.record("risks.starting_data.loaded", agency, changes, acting=acting)
    return added


def without_label(preset: dict[str, Any]) -> dict[str, Any]:
    """The description of a scale without its name."""
    return {name: part for name, part in preset.items() if name != "label"}


def _read(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return found
