"""The numbers that formulas are made of, per period and unit: one question for a whole year."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dossiers import facts as dossier_facts
from dossiers import handling, surveys
from dossiers import selectors as dossiers
from dossiers.catalogue import Catalogue
from objectives.formulas import Formula, Source
from objectives.models import Target
from objectives.periods import Window
from qms.models import Agency
from training import selectors as training

HOURS = frozenset({"hours_saved", "hours_regulated"})
"""Numbers that are working hours, not counts of dossiers."""


@dataclass(frozen=True)
class YearCounts:
    """Counts by period code and unit, with until when (`as_of`) and from which imports (`seq`) they are."""

    as_of: dt.datetime | None
    seq: int | None
    tallies: dossiers.Tallies
    windows: Mapping[str, Window]
    hours: Mapping[Any, handling.Hours] = field(default_factory=dict)

    @property
    def units(self) -> set[uuid.UUID]:
        """The units that had dossiers."""
        return self.tallies.groups()

    def of(self, period: str, unit: uuid.UUID | None) -> Mapping[str, int] | None:
        """The counts of a unit (None: the agency) in a period; None when no export reaches into it."""
        window = self.windows[period]
        if self.as_of is None or self.as_of < window.start:
            return None
        found = self.tallies.of(window, unit)
        hours = self.hours.get((window, unit), handling.Hours())
        return {**found, "hours_saved": hours.saved, "hours_regulated": hours.regulated}

    def rate(
        self, target: Target, formula: Formula, period: str, unit: uuid.UUID | None
    ) -> tuple[int | None, int | None]:
        """Numerator and denominator of a figure; None for both when no export reaches into the period."""
        counts = self.of(period, unit)
        return (None, None) if counts is None else formula.rate(counts)


def in_hours(formula: Formula) -> bool:
    """Whether a formula is made of working hours and not of counts of dossiers."""
    return not HOURS.isdisjoint(formula.keys)


def rules_of(targets: Iterable[Target]) -> list[Formula]:
    """The formulas of targets, and those that stand beside them."""
    return [rule for target in targets for rule in (target.rule, target.companion) if rule is not None]


def keys_of(formulas: Iterable[Formula]) -> tuple[tuple[str, ...], bool]:
    """The counts of dossiers that formulas read, and whether they read working hours besides."""
    wanted = {key for one in formulas if one.source is Source.DOSSIERS for key in one.keys}
    return tuple(key for key in dossier_facts.FACTS if key in wanted), not HOURS.isdisjoint(wanted)


def year_counts(
    agency: Agency,
    windows: Mapping[str, Window],
    *,
    formulas: Iterable[Formula],
    until: dt.datetime | None = None,
    seq: int | None = None,
    as_of: dt.datetime | None = None,
    known_at: dt.datetime | None = None,
) -> YearCounts:
    """Count what the formulas read in every period of a year, for the agency and each unit.

    `until` cuts off what happened later; `seq` takes the facts as they were after that import. The counts
    hold for exactly the imports up to `seq`, also while another import commits. `known_at` takes the
    catalogue of procedures and the calendar as they stood at that moment.
    """
    seq = dossiers.last_seq(agency) if seq is None else seq
    as_of = as_of or dossiers.data_as_of(agency, seq)
    if until is not None:
        windows = {code: Window(window.start, min(window.end, until)) for code, window in windows.items()}
        as_of = None if as_of is None else min(as_of, until)
    keys, with_hours = keys_of(formulas)
    spans = list(windows.values())
    tallies = dossiers.counts(
        agency, windows=spans, as_of=as_of, by="unit", seq=seq, keys=keys or ("received",)
    )
    hours = (
        handling.handling_hours(agency, dossiers.tables(agency, seq), spans, known_at) if with_hours else {}
    )
    return YearCounts(as_of, seq or None, tallies, windows, hours)


def procedure_counts(
    agency: Agency, windows: Mapping[str, Window], today: dt.date, known_at: dt.datetime | None = None
) -> dict[str, dict[str, int]]:
    """By period: how many procedures qualify for being offered online, and how many of them are."""
    catalogue = Catalogue(agency, known_at)
    found = {}
    for code, window in windows.items():
        offer = catalogue.online(min(window.last_day, today))
        found[code] = {"procedures_offered": len(offer.offered), "procedures_eligible": offer.eligible}
    return found


def training_counts(
    agency: Agency, windows: Mapping[str, Window], first_day: dt.date, today: dt.date
) -> dict[tuple[str, uuid.UUID | None], dict[str, int]]:
    """By period and unit: people, and who of them passed a course of the year up to the period's end."""
    found: dict[tuple[str, uuid.UUID | None], dict[str, int]] = {}
    nobody = training.Trained(0, 0)
    ends = {code: min(window.last_day, today) for code, window in windows.items()}
    counted = {
        last: (
            training.trained(agency, first_day, last),
            training.trained(agency, first_day, last, "intake"),
        )
        for last in set(ends.values())
    }
    for code, last in ends.items():
        everybody, intake = counted[last]
        for unit in {*everybody, *intake}:
            all_of, desk = everybody.get(unit, nobody), intake.get(unit, nobody)
            found[code, unit] = {
                "trained": all_of.trained,
                "people": all_of.people,
                "trained_intake": desk.trained,
                "people_intake": desk.people,
            }
    return found


def survey_counts(
    agency: Agency, windows: Mapping[str, Window], until: dt.datetime | None
) -> dict[tuple[str, uuid.UUID | None], dict[str, int]]:
    """By period and unit: answers to surveys with five levels, and how many of them are satisfied."""
    shares = surveys.counts(agency, windows=windows.values(), until=until)
    codes = {window: code for code, window in windows.items()}
    return {
        (codes[window], unit): {"survey_answers": share.answers, "survey_satisfied": share.satisfied}  # type: ignore[index]
        for (window, unit), share in shares.items()
    }
