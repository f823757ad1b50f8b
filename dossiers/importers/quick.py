"""The quick way through a large file: lines whose parts are all known become facts by look-ups alone.

What a look-up does not answer goes to `RowReader`, which understands a line thoroughly and tells its
problems; what it understood is then known here too. So a figure never depends on which way a line took.
"""

import hashlib
import re
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import islice
from operator import le
from typing import Any

from dossiers.importers.lines import RowFacts
from dossiers.importers.profile import OPTIONAL_WORDS
from dossiers.importers.reading import Line
from dossiers.importers.rows import WITHOUT_DUE, RowReader, clean
from dossiers.importers.values import Moments, Unreadable, text_of

FACTS = (
    "code", "procedure_id", "unit_id", "online_level", "channel", "status", "received_at", "due_original_at",
    "due_extended_at", "extension_document", "supplement_requested_at", "supplement_received_at", "result_at",
    "returned_at", "closed_at", "rating", "officer_code", "payment", "digitised", "late_reason",
    "episodes", "row_hash",
)  # fmt: skip
"""What a line gives, in this order, after its number and the dossier's identity; instants are ISO in UTC."""
KNOWN_AT_MOST = 50_000
AT_ONCE = 256
FLAGS = {"yes": "1", "no": "0", "": ""}
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
_WORDS = ("level", "channel", "status", "rating", *OPTIONAL_WORDS)
_PROCEDURE = ("procedure_code", "procedure_name", "field")
_MOMENTS = (
    "received_at", "supplement_requested_at", "supplement_received_at", "result_at", "returned_at",
    "closed_at",
)  # fmt: skip
_DUES = ("due_original_at", "due_extended_at")
_NEVER = ("", "")
FOREVER = "9"
_START = hashlib.blake2b(digest_size=16)
_plain = re.compile(r"[^\s\",\x00-\x1f\x7f]+").fullmatch
"""What stands in a line of CSV as it is."""

Facts = tuple[Any, ...]


def identities(namespace: uuid.UUID, prefix: str) -> Callable[[str], str]:
    """A quick `uuid5(namespace, prefix + name).hex`."""
    start = hashlib.sha1(namespace.bytes + prefix.encode())  # noqa: S324 - an identity, not a secret

    def identity(name: str) -> str:
        digest = start.copy()
        digest.update(name.encode())
        found = digest.hexdigest()
        return f"{found[:12]}5{found[13:16]}{_VARIANT[found[16]]}{found[17:32]}"

    return identity


def fingerprint(told: str) -> str:
    """The same for the same facts, whatever file they come from."""
    digest = _START.copy()
    digest.update(told.encode())
    return digest.hexdigest()


def quoted(text: str) -> str:
    """A value as a cell of CSV; an empty one stays empty."""
    return text if not text or _plain(text) else '"' + text.replace('"', '""') + '"'


def _more(**told: str) -> str:
    """What columns many systems lack add to a fingerprint: nothing, when they are empty."""
    return "".join(f"\x1f{name}={value}" for name, value in told.items() if value)


