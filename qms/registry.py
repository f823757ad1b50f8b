"""What the other apps hang into the shell. Filled from each AppConfig.ready; read by the core."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise

from qms.policies import PagePolicy, signed_in

if TYPE_CHECKING:
    from qms.models import Agency, Person, StoredFile

Text = "str | Promise"
Day = date


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


@dataclass(frozen=True)
class LeftOpen:
    """Something a year did not finish: in words, and where it lies."""

    words: str
    url: str


left_open = Listing()
"""Functions (agency, year) -> iterable of LeftOpen, asked when the next year is started."""

fulfilment_listeners = Listing()
"""Functions (agency) -> None, called in the transaction of a change that may fulfil or undo something."""


def fulfilment_changed(agency: "Agency") -> None:
    """Say that a record which may fulfil an item of a plan came about or ended; papers say so themselves."""
    for listen in fulfilment_listeners:
        listen(agency)


@dataclass(frozen=True)
class Evidence:
    """A record that shows that a clause is lived: what it is, where it lies, of when, in which state.

    `state` is a state of `qms.statuses`, `word` its word when the usual one does not fit. It is old after
    `valid_until` or, without such a day, when the agency's months have passed since `date`; what `stands`
    holds until somebody ends it (a unit, a role) and does not grow old.
    """

    title: str
    url: str
    date: date
    state: str
    word: "str | Promise" = ""
    valid_until: "Day | None" = None
    stands: bool = False
    version: str = ""


@dataclass(frozen=True)
class EvidenceFound:
    """The newest pieces of evidence of one provider, and how many there are in all.

    `rows` and `make` are what they were made of, for whoever needs the records themselves (audit packs).
    """

    newest: tuple[Evidence, ...] = ()
    total: int = 0
    rows: Any = field(default=None, compare=False, repr=False)
    make: "Callable[[Any], Evidence] | None" = field(default=None, compare=False, repr=False)

    def __iter__(self) -> Iterator[Evidence]:
        return iter(self.newest)

    @classmethod
    def of(cls, rows: "models.QuerySet[Any]", make: "Callable[[Any], Evidence]") -> "EvidenceFound":
        """The first few of ordered rows, always with two queries."""
        return cls(tuple(make(row) for row in rows[:EVIDENCE_SHOWN]), rows.count(), rows, make)


EVIDENCE_SHOWN = 3


@dataclass(frozen=True)
class EvidenceProvider:
    """Records of an app that are evidence for clauses; a numbered clause stands for all below it.

    `find(agency, on)` gives what was there on a day: records dated on or before it, in their state of that
    day. `policy` is that of the pages they lie on: whom it refuses sees how many there are, not which.
    `files(row, on)` gives the files (`StoredFile`) a record had on a day: its paper, its attachments.
    `by_clause(agency, on)` gives, in one query, records that each name their own clause, by its code.
    `list_url` is the page of all of them, for those the matrix has no room for.
    """

    key: str
    label: "str | Promise"
    clauses: tuple[str, ...]
    find: "Callable[[Agency, date], EvidenceFound]"
    policy: PagePolicy = signed_in
    files: "Callable[[Any, date], Iterable[StoredFile]] | None" = None
    by_clause: "Callable[[Agency, date], Mapping[str, EvidenceFound]] | None" = None
    list_url: "str | Promise" = ""


def day_after(on: date) -> datetime:
    """The first moment after a day in the portal's time zone, for moments up to and including the day."""
    return timezone.make_aware(datetime.combine(on, time.min)) + timedelta(days=1)


evidence = Listing()
"""EvidenceProvider entries, one per key; the matrix of clauses shows them in this order."""


@dataclass(frozen=True)
class Duty:
    """Something one person has to read, learn or acknowledge: what, where, until when; done when it was.

    `action` is the verb and object on its row. Duties stay on the person's page after they are done.
    """

    title: "str | Promise"
    detail: "str | Promise"
    url: str
    action: "str | Promise"
    due: date | None = None
    done_on: date | None = None
    key: str = ""


