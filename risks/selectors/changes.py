"""What a planned change touches, and what has become of it since the change was handed in (6.3)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from library.models import DocumentVersion
from qms.models import Person, SearchEntry
from qms.text import fold
from risks.models import ChangeTouch, PlannedChange, RiskScore


def change_list(person: Person, asked: Mapping[str, Any]) -> "QuerySet[Any]":
    """Planned changes, the latest first, filtered by words (with or without marks), kind, state and unit."""
    rows = PlannedChange.objects.visible_to(person)
    for name in ("kind", "state"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("unit"):
        rows = rows.filter(unit=None) if asked["unit"] == "-" else rows.filter(unit=asked["unit"])
    if asked.get("q"):
        entries = SearchEntry.objects.filter(agency=person.agency_id, kind="risks.plannedchange")
        for word in fold(asked["q"]).split():
            entries = entries.filter(folded__contains=word)
        rows = rows.filter(Q(code__icontains=asked["q"]) | Q(pk__in=entries.values("object_id")))
    return rows.order_by("-takes_effect_on", "code")


@dataclass(frozen=True)
class Touched:
    """One thing on the list; `since` says what became of it, `open` that nothing has yet."""

    touch: ChangeTouch
    since: str = ""
    open: bool = False


def touched(change: PlannedChange, person: Person) -> list[Touched]:
    """The list, always with the same number of queries; followed up once the change is approved."""
    touches = list(change.touches.select_related("risk", "target__objective_set", "document", "procedure"))
    if change.state not in {PlannedChange.State.APPROVED, PlannedChange.State.DONE}:
        return [Touched(touch) for touch in touches]
    begun = timezone.localtime(change.submitted_at or change.created_at).date()
    documents = _documents([touch.document_id for touch in touches if touch.document_id], person, begun)
    scored = _scored([touch.risk_id for touch in touches if touch.risk_id], begun)
    found = []
    for touch in touches:
        if touch.document_id:
            since, still = documents.get(touch.document_id, (_("Not revised yet"), True))
        elif touch.risk_id:
            day = scored.get(touch.risk_id)
            since = _("Scored again on %(day)s") % {"day": f"{day:%d/%m/%Y}"} if day else ""
            since, still = since or _("Not scored again yet"), day is None
        else:
            since, still = "", False
        found.append(Touched(touch, since, still))
    return found


def _documents(keys: list[Any], person: Person, begun: dt.date) -> dict[Any, tuple[str, bool]]:
    """By document: the newest version since a day, in force or being worked on."""
    found: dict[Any, tuple[str, bool]] = {}
    states = DocumentVersion.State
    rows = DocumentVersion.objects.visible_to(person).filter(document__in=keys)
    for version in rows.exclude(state=states.ABANDONED).order_by("issue_no", "revision_no"):
        if version.state != states.APPROVED:
            words = {"edition": version.edition}
            found.setdefault(version.document_id, (_("Being revised: %(edition)s") % words, True))
        elif _since(version, begun):
            words = {"edition": version.edition, "day": f"{version.effective_on:%d/%m/%Y}"}
            found[version.document_id] = (_("%(edition)s, in force from %(day)s") % words, False)
    return found


def _since(version: DocumentVersion, begun: dt.date) -> bool:
    """Whether a version was approved and took effect since a day; one approved before knew of no change."""
    approved = version.approved_at
    known = approved is None or timezone.localtime(approved).date() >= begun
    return known and version.effective_on is not None and version.effective_on >= begun


def _scored(keys: list[Any], begun: dt.date) -> dict[Any, dt.date]:
    rows = RiskScore.objects.filter(risk__in=keys, on__gte=begun).order_by("on")
    return dict(rows.values_list("risk", "on"))
