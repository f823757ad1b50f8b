"""Whether somebody may audit a unit, computed from history: where they worked, what they wrote and did.

A ground that `bars` makes an assignment impossible (ISO 9001, 9.2.2 c); the others are told, so that the
lead auditor can weigh them.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audits.models import Audit, AuditSession
from audits.selectors.units import auditors, is_competent
from library.models import Contribution, ControlledDocument, DocumentVersion
from qms import agency_settings
from qms.models import Agency, AuditEntry, OrgUnit, OrgUnitChange, Person, Role
from qms.text import fold
from risks.models import Register, RiskAction


@dataclass(frozen=True)
class Ground:
    """Something that stands against an assignment."""

    text: str
    bars: bool


@dataclass(frozen=True)
class Written:
    """A document somebody had a hand in: which, whose, and what they did."""

    code: str
    title: str
    unit_id: Any
    what: str

    def is_named(self, process: str) -> bool:
        """Whether a session audits the document: it names its code, or one of its lines is its title."""
        titles = {_bare(line) for line in process.splitlines()} - {""}
        return _stands_in(self.code, process) or _bare(self.title) in titles

    def is_mentioned(self, process: str) -> bool:
        """Whether the title stands among other words; it may be another matter, so people have to look."""
        return _stands_in(self.title, process)


def _stands_in(words: str, text: str) -> bool:
    """Whether the words stand in a text as whole words."""
    return (
        bool(words.strip()) and re.search(rf"(?<!\w){re.escape(fold(words))}(?!\w)", fold(text)) is not None
    )


def _bare(title: str) -> str:
    """A title without the word for what it is, as it is compared."""
    return re.sub(r"^(?:quy trinh|qua trinh|thu tuc)\s+", "", fold(title))


@dataclass
class History:
    """What is known of an agency's people and units in the audited period, fetched once."""

    since: dt.date
    until: dt.date
    earlier: dict[Any, set[Any]] = field(default_factory=dict)
    moved: dict[Any, list[tuple[str, dt.date]]] = field(default_factory=dict)
    drafted: dict[tuple[Any, Any], str] = field(default_factory=dict)
    worked: dict[tuple[Any, Any], str] = field(default_factory=dict)
    audited: dict[tuple[Any, Any], str] = field(default_factory=dict)
    written: dict[Any, list[Written]] = field(default_factory=dict)


def period(agency: Agency, start: dt.date) -> tuple[dt.date, dt.date]:
    """The months looked back over before an audit (a setting of the agency)."""
    months = int(agency_settings.get(agency, "audits.independence_months"))
    return start - dt.timedelta(days=round(months * 30.44)), start


def history(agency: Agency, start: dt.date, end: dt.date) -> History:
    """Everything independence is judged by; a fixed number of queries, whatever the number of people."""
    since, _until = period(agency, start)
    found = History(since, end)
    for change in OrgUnitChange.objects.filter(agency=agency).prefetch_related("before", "after"):
        for after in change.after.all():
            found.earlier.setdefault(after.pk, set()).update(one.pk for one in change.before.all())
    moves = AuditEntry.objects.filter(
        agency=agency, subject_kind="qms.person", verb="qms.person.changed", at__date__gte=since
    )
    for subject, changes, at in moves.values_list("subject_id", "changes", "at"):
        old = (changes.get("unit") or [None])[0]
        if old:
            found.moved.setdefault(subject, []).append((str(old), at.date()))
    registers = Register.objects.filter(agency=agency, unit__isnull=False, year__gte=since.year)
    for unit_id, person_id, year in registers.values_list("unit_id", "drafted_by_id", "year"):
        found.drafted[(person_id, unit_id)] = _("drew up its register of risks of %(year)s") % {"year": year}
    work = RiskAction.objects.filter(agency=agency, risk__unit__isnull=False, deadline__gte=since)
    for unit_id, person_id, code in work.values_list("risk__unit_id", "owner_id", "risk__code"):
        found.worked[(person_id, unit_id)] = _("carries out an action of its risk %(code)s") % {"code": code}
    before = AuditSession.objects.filter(
        agency=agency, starts_at__date__lt=start, starts_at__date__gte=since - (start - since)
    ).exclude(audit__state=Audit.State.CANCELLED)
    for unit_id, person_id, code in before.values_list("unit_id", "auditors", "audit__code"):
        found.audited[(person_id, unit_id)] = _("audited it in %(code)s too") % {"code": code}
    _documents(agency, found)
    return found


def _documents(agency: Agency, found: History) -> None:
    """Who drafted, reviewed or approved what was in force in the period, or is being written now."""
    rows = DocumentVersion.objects.filter(agency=agency).exclude(state=DocumentVersion.State.ABANDONED)
    rows = rows.exclude(document__kind=ControlledDocument.Kind.EXTERNAL).dated()
    rows = rows.filter(Q(effective_on=None) | Q(effective_on__lte=found.until))
    rows = rows.filter(Q(next_on=None) | Q(next_on__gt=found.since))
    rows = rows.filter(Q(expires_on=None) | Q(expires_on__gte=found.since))
    hands = {
        "drafter": pgettext("hand in a document", "drafted"),
        "reviewer": pgettext("hand in a document", "reviewed"),
        "approver": pgettext("hand in a document", "approved"),
    }
    parts: dict[Any, list[Any]] = {}
    for version_id, person_id in Contribution.objects.filter(agency=agency).values_list("version", "person"):
        parts.setdefault(version_id, []).append(person_id)
    did: dict[tuple[Any, Any], list[str]] = {}
    documents = {}
    for version in rows.select_related("document").order_by("document__code", "effective_on"):
        documents[version.document_id] = version.document
        who = [(getattr(version, f"{name}_id"), word) for name, word in hands.items()]
        who += [
            (person_id, pgettext("hand in a document", "helped to write"))
            for person_id in parts.get(version.pk, ())
        ]
        for person_id, word in who:
            words = did.setdefault((person_id, version.document_id), [])
            if word not in words and not (
                words and word == pgettext("hand in a document", "helped to write")
            ):
                words.append(word)
    for (person_id, document_id), words in did.items():
        document = documents[document_id]
        one = Written(document.code, document.title, document.owner_id, ", ".join(words))
        found.written.setdefault(person_id, []).append(one)


