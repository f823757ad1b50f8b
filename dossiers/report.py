"""The report on the handling of procedures, form II.06a of Circular 01/2020/TT-VPCP (domain D6).

Withdrawn and stopped dossiers are left out of what was received, and told apart below the table, so that
the identities of the form hold. Paused dossiers stand among those within time.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from dossiers import delays, selectors
from dossiers.facts import Span
from dossiers.models import Procedure
from dossiers.selectors import Group
from qms import agency_settings
from qms.models import Agency, OrgUnit

EARLY_RULE = "dossiers.early_rule"
RULES = ("session", "day")
COLUMNS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)


def keys_of(rule: str) -> dict[int, tuple[str, ...]]:
    """Which counts make up each column of the form; `rule` says what counts as early."""
    return {
        3: ("report_online", "report_otherwise", "report_carried"),
        4: ("report_online",),
        5: ("report_otherwise",),
        6: ("report_carried",),
        7: ("resolved",),
        8: (f"early_{rule}",),
        9: (f"on_time_{rule}",),
        10: ("late",),
        11: ("open",),
        12: ("open_in_time", "suspended"),
        13: ("open_overdue",),
    }


@dataclass(frozen=True)
class Line:
    """One line of the form: a field, procedure or unit (or the sum) with its columns."""

    key: Any
    name: str
    columns: Mapping[int, int]
    closed: int

    @property
    def broken(self) -> list[str]:
        """The identities of the form that do not hold; empty when all do."""
        c = self.columns
        wrong = []
        if c[3] != c[4] + c[5] + c[6]:
            wrong.append("(3) = (4) + (5) + (6)")
        if c[3] != c[7] + c[11]:
            wrong.append("(3) = (7) + (11)")
        if c[7] != c[8] + c[9] + c[10]:
            wrong.append("(7) = (8) + (9) + (10)")
        if c[11] != c[12] + c[13]:
            wrong.append("(11) = (12) + (13)")
        return wrong


class Report:
    """Form II.06a of an agency over a window, by field, procedure or unit; with the reasons of II.07."""

    def __init__(
        self,
        agency: Agency,
        window: Span,
        *,
        by: Group = "field",
        as_of: dt.datetime | None = None,
        seq: int | None = None,
    ) -> None:
        self.agency, self.window, self.by, self.seq = agency, window, by, seq
        self.as_of = as_of or selectors.data_as_of(agency, seq)
        self.rule = str(agency_settings.get(agency, EARLY_RULE))
        self.keys = keys_of(self.rule)

    @cached_property
    def _tallies(self) -> selectors.Tallies:
        keys = list(dict.fromkeys([key for part in self.keys.values() for key in part]))
        return selectors.counts(
            self.agency,
            windows=[self.window],
            as_of=self.as_of,
            by=self.by,
            seq=self.seq,
            keys=[*keys, "withdrawn_or_stopped"],
        )

    def _line(self, key: Any, name: str) -> Line:
        counts = self._tallies.of(self.window, key)
        columns = {number: sum(counts[one] for one in part) for number, part in self.keys.items()}
        return Line(key, name, columns, counts["withdrawn_or_stopped"])

    @cached_property
    def lines(self) -> list[Line]:
        """The lines with something in them, by name."""
        groups = self._tallies.groups()
        names: list[tuple[Any, str]]
        match self.by:
            case "unit":
                units = OrgUnit.objects.filter(agency=self.agency, pk__in=groups).order_by("order", "name")
                names = [(one.pk, one.name) for one in units]
            case "procedure":
                procedures = Procedure.objects.filter(agency=self.agency, pk__in=groups)
                names = [(one.pk, one.name) for one in procedures.order_by("field", "name")]
            case _:
                names = [(group, group or _("No field")) for group in sorted(groups)]
        found = [self._line(key, name) for key, name in names]
        return [line for line in found if any(line.columns.values()) or line.closed]

    @cached_property
    def total(self) -> Line:
        """The sum of the agency."""
        return self._line(None, _("Total"))

    @property
    def broken(self) -> list[tuple[str, list[str]]]:
        """Lines whose identities do not hold."""
        return [(line.name, line.broken) for line in (*self.lines, self.total) if line.broken]

    @cached_property
    def reasons(self) -> list[tuple[str, str, int]]:
        """Form II.07: how many of the late dossiers have which reason."""
        return delays.reasons(self.agency, self.window, as_of=self.as_of)

    def reason_link(self, code: str) -> str:
        """The address of the late dossiers with a reason, or with none."""
        reason = code or delays.NONE
        return selectors.trace_url(delays.LATE, self.window, as_of=self.as_of, reason=reason)

    def link(self, number: int, line: Line) -> str:
        """The address of the dossiers of one cell; empty for a field, which lists cannot be asked for."""
        place: dict[str, Any] = {} if line.key is None else {self.by: line.key}
        return selectors.trace_url("+".join(self.keys[number]), self.window, as_of=self.as_of, **place)
