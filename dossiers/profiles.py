"""Import profiles after they were learned: what they know, renaming, archiving, forgetting one reading."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import policies
from dossiers.importers.profile import BUILT_IN, FIELDS, PERSONAL, WORDS, built_in, header_key, word_key
from dossiers.models import Channel, ImportProfile, LateReason, OnlineLevel, Payment, Status
from qms import audit, clock
from qms.exceptions import IllegalTransition, Invalid, Problem
from qms.models import OrgUnit, Person
from qms.policies import Verdict, deny, require
from qms.workflow import locked

COLUMN = "column"
KINDS: "dict[str, str | Promise]" = {
    "status": gettext_lazy("Status"),
    "channel": gettext_lazy("Handed in"),
    "level": gettext_lazy("Online level"),
    "unit": gettext_lazy("Handling unit"),
    "rating": gettext_lazy("Rating"),
    "payment": gettext_lazy("Payment"),
    "digitised": gettext_lazy("Digitised"),
    "late_reason": gettext_lazy("Reason of the delay"),
}
_CHOICES: dict[str, Any] = {
    "status": Status,
    "channel": Channel,
    "level": OnlineLevel,
    "payment": Payment,
    "late_reason": LateReason,
}


@dataclass
class Reading:
    """What one field or word is read from: what this source taught, and what the portal knew before."""

    meaning: "str | Promise"
    learned: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class WordReadings:
    """The words of one kind, by what they mean."""

    kind: str
    label: "str | Promise"
    readings: list[Reading]

    @property
    def learned(self) -> int:
        """How many words this source taught."""
        return sum(len(one.learned) for one in self.readings)


def column_readings(profile: ImportProfile) -> list[Reading]:
    """Which titles are read as what, in the order of the fields; dropped ones last."""
    mapping, usual = profile.mapping, built_in()
    known = {
        header_key(title)
        for titles in (*usual["columns"].values(), usual["personal"], usual["ignored"])
        for title in titles
    }

    def reading(meaning: "str | Promise", titles: list[str]) -> Reading:
        one = Reading(meaning)
        for title in titles:
            (one.known if header_key(title) in known else one.learned).append(title)
        return one

    found = [reading(label, mapping["columns"].get(name, [])) for name, label in FIELDS.items()]
    found.append(reading(_("Data of citizens: dropped"), mapping["personal"]))
    found.append(reading(_("Not imported"), mapping["ignored"]))
    return [one for one in found if one.learned or one.known]


def word_readings(profile: ImportProfile) -> list[WordReadings]:
    """What the words of this source mean, kind by kind; units are the agency's own."""
    usual = built_in()["words"]
    found = []
    for kind in WORDS:
        known = {word_key(word) for words in usual.get(kind, {}).values() for word in words}
        readings = []
        for value, words in profile.mapping["words"].get(kind, {}).items():
            one = Reading(_meaning(kind, value))
            for word in words:
                (one.known if word_key(word) in known else one.learned).append(word)
            if words:
                readings.append(one)
        found.append(WordReadings(kind, KINDS[kind], readings))
    units = dict(_units(profile))
    if units:
        found.insert(0, WordReadings("unit", KINDS["unit"], list(units.values())))
    return [one for one in found if one.readings]


def _units(profile: ImportProfile) -> Iterator[tuple[str, Reading]]:
    names = {str(unit.pk): unit.name for unit in OrgUnit.objects.filter(agency=profile.agency)}
    readings: dict[str, Reading] = {}
    for word, unit in profile.mapping.get("units", {}).items():
        readings.setdefault(unit, Reading(names.get(unit, "–"))).learned.append(word)
    yield from readings.items()


def _meaning(kind: str, value: str) -> "str | Promise":
    if kind == "digitised":
        return _("Yes") if value == "yes" else _("No")
    if kind in _CHOICES:
        labels: dict[str, Any] = dict(_CHOICES[kind].choices)
        return labels.get(value, value)
    return value


def personal_kinds(profile: ImportProfile) -> list[str]:
    """The kinds of personal data the portal recognises by their headers, in words."""
    return [str(PERSONAL[kind]) for kind in profile.mapping.get("personal_kinds", {}) if kind in PERSONAL]


