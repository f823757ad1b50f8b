"""Accent-insensitive search over everything a person may see."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q

from qms import clock, registry
from qms.models import Agency, Person, SearchEntry
from qms.text import fold, nfc


@dataclass(frozen=True)
class Hit:
    """One found record."""

    kind: str
    title: str
    subtitle: str
    url: str


def index(record: models.Model, *, title: str, text: str = "", subtitle: str = "", url: str = "") -> None:
    """Make a record findable, or bring its entry up to date. Services call this where they save."""
    SearchEntry.objects.update_or_create(
        kind=record._meta.label_lower,
        object_id=record.pk,
        defaults={
            "agency_id": record.agency_id,  # type: ignore[attr-defined]
            "title": nfc(title)[:300],
            "subtitle": nfc(subtitle)[:300],
            "url": url or record.get_absolute_url(),  # type: ignore[attr-defined]
            "folded": fold(f"{title} {subtitle} {text}"),
            "changed_at": clock.now(),
        },
    )


def forget(record: models.Model) -> None:
    """Take an archived record out of the index."""
    SearchEntry.objects.filter(kind=record._meta.label_lower, object_id=record.pk).delete()


def rebuild(agency: Agency, tell: Callable[[str], None] = lambda line: None) -> int:
    """Write the index of an agency anew from its records; gives the number of entries."""
    with transaction.atomic():
        SearchEntry.objects.filter(agency=agency).delete()
        for kind, reindex in registry.search_indexers.items():
            for record in apps.get_model(kind)._base_manager.filter(agency=agency).iterator(chunk_size=500):
                reindex(record)
            tell(f"{kind}: {SearchEntry.objects.filter(agency=agency, kind=kind).count()}")
    return SearchEntry.objects.filter(agency=agency).count()


def _visible(person: Person, kind: str, ids: list[uuid.UUID]) -> set[Any]:
    manager: Any = apps.get_model(kind)._default_manager
    return set(manager.visible_to(person).filter(pk__in=ids).values_list("pk", flat=True))


def find(person: Person, query: str, *, limit: int = 50) -> list[Hit]:
    """Records that contain every word of the query, newest first, only those the person may see."""
    words = fold(query).split()
    if not words:
        return []
    matches = Q()
    for word in words:
        matches &= Q(folded__contains=word)
    rows = list(
        SearchEntry.objects.filter(matches, agency_id=person.agency_id).order_by("-changed_at")[: limit * 3]
    )
    by_kind: dict[str, list[uuid.UUID]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row.object_id)
    seen = {(kind, pk) for kind, ids in by_kind.items() for pk in _visible(person, kind, ids)}
    hits = [
        Hit(row.kind, row.title, row.subtitle, row.url) for row in rows if (row.kind, row.object_id) in seen
    ]
    for provide in registry.search_providers:
        more: Iterable[Hit] = provide(person, words)
        hits.extend(islice(more, limit))
    return hits[: limit * 2]
