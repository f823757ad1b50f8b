"""Accent-insensitive search over everything a person may see."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from itertools import islice
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import translation

from qms import clock, registry
from qms.models import Agency, Person, SearchEntry
from qms.text import fold, nfc

R = TypeVar("R", bound=models.Model)
MOST_ROWS = 500
MOST_PROVIDED = 50


@dataclass(frozen=True)
class Hit:
    """One found record."""

    kind: str
    title: str
    subtitle: str
    url: str


def indexer(write: Callable[[R], None]) -> Callable[[R], None]:
    """A function that indexes a record: in the language of the installation, whoever saves."""

    @wraps(write)
    def in_its_language(record: R) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            write(record)

    return in_its_language


def index(record: models.Model, *, title: str, text: str = "", subtitle: str = "", url: str = "") -> None:
    """Make a record findable, or bring its entry up to date; called by the functions marked `indexer`."""
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


@dataclass(frozen=True)
class Group:
    """The found records of one kind, the best first."""

    kind: str
    label: str
    icon: str
    hits: list[Hit]
    count: int


def find(person: Person, query: str, *, limit: int = 50, kind: str = "") -> list[Hit]:
    """Records that contain every word of the query, the best first, only those the person may see.

    Best is what has the words in its title in this order, then in any order, then the newest.
    """
    words = fold(query).split()
    if not words:
        return []
    hits = [*_indexed(person, words, kind), *_provided(person, words, kind)]
    return hits[:limit]


def find_by_kind(person: Person, query: str, *, kind: str = "", most: int = 6) -> list[Group]:
    """The same in groups, the largest last; `kind` shows one kind only, and then all of it."""
    groups: dict[str, list[Hit]] = {}
    for hit in find(person, query, limit=MOST_ROWS, kind=kind):
        groups.setdefault(hit.kind, []).append(hit)
    found = []
    for one, hits in groups.items():
        label, icon = registry.search_kinds.get(one, (one, "file"))
        found.append(Group(one, str(label), icon, hits if kind else hits[:most], len(hits)))
    return sorted(found, key=lambda group: (group.count > most, group.label))


def _indexed(person: Person, words: list[str], kind: str) -> list[Hit]:
    matches = Q(agency_id=person.agency_id)
    for word in words:
        matches &= Q(folded__contains=word)
    if kind:
        matches &= Q(kind=kind)
    columns = ("kind", "object_id", "title", "subtitle", "url")
    rows = list(SearchEntry.objects.filter(matches).order_by("-changed_at").values_list(*columns)[:MOST_ROWS])
    by_kind: dict[str, list[uuid.UUID]] = {}
    for of_kind, object_id, *_rest in rows:
        by_kind.setdefault(of_kind, []).append(object_id)
    seen = {(one, pk) for one, ids in by_kind.items() for pk in _visible(person, one, ids)}
    hits = [Hit(row[0], row[2], row[3], row[4]) for row in rows if (row[0], row[1]) in seen]
    return sorted(hits, key=lambda hit: _rank(fold(hit.title), words))


def _rank(title: str, words: list[str]) -> int:
    if " ".join(words) in title:
        return 0
    return 1 if all(word in title for word in words) else 2


def _provided(person: Person, words: list[str], kind: str) -> list[Hit]:
    hits: list[Hit] = []
    for provide in registry.search_providers:
        more: Iterable[Hit] = provide(person, words)
        hits.extend(hit for hit in islice(more, MOST_PROVIDED) if not kind or hit.kind == kind)
    return hits