class QuickReader:
    """Facts of all lines of a table that can be taken, in the order of the file."""

    def __init__(
        self, reader: RowReader, identity: Callable[[str], str], procedure_of: Callable[[RowFacts], uuid.UUID]
    ) -> None:
        self.reader, self.identity, self.procedure_of = reader, identity, procedure_of
        self.also: Callable[[str, list[Any]], None] | None = None
        self.statuses: Counter[str] = Counter()
        form = reader.profile.dates
        self.moments, self.dues = Moments(form=form), Moments(end_of_day=True, form=form)
        self.words: dict[Facts, tuple[str, ...]] = {}
        self.notices: dict[Any, tuple[str, str]] = {"": ("", "")}
        self.procedures: dict[Facts, tuple[str, str]] = {}
        self.units: dict[str, tuple[str, str, str]] = {}
        self.officers: dict[Any, tuple[str, str]] = {}
        self.width = 1 + max((*reader.at.values(), *reader.seldom), default=0)
        looked_up = (*_WORDS, *_PROCEDURE, "officer_code", "extension_document")
        self.looked_up = [reader.at[name] for name in looked_up if name in reader.at]
        self.numbers: set[int] = set()
        """Where a look-up knows 0 or 1, which False and True are equal to and yet are other words."""

    def blocks(self) -> Iterator[list[str]]:
        """(line, identity, *FACTS) of each line that can be taken, as lines of CSV, some at a time."""
        while lines := list(islice(self.reader.table.body, AT_ONCE)):
            yield self._facts(lines)

    def _facts(self, lines: list[Line]) -> list[str]:
        """The facts of some lines: of the usual ones together, of every other one by itself."""
        # The first lines go the thorough way: the page shows them as they were understood.
        quick, odd = self._quick(lines) if self.reader.shown else ([""] * len(lines), ())
        if not odd and self.also is None and all(quick):
            return quick
        told: list[str] = []
        for at, (number, cells) in enumerate(lines):
            if quick[at]:
                if at in odd:
                    self.reader.warn_of_due(number, cells, cells[self.reader.at["code"]])
                if self.also is not None:
                    self.also(cells[self.reader.at["code"]], cells)
                told.append(quick[at])
            elif len(lines) > 1:  # a line before it may have taught what was unknown of it
                told += self._facts([lines[at]])
            elif row := self.reader.understand(number, cells):
                told.append(self._told(row, cells))
        return told

    def _quick(self, lines: list[Line]) -> tuple[list[str], Collection[int]]:
        """The facts of the usual lines, "" for those in which something is not known yet or looks odd; and
        the places of those whose due time disagrees.

        Column by column, which is quicker than line by line.
        """
        reader = self.reader
        numbers, rows = zip(*lines, strict=True)
        if min(map(len, rows)) < self.width:
            rows = tuple([*cells, *[""] * (self.width - len(cells))] for cells in rows)
        columns, blank = list(zip(*rows, strict=False)), ("",) * len(rows)

        def column(name: str) -> Sequence[Any]:
            return columns[reader.at[name]] if name in reader.at else blank

        def known(facts: Mapping[Any, Facts], *names: str) -> list[Any]:
            keys = zip(*map(column, names), strict=True) if len(names) > 1 else column(names[0])
            return list(map(facts.get, keys))

        by_words, by_procedure = known(self.words, *_WORDS), known(self.procedures, *_PROCEDURE)
        by_unit, by_officer = known(self.units, "unit"), known(self.officers, "officer_code")
        by_notice = known(self.notices, "extension_document")
        parts = by_words, by_procedure, by_unit, by_officer, by_notice
        if not all(map(all, parts)):
            return self._all_but(
                {at for at, line in enumerate(zip(*parts, strict=True)) if not all(line)}, lines
            )
        try:
            received, asked, answered, result, returned, closed = (
                self.moments.all(column(name)) for name in _MOMENTS
            )
            due, extended = (self.dues.all(column(name)) for name in _DUES)
        except Unreadable:
            return self._all_but({at for at, cells in enumerate(rows) if not self._has_moments(cells)}, lines)
        dates = received, due, extended, asked, answered, result, returned, closed
        bad = {at for index in reader.seldom for at, cell in enumerate(columns[index]) if cell != ""}
        for index in self.numbers:
            if bool in set(map(type, columns[index])):
                bad.update(at for at, cell in enumerate(columns[index]) if isinstance(cell, bool))
        if bad:
            return self._all_but(bad, lines)
        statuses, words, ratings, rests, told_words, told_rests = zip(*by_words, strict=True)
        procedures, procedure_codes = zip(*by_procedure, strict=True)
        units, since, until = zip(*by_unit, strict=True)
        officers, officer_cells = zip(*by_officer, strict=True)
        notices, notice_cells = zip(*by_notice, strict=True)
        codes = column("code")
        ends = [one or start for one, start in zip(result, received, strict=True)]
        last = due if all(due) else [one or FOREVER for one in due]
        if not (
            all(received)
            and (
                last is due
                or all(one or status in WITHOUT_DUE for one, status in zip(due, statuses, strict=True))
            )
            and all(map(le, received, last))
            and all(map(le, received, ends))
            and max(ends) <= reader.as_of_text
            and (max(since) <= min(ends) or all(map(le, since, ends)))
            and (max(ends) <= min(until) or all(map(le, ends, until)))
            and self._are_codes(codes)
        ):
            judged = map(self._is_usual, codes, statuses, received, due, last, ends, since, until)
            return self._all_but({at for at, usual in enumerate(judged) if not usual}, lines)
        reader.read += len(rows)
        self.statuses.update(statuses)
        more = map("".join, zip(officers, notices, told_rests, strict=True))
        told = zip(procedure_codes, units, told_words, *dates, ratings, more, strict=True)
        facts = zip(
            map(str, numbers), map(self.identity, codes), codes, procedures, units, words, received, due,
            extended, notice_cells, asked, answered, result, returned, closed, ratings, officer_cells, rests,
            blank, map(fingerprint, map("\x1f".join, told)),
            strict=True,
        )  # fmt: skip
        odd = reader.due.odd_ones(procedure_codes, received, due, asked, answered)
        return list(map(",".join, facts)), frozenset(odd)

    def _all_but(self, bad: Collection[int], lines: list[Line]) -> tuple[list[str], Collection[int]]:
        """The facts of the usual lines among some."""
        usual = [at for at in range(len(lines)) if at not in bad] if bad else []
        facts = [""] * len(lines)
        if not usual:
            return facts, ()
        found, odd = self._quick([lines[at] for at in usual])
        for at, told in zip(usual, found, strict=True):
            facts[at] = told
        return facts, {usual[at] for at in odd}

    def _has_moments(self, cells: list[Any]) -> bool:
        """Whether all dates of a line can be understood."""
        at = self.reader.at
        try:
            for moments, names in ((self.moments, _MOMENTS), (self.dues, _DUES)):
                moments.all([cells[at[name]] for name in names if name in at])
        except Unreadable:
            return False
        return True

    def _is_usual(
        self, code: Any, status: str, received: str, due: str, last: str, end: str, since: str, until: str
    ) -> bool:
        """Whether nothing contradicts itself in a line whose parts are known."""
        return bool(
            received
            and (due or status in WITHOUT_DUE)
            and received <= last
            and received <= end <= self.reader.as_of_text
            and since <= end <= until
            and self._are_codes([code])
        )

    def _are_codes(self, codes: Sequence[Any]) -> bool:
        """Whether they are codes as they are kept, and can stand in a line of CSV."""
        if set(map(type, codes)) != {str} or not all(codes):
            return False
        together = "".join(codes)
        return bool(
            all(map(self.reader.profile.code.match, codes))
            and _plain(together)
            and together == together.upper()
        )

    def _told(self, row: RowFacts, cells: list[Any]) -> str:
        """The facts of a line that was understood thoroughly; its parts are known from now on."""
        self.statuses[row.status] += 1
        if self.also is not None:
            self.also(row.code, cells)
        procedure, unit = self.procedure_of(row).hex, row.unit.hex
        rating = str(row.rating or "")
        dates = tuple(moment.isoformat() if moment else "" for moment in row.dates.values())
        notice = _more(extension_document=row.extension_document)
        more = _more(payment=row.payment, digitised=row.digitised, late_reason=row.late_reason)
        self._learn(row, cells, procedure, (rating, notice, more))
        told = (
            row.procedure_code, unit, row.level, row.channel, row.status, *dates, rating, row.officer_code,
        )  # fmt: skip
        mark = fingerprint("\x1f".join(told) + notice + more + _more(episodes=row.episodes))
        facts = (
            str(row.line), self.identity(row.code), row.code, procedure, unit, row.level, row.channel,
            row.status, *dates[:3], row.extension_document, *dates[3:], rating, row.officer_code, row.payment,
            FLAGS[row.digitised], row.late_reason, row.episodes, mark,
        )  # fmt: skip
        return ",".join(map(quoted, facts))

    def _learn(self, row: RowFacts, cells: list[Any], procedure: str, told: tuple[str, str, str]) -> None:
        at = self.reader.at

        def cell(name: str) -> Any:
            index = at.get(name, -1)
            return cells[index] if 0 <= index < len(cells) else ""

        if max(len(self.words), len(self.procedures), len(self.officers), len(self.notices)) > KNOWN_AT_MOST:
            return
        known = {index: cells[index] for index in self.looked_up if index < len(cells)}
        if any(isinstance(one, bool) for one in known.values()):
            return
        self.numbers.update(at for at, one in known.items() if isinstance(one, int | float) and one in (0, 1))
        rating, notice, more = told
        if not row.late_reason or self.reader.knows_reason(cells):
            words = row.level, row.channel, row.status
            rest = row.payment, FLAGS[row.digitised], row.late_reason
            self.words[tuple(map(cell, _WORDS))] = (
                row.status, ",".join(words), rating, ",".join(rest), "\x1f".join(words), more,
            )  # fmt: skip
        # Of several columns the last document counts; such a line teaches nothing.
        if row.extension_document and row.extension_document == clean(text_of(cell("extension_document"))):
            self.notices[cell("extension_document")] = notice, quoted(row.extension_document)
        self.procedures[tuple(map(cell, _PROCEDURE))] = procedure, row.procedure_code
        officer = clean(text_of(cell("officer_code")))
        self.officers[cell("officer_code")] = officer, quoted(officer)
        name = cell("unit")
        if isinstance(name, str):
            self.units[name] = self.reader.unit_span(name, row.unit) or ("", *_NEVER)