def can_archive(acting: Person | None, profile: ImportProfile) -> Verdict:
    """Whoever imports; the profile the portal comes with is always there."""
    if profile.code == BUILT_IN:
        return deny(_("This profile comes with the portal; files of unknown sources are read by it."))
    return policies.can_import(acting, profile.agency)


def can_remove(acting: Person | None, profile: ImportProfile) -> Verdict:
    """Only what no import was read by: otherwise it explains them."""
    verdict = can_archive(acting, profile)
    if verdict and profile.imports.exists():
        return deny(_("Imports were read by this profile; it explains them."))
    return verdict


def profile_rename(profile: ImportProfile, *, name: str, acting: Person | None) -> ImportProfile:
    """Give a profile another name; raises Invalid when the agency has one of that name."""
    with transaction.atomic(), locked(profile) as profile:
        require(policies.can_import(acting, profile.agency))
        name = " ".join(name.split())
        others = ImportProfile.objects.filter(agency=profile.agency, name=name).exclude(pk=profile.pk)
        if not name or others.exists():
            raise Invalid([Problem("name", _("Another profile has this name."))])
        changes = audit.apply(profile, name=name)
        if changes:
            audit.record("dossiers.profile.renamed", profile, changes, acting=acting)
    return profile


def profile_archive(profile: ImportProfile, *, acting: Person | None) -> ImportProfile:
    """Read no further file by it; what was read stays explained. Raises IllegalTransition when done."""
    with transaction.atomic(), locked(profile) as profile:
        require(can_archive(acting, profile))
        if profile.archived_at is not None:
            raise IllegalTransition(_("This profile is archived already."))
        changes = audit.apply(profile, archived_at=clock.now())
        audit.record("dossiers.profile.archived", profile, changes, acting=acting)
    return profile


def profile_restore(profile: ImportProfile, *, acting: Person | None) -> ImportProfile:
    """Read files by it again; raises IllegalTransition when it is not archived."""
    with transaction.atomic(), locked(profile) as profile:
        require(can_archive(acting, profile))
        if profile.archived_at is None:
            raise IllegalTransition(_("This profile is in use already."))
        changes = audit.apply(profile, archived_at=None)
        audit.record("dossiers.profile.restored", profile, changes, acting=acting)
    return profile


def profile_forget(profile: ImportProfile, *, kind: str, text: str, acting: Person | None) -> ImportProfile:
    """Forget what one title (`column`) or word (its kind) was said to mean: the next file asks again.

    Raises Invalid when the profile does not know it.
    """
    with transaction.atomic(), locked(profile) as profile:
        require(policies.can_import(acting, profile.agency))
        mapping = copy.deepcopy(profile.mapping)
        if not _forgotten(mapping, kind, text):
            raise Invalid(_("The profile does not know “%(text)s”.") % {"text": text[:60]})
        profile.mapping = mapping
        profile.save(update_fields=["mapping"])
        audit.record("dossiers.profile.forgot", profile, {kind: (text, None)}, acting=acting)
    return profile


def _forgotten(mapping: dict[str, Any], kind: str, text: str) -> bool:
    """Take a title or word out of the mapping; whether it was there."""
    if kind == "unit":
        return mapping.get("units", {}).pop(text, None) is not None
    if kind == COLUMN:
        lists = [*mapping["columns"].values(), mapping["personal"], mapping["ignored"]]
    else:
        lists = list(mapping["words"].get(kind, {}).values())
    was_there = any(text in texts for texts in lists)
    for texts in lists:
        texts[:] = [one for one in texts if one != text]
    if kind == COLUMN and "header" in mapping:
        mapping["header"] = [key for key in mapping["header"] if key != header_key(text)]
    return was_there


def profile_remove(profile: ImportProfile, *, acting: Person | None) -> None:
    """Forget a source; one that imports were read by is kept, because it explains them."""
    with transaction.atomic(), locked(profile) as profile:
        require(can_remove(acting, profile))
        audit.record("dossiers.profile.removed", profile, acting=acting)
        profile.delete()