@dataclass(frozen=True)
class DutyCount:
    """How many duties of a kind a person has, and how many of them are done."""

    asked: int
    done: int


@dataclass(frozen=True)
class DutyKind:
    """A kind of duty: documents to read, training, objectives to acknowledge.

    `find(person)` gives the person's open duties and those done lately. `tally(people)` counts for many
    people of one agency at once, always with the same number of queries; who has no duty may be missing.
    The rates of a unit and of the agency are made of these counts. Duties need no work items: the shell
    makes them.
    """

    key: str
    label: "str | Promise"
    icon: str
    find: "Callable[[Person], Iterable[Duty]]"
    tally: "Callable[[Sequence[Person]], Mapping[UUID, DutyCount]]"
    order: int = 50


duties = Listing()
"""DutyKind entries; the page “My reading, training and acknowledgements” shows them in order."""


@dataclass(frozen=True)
class RecordFacts:
    """What a record says of itself to whoever opens work from it: a nonconformity, a risk.

    `kind` is the sort of record in words, `code` its short name, `title` what it is about; the rest
    fills the form that opens. `origin` hints at where a nonconformity would come from.
    """

    kind: "str | Promise"
    code: str
    title: str
    url: str
    unit: Any = None
    process: str = ""
    clause: str = ""
    requirement: str = ""
    evidence: str = ""
    origin: str = ""

    @property
    def name(self) -> str:
        """Kind and code, as a link says it."""
        return f"{self.kind} {self.code}".strip()


@dataclass(frozen=True)
class RecordKind:
    """A kind of record that work can be opened from: its model, and how one reads."""

    model: type[models.Model]
    facts: "Callable[[Any], RecordFacts]"


record_kinds: dict[str, RecordKind] = {}
"""Kinds by model label in lower case; `?source=<label>:<id>` names one record."""


def add_record_kind(model: type[models.Model], facts: "Callable[[Any], RecordFacts]") -> None:
    """Let work be opened from the records of a model."""
    record_kinds[model._meta.label_lower] = RecordKind(model, facts)


def source_key(record: models.Model) -> str:
    """How an address names a record: `dossiers.dossier:0190…`."""
    return f"{record._meta.label_lower}:{record.pk}"


def source_find(person: "Person", key: str) -> "tuple[Any, RecordFacts] | None":
    """The record an address names and what it says, when the person may see it; else None."""
    label, _colon, pk = key.partition(":")
    kind = record_kinds.get(label)
    if kind is None or not pk:
        return None
    manager: Any = kind.model._default_manager
    try:
        record = manager.visible_to(person).filter(pk=pk).first()
    except (ValidationError, ValueError):
        return None
    return None if record is None else (record, kind.facts(record))


@dataclass(frozen=True)
class RecordAction:
    """A link from a record's page to work that starts with it: verb and object, address, icon."""

    label: "str | Promise"
    url: str
    icon: str


record_actions = Listing()
"""Functions (record, person) -> Iterable[RecordAction], shown by the tag `record_actions`."""


def actions_for(record: models.Model, person: "Person") -> list[RecordAction]:
    """Every act that apps offer for a record, in the order of their registration."""
    return [action for provide in record_actions for action in provide(record, person)]


scope_documents = Listing()
"""Functions (agency, day) -> Iterable[(code, title, address)]: procedures in force that the quality
management system covers, named in the declaration of conformity."""

evidence_actions = Listing()
"""Functions (person, day, edition) -> Iterable[RecordAction], shown above the evidence matrix."""


@dataclass(frozen=True)
class ReviewLine:
    """One line an app contributes to a management review: words, a figure, where it can be looked at.

    `tone` is a state of `qms.statuses` when the line has one.
    """

    text: str
    figure: str = ""
    url: str = ""
    tone: str = ""


review_sources = Listing()
"""Functions (agency, first day, last day) -> Iterable[(topic, ReviewLine)]; topics: audits/agenda.py."""


def all_work(person: "Person") -> Iterable[WorkItem]:
    """Every waiting item of every app for a person."""
    for provide in work:
        yield from provide(person)
