"""What the other apps hang into the shell. Filled from each AppConfig.ready; read by the core."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.functional import Promise

from qms.policies import PagePolicy

if TYPE_CHECKING:
    from qms.models import Agency, Person

Text = "str | Promise"


@dataclass(frozen=True)
class NavItem:
    """One entry of the rail. Sections: work, system, check, data, papers, admin."""

    section: str
    label: "str | Promise"
    url_name: str
    icon: str
    policy: PagePolicy
    order: int = 50
    badge: "Callable[[Person], int] | None" = None


@dataclass(frozen=True)
class WorkItem:
    """Something that waits for a person: what, about what, until when, and the verb on its row."""

    title: "str | Promise"
    detail: "str | Promise"
    url: str
    action: "str | Promise"
    icon: str = "circle-dot"
    due: date | None = None
    group: str = "waiting"
    key: str = ""


@dataclass(frozen=True)
class Changed:
    """Something that changed lately and concerns a person."""

    title: "str | Promise"
    detail: "str | Promise"
    url: str
    on: date


class Listing:
    """An ordered collection that apps add to."""

    def __init__(self) -> None:
        self.entries: list[Any] = []

    def add(self, *entries: Any) -> None:
        """Add entries once."""
        self.entries.extend(entry for entry in entries if entry not in self.entries)

    def __iter__(self) -> Any:
        return iter(self.entries)


navigation = Listing()
"""NavItem entries."""

work = Listing()
"""Functions person -> Iterable[WorkItem]."""

home_panels = Listing()
"""Functions (person) -> Panel | None, shown beside the work on the home page."""

nightly = Listing()
"""Functions () -> None run every night by beat; each enqueues its own jobs."""


@dataclass(frozen=True)
class DemoStep:
    """One part of the demonstration data; `load` may run twice and adds only what is missing."""

    order: int
    name: "str | Promise"
    load: "Callable[[Any], None]"


demo_steps = Listing()
"""DemoStep entries; `manage.py load_demo` runs them in order for the demonstration agency."""


@dataclass(frozen=True)
class Panel:
    """A panel of the home page: a template and its context."""

    template: str
    context: dict[str, Any]
    order: int = 50


@dataclass(frozen=True)
class Portable:
    """One kind of record in the export of an agency; `select` gives the agency's rows."""

    name: str
    model: type[models.Model]
    select: "Callable[[Any], models.QuerySet[Any]] | None" = None


portable = Listing()
"""Portable entries in foreign-key order (what is pointed at comes first)."""

not_portable: dict[type[models.Model], str] = {}
"""Models of an agency that stay out of its export, each with the reason."""


@dataclass(frozen=True)
class SettingKind:
    """An agency setting that a page can edit: its type, default and words."""

    key: str
    type: type
    default: Any
    label: "str | Promise"
    help: "str | Promise" = ""
    choices: "tuple[tuple[Any, str | Promise], ...] | None" = None
    group: str = "general"


settings: dict[str, SettingKind] = {}


def add_setting(kind: SettingKind) -> None:
    """Register an agency setting."""
    settings[kind.key] = kind


topics: dict[str, "tuple[str | Promise, str]"] = {}


def add_topic(topic: str, label: "str | Promise", default_mode: str = "digest") -> None:
    """Register a notification topic with its default mail mode (at_once, digest, none)."""
    topics[topic] = (label, default_mode)


search_kinds: "dict[str, tuple[str | Promise, str]]" = {}
search_indexers: "dict[str, Callable[[Any], None]]" = {}


def add_search_kind(
    kind: str, label: "str | Promise", icon: str, reindex: "Callable[[Any], None] | None" = None
) -> None:
    """Register a kind of record the search box finds (kind = model label in lower case).

    `reindex(record)` writes the record's entry anew (or takes it out), as its services do; the index is
    rebuilt with it.
    """
    search_kinds[kind] = (label, icon)
    if reindex is not None:
        search_indexers[kind] = reindex


search_providers = Listing()
"""Functions (person, folded words) -> Iterable[Hit], for records too many for the index (dossiers)."""


@dataclass(frozen=True)
class Fulfilment:
    """A record of the portal that shows that an item of the annual plan was carried out."""

    title: str
    url: str
    on: date
    key: str = ""


@dataclass(frozen=True)
class FulfilmentKind:
    """What can fulfil an item of the annual plan, such as the minutes of the management review.

    `find(agency, year)` gives the record that stands for the year today, or None. Keys are kept in plans,
    so they never change.
    """

    key: str
    label: "str | Promise"
    find: "Callable[[Agency, int], Fulfilment | None]"
    order: int = 50


fulfilments = Listing()
"""FulfilmentKind entries, one per key."""

fulfilment_listeners = Listing()
"""Functions (agency) -> None, called in the transaction of a change that may fulfil or undo something."""


def fulfilment_changed(agency: "Agency") -> None:
    """Say that a record which may fulfil an item of a plan came about or ended; papers say so themselves."""
    for listen in fulfilment_listeners:
        listen(agency)


def all_work(person: "Person") -> Iterable[WorkItem]:
    """Every waiting item of every app for a person."""
    for provide in work:
        yield from provide(person)
