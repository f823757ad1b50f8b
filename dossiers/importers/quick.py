"""The quick way through a large file: lines whose parts are all known become facts by look-ups alone.

What a look-up does not answer goes to `RowReader`, which understands a line thoroughly and tells its
problems; what it understood is then known here too. So a figure never depends on which way a line took.
"""

import hashlib
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any

from dossiers.importers.lines import RowFacts
from dossiers.importers.profile import FIELDS, OPTIONAL_WORDS, SELDOM
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
_ORDER = tuple(name for name in FIELDS if name not in SELDOM)
_NEVER = ("", "")

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


def fingerprint(*parts: str) -> str:
    """The same for the same facts, whatever file they come from."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def _more(notice: str, payment: str, digitised: str, reason: str) -> list[str]:
    """What columns many systems lack add to a fingerprint: nothing, when they are empty."""
    if not (notice or payment or digitised or reason):
        return []
    told = {
        "extension_document": notice, "payment": payment, "digitised": digitised, "late_reason": reason,
    }  # fmt: skip
    return [f"{name}={value}" for name, value in told.items() if value]


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
        self.notices: dict[Any, str] = {}
        self.procedures: dict[Facts, tuple[str, str]] = {}
        self.units: dict[str, tuple[str, str, str]] = {}
        self.officers: dict[Any, str] = {}
        # An absent column is the blank that is added to the end of every line.
        self.pick = itemgetter(*(reader.at.get(name, -1) for name in _ORDER))

    def rows(self) -> Iterator[Facts]:
        """(line, identity, *FACTS) of each line that can be taken."""
        understand, quick, tell = self.reader.understand, self._quick, self._told
        # The first lines go the thorough way: the page shows them as they were understood.
        for number, cells in self.reader.table.body:
            facts = quick(number, cells) if self.reader.shown else None
            if facts is None:
                row = understand(number, cells)
                if row is None:
                    continue
                facts = tell(row, cells)
            if self.also is not None:
                self.also(facts[2], cells)
            yield facts

    def _quick(self, number: int, cells: list[Any]) -> Facts | None:
        """The facts of a usual line; None when something in it is not known yet or looks odd."""
        reader = self.reader
        if reader.seldom and any(at < len(cells) and cells[at] != "" for at in reader.seldom):
            return None
        cells.append("")
        try:
            (
                code, procedure_code, procedure_name, field, level, channel, received, due, extended,
                asked, answered, result, returned, closed, unit, officer, status, rating, notice, payment,
                digitised, reason,
            ) = self.pick(cells)  # fmt: skip
            level, channel, status, rating, payment, digitised, reason = self.words[
                level, channel, status, rating, payment, digitised, reason
            ]
            if notice:
                notice = self.notices[notice]
            procedure, procedure_code = self.procedures[procedure_code, procedure_name, field]
            unit, since, until = self.units[unit]
            officer = self.officers[officer]
            moments, dues = self.moments, self.dues
            received, due, result = moments[received], dues[due], moments[result]
            extended, asked = dues[extended], moments[asked]
            answered, returned, closed = moments[answered], moments[returned], moments[closed]
        except (KeyError, IndexError, TypeError, Unreadable):
            return None
        finally:
            cells.pop()
        if (
            not received
            or not (due or status in WITHOUT_DUE)
            or not since <= (result or received) <= until
            or received > reader.as_of_text
            or (due and due < received)
            or (result and (result < received or result > reader.as_of_text))
            or not isinstance(code, str)
            or not reader.profile.code.match(code)
            or code != code.upper()
        ):
            return None
        if reader.due.disagrees(procedure_code, received, due, asked, answered):
            reader.warn_of_due(number, cells, code)
        reader.read += 1
        self.statuses[status] += 1
        dates = (received, due, extended, asked, answered, result, returned, closed)
        mark = fingerprint(
            procedure_code,
            unit,
            level,
            channel,
            status,
            *dates,
            rating,
            officer,
            *_more(notice, payment, digitised, reason),
        )
        return (
            number, self.identity(code), code, procedure, unit, level, channel, status, received, due,
            extended, notice, asked, answered, result, returned, closed, rating, officer, payment,
            FLAGS[digitised], reason, "", mark,
        )  # fmt: skip

    def _told(self, row: RowFacts, cells: list[Any]) -> Facts:
        """The facts of a line that was understood thoroughly; its parts are known from now on."""
        self.statuses[row.status] += 1
        procedure, unit = self.procedure_of(row).hex, row.unit.hex
        rating = str(row.rating or "")
        dates = tuple(moment.isoformat() if moment else "" for moment in row.dates.values())
        self._learn(row, cells, procedure, rating)
        more = row.extension_document, row.payment, row.digitised, row.late_reason
        mark = fingerprint(
            row.procedure_code, unit, row.level, row.channel, row.status, *dates, rating, row.officer_code,
            *_more(*more), *([f"episodes={row.episodes}"] if row.episodes else []),
        )  # fmt: skip
        return (
            row.line, self.identity(row.code), row.code, procedure, unit, row.level, row.channel, row.status,
            *dates[:3], row.extension_document, *dates[3:], rating, row.officer_code, row.payment,
            FLAGS[row.digitised], row.late_reason, row.episodes, mark,
        )  # fmt: skip

    def _learn(self, row: RowFacts, cells: list[Any], procedure: str, rating: str) -> None:
        at = self.reader.at

        def cell(name: str) -> Any:
            index = at.get(name, -1)
            return cells[index] if 0 <= index < len(cells) else ""

        if max(len(self.words), len(self.procedures), len(self.officers), len(self.notices)) > KNOWN_AT_MOST:
            return
        if not row.late_reason or self.reader.knows_reason(cells):
            words = tuple(cell(name) for name in ("level", "channel", "status", "rating", *OPTIONAL_WORDS))
            self.words[words] = (
                row.level, row.channel, row.status, rating, row.payment, row.digitised, row.late_reason,
            )  # fmt: skip
        if row.extension_document:
            self.notices[cell("extension_document")] = row.extension_document
        named = cell("procedure_code"), cell("procedure_name"), cell("field")
        self.procedures[named] = procedure, row.procedure_code
        self.officers[cell("officer_code")] = clean(text_of(cell("officer_code")))
        name = cell("unit")
        if isinstance(name, str):
            self.units[name] = self.reader.unit_span(name, row.unit) or ("", *_NEVER)