def grounds(person: Person, unit: OrgUnit, known: History, process: str = "") -> list[Ground]:
    """What stands against this person auditing this unit, about this process; empty when nothing does."""
    found: list[Ground] = []
    names = {"person": person.full_name, "unit": unit.label}
    own = {unit.pk} | known.earlier.get(unit.pk, set())
    if person.unit_id == unit.pk:
        found.append(Ground(_("%(person)s belongs to %(unit)s.") % names, True))
    elif person.unit_id in own:
        found.append(Ground(_("The unit of %(person)s became part of %(unit)s.") % names, True))
    former = {unit.name, unit.short_name}
    for old, day in known.moved.get(str(person.pk), ()):
        if old in former and person.unit_id != unit.pk:
            words = _("%(person)s worked in %(unit)s until %(day)s.")
            found.append(Ground(words % (names | {"day": f"{day:%d/%m/%Y}"}), True))
    for row in person.role_assignments.all():
        if row.unit_id not in own or not _overlaps(row, known.since, known.until):
            continue
        words = _("%(person)s holds or held the role “%(role)s” for %(unit)s in the audited period.")
        found.append(Ground(words % (names | {"role": Role(row.role).label}), True))
    for facts, key in ((known.drafted, unit.pk), (known.worked, unit.pk), (known.audited, unit.pk)):
        what = facts.get((person.pk, key))
        if what:
            words = _("%(person)s, about %(unit)s: %(what)s.")
            found.append(Ground(words % (names | {"what": what}), False))
    return found + _authorship(person, own, known, process)


def _authorship(person: Person, own: set[Any], known: History, process: str) -> list[Ground]:
    """Nobody audits a document of their own; that they wrote others of the unit is told, in one sentence."""
    found, told = [], []
    for one in known.written.get(person.pk, ()):
        names = {"person": person.full_name, "what": one.what, "document": f"{one.code} {one.title}"}
        if one.is_named(process):
            words = _("%(person)s %(what)s the document “%(document)s”, which this session audits.")
            found.append(Ground(words % names, True))
        elif one.is_mentioned(process):
            words = _("%(person)s %(what)s the document “%(document)s”, whose title stands in this session.")
            found.append(Ground(words % names, False))
        elif one.unit_id in own:
            told.append(f"{one.code} ({one.what})")
    if told:
        words = _("%(person)s had a hand in documents of the unit: %(documents)s.")
        found.append(Ground(words % {"person": person.full_name, "documents": ", ".join(told)}, False))
    return found


def _overlaps(row: Any, since: dt.date, until: dt.date) -> bool:
    return row.valid_from <= until and (row.valid_to is None or row.valid_to >= since)


def barred(found: Iterable[Ground]) -> str:
    """The reasons that make an assignment impossible, in words; empty when there is none."""
    return " ".join(ground.text for ground in found if ground.bars)


@dataclass(frozen=True)
class Candidate:
    """An auditor for a unit: what stands against them, whether competent, how much they have already."""

    person: Person
    grounds: tuple[Ground, ...]
    competent: bool
    load: int

    @property
    def lawful(self) -> bool:
        """Whether the person may be assigned."""
        return self.competent and not barred(self.grounds)

    @property
    def order(self) -> tuple[bool, int, int, str]:
        """Lawful ones first, then the fewest reservations, then the least burdened."""
        return (not self.lawful, len(self.grounds), self.load, self.person.full_name)


def candidates(
    audit: Audit, unit: OrgUnit, known: History | None = None, process: str = ""
) -> list[Candidate]:
    """Everybody who audits at the agency, the most suitable for the unit first."""
    known = known or history(audit.agency, audit.starts_on, audit.ends_on)
    loads: dict[Any, int] = {}
    for person_id in audit.sessions.values_list("auditors", flat=True):
        loads[person_id] = loads.get(person_id, 0) + 1
    found = [
        Candidate(
            person,
            tuple(grounds(person, unit, known, process)),
            is_competent(person, audit.starts_on),
            loads.get(person.pk, 0),
        )
        for person in auditors(audit.agency, audit.starts_on)
    ]
    return sorted(found, key=lambda one: one.order)


def alternative(audit: Audit, unit: OrgUnit, known: History | None = None, process: str = "") -> str:
    """Who could do it instead, in words: a member of the team before anybody else."""
    lawful = [one.person for one in candidates(audit, unit, known, process) if one.lawful]
    if not lawful:
        return _("Nobody else may audit this unit; appoint an auditor from outside.")
    team = set(audit.members.exclude(post="expert").values_list("person_id", flat=True))
    first = min(lawful, key=lambda person: person.pk not in team)
    place = f" ({first.unit.label})" if first.unit else ""
    name = {"person": f"{first.full_name}{place}"}
    if first.pk in team:
        return _("Possible instead: %(person)s.") % name
    return _("Possible instead: %(person)s, who has to join the team first.") % name
