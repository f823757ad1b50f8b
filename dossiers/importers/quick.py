"""The quick way through a large file: lines whose parts are all known become facts by look-ups alone.

What a look-up does not answer goes to `RowReader`, which understands a line thoroughly and tells its
problems; what it understood is then known here too. So a figure never depends on which way a line took.
"""

import hashlib
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any

from dossiers.importers.lines import RowFacts
from dossiers.importers.profile import OPTIONAL_WORDS
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
FLAGS = {"yes": "1", "no": "0", "": ""}
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
_WORDS = ("level", "channel", "status", "rating", *OPTIONAL_WORDS)
_PROCEDURE = ("procedure_code", "procedure_name", "field")
_OTHERS = (
    "code", "unit", "officer_code", "extension_document", "received_at", "due_original_at", "due_extended_at",
    "supplement_requested_at", "supplement_received_at", "result_at", "returned_at", "closed_at",
)  # fmt: skip
_TO_WORDS, _TO_PROCEDURE = len(_OTHERS), len(_OTHERS) + len(_WORDS)
_NEVER = ("", "")
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
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


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
        # An absent column is the blank that is added to the end of every line.
        self.pick = itemgetter(*(reader.at.get(name, -1) for name in (*_OTHERS, *_WORDS, *_PROCEDURE)))

    def rows(self) -> Iterator[str]:
        """(line, identity, *FACTS) of each line that can be taken, as a line of CSV."""
        understand, quick, tell = self.reader.understand, self._quick, self._told
        # The first lines go the thorough way: the page shows them as they were understood.
        for number, cells in self.reader.table.body:
            facts = quick(number, cells) if self.reader.shown else None
            if facts is None:
                row = understand(number, cells)
                if row is None:
                    continue
                facts = tell(row, cells)
            yield facts

    def _quick(self, number: int, cells: list[Any]) -> str | None:
        """The facts of a usual line; None when something in it is not known yet or looks odd."""
        reader, moments, dues = self.reader, self.moments, self.dues
        if reader.seldom and any(at < len(cells) and cells[at] != "" for at in reader.seldom):
            return None
        try:
            picked = self.pick([*cells, ""])
            (
                code, unit, officer, notice, received, due, extended, asked, answered, result, returned,
                closed,
            ) = picked[:_TO_WORDS]  # fmt: skip
            status, words, rating, rest, told_words, told_rest = self.words[picked[_TO_WORDS:_TO_PROCEDURE]]
            procedure, procedure_code = self.procedures[picked[_TO_PROCEDURE:]]
            unit, since, until = self.units[unit]
            officer, officer_cell = self.officers[officer]
            notice, notice_cell = self.notices[notice]
            received, due, result = moments[received], dues[due], moments[result]
            extended, asked = dues[extended], moments[asked]
            answered, returned, closed = moments[answered], moments[returned], moments[closed]
        except (KeyError, IndexError, TypeError, Unreadable):
            return None
        if (
            not received
            or not (due or status in WITHOUT_DUE)
            or not since <= (result or received) <= until
            or received > reader.as_of_text
            or (due and due < received)
            or (result and (result < received or result > reader.as_of_text))
            or not isinstance(code, str)
            or not reader.profile.code.match(code)
            or not _plain(code)
            or code != code.upper()
        ):
            return None
        if reader.due.disagrees(procedure_code, received, due, asked, answered):
            reader.warn_of_due(number, cells, code)
        reader.read += 1
        self.statuses[status] += 1
        if self.also is not None:
            self.also(code, cells)
        mark = fingerprint(
            f"{procedure_code}\x1f{unit}\x1f{told_words}\x1f{received}\x1f{due}\x1f{extended}\x1f{asked}\x1f"
            f"{answered}\x1f{result}\x1f{returned}\x1f{closed}\x1f{rating}\x1f{officer}{notice}{told_rest}"
        )
        return (
            f"{number},{self.identity(code)},{code},{procedure},{unit},{words},{received},{due},{extended},"
            f"{notice_cell},{asked},{answered},{result},{returned},{closed},{rating},{officer_cell},{rest},,"
            f"{mark}\n"
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
        return ",".join(map(quoted, facts)) + "\n"

    def _learn(self, row: RowFacts, cells: list[Any], procedure: str, told: tuple[str, str, str]) -> None:
        at = self.reader.at

        def cell(name: str) -> Any:
            index = at.get(name, -1)
            return cells[index] if 0 <= index < len(cells) else ""

        if max(len(self.words), len(self.procedures), len(self.officers), len(self.notices)) > KNOWN_AT_MOST:
            return
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
