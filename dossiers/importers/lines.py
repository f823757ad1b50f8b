"""What becomes of one line of a table: its facts, what the preview shows of it, or why it was not taken."""

import datetime as dt
import uuid
from dataclasses import dataclass


@dataclass(slots=True)
class RowFacts:
    """The facts of one line, understood."""

    line: int
    code: str
    procedure_code: str
    procedure_name: str
    field: str
    level: str
    channel: str
    status: str
    unit: uuid.UUID
    dates: dict[str, dt.datetime | None]
    rating: int | None
    officer_code: str
    extension_document: str = ""
    payment: str = ""
    digitised: str = ""
    late_reason: str = ""
    episodes: str = ""
    is_extended_again: bool = False


@dataclass(frozen=True)
class ShownRow:
    """A row for the preview: per field what was understood, what stood there, and what is wrong with it."""

    line: int
    cells: dict[str, tuple[str, str, str]]


@dataclass(frozen=True)
class RejectedRow:
    """A row that was not taken: the cells that may be kept by their titles, so that it can be mended."""

    line: int
    cells: dict[str, str]
    reason: list[tuple[str, str]]
