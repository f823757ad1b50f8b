"""An edition of a standard from a workbook: clauses, titles, where they came from; read, judged, kept.

Titles only, never the text of the standard. What the workbook does not say of the former edition is guessed
and marked as a guess; an edition taken over is a draft until whoever runs the installation publishes it.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from qms import access, audit, sheets
from qms.exceptions import Invalid, Problem
from qms.models import Agency, Clause, ClauseMapping, Person, StandardEdition
from qms.policies import require
from qms.selectors.evidence import WRITTEN_FOR
from qms.services.standard import prefilled_codes
from qms.text import fold

Kind = ClauseMapping.Kind
COLUMNS = {
    "code": gettext_lazy("Clause"),
    "title_vi": gettext_lazy("Title in Vietnamese"),
    "title_en": gettext_lazy("Title in English"),
    "sources": gettext_lazy("Former clauses"),
    "kind": gettext_lazy("What changes"),
    "note": gettext_lazy("Note"),
}
SYNONYMS = {
    "code": ("Điều khoản", "Điều", "Mã điều khoản", "Số điều khoản"),
    "title_vi": ("Tên điều khoản", "Tên tiếng Việt", "Tên"),
    "title_en": ("Tên tiếng Anh",),
    "sources": ("Điều khoản trước", "Từ điều khoản", "Điều khoản phiên bản trước"),
    "kind": ("Mức thay đổi", "Thay đổi"),
    "note": ("Diễn giải",),
}
WORDS = {
    Kind.SAME: ("same", "Giữ nguyên", "Không đổi", "Không thay đổi"),
    Kind.CHANGED: ("changed", "Sửa đổi", "Thay đổi"),
    Kind.MOVED: ("moved", "Đổi số", "Chuyển", "Chuyển chỗ"),
    Kind.NEW: ("new", "Mới", "Bổ sung"),
}
MOST_LINES = 1000
_CODE = re.compile(r"\d{1,2}(\.\d{1,2}){0,5}(\.[a-zđ])?")


@dataclass
class Line:
    """One clause of the workbook and where it came from."""

    number: int
    code: str
    title_vi: str
    title_en: str
    sources: list[str] = field(default_factory=list)
    kind: str = ""
    note: str = ""
    guessed: bool = False
    problems: list[Problem] = field(default_factory=list)

    @property
    def from_words(self) -> str:
        """The former clauses as they are typed."""
        return ", ".join(self.sources)


def former() -> StandardEdition:
    """The edition that others are mapped from: the one evidence is named for."""
    found = StandardEdition.objects.filter(code=WRITTEN_FOR).first()
    if found is None:
        raise Invalid(_("No edition of the standard is in force."))
    return found


def template() -> IO[bytes]:
    """The clauses of the former edition as a workbook to start from, mapped to themselves."""
    with override("vi"):
        rows = [
            (one.code, one.title_vi, one.title_en, one.code, str(Kind.SAME.label), "")
            for one in former().clauses.order_by("order")
            if one.code[-1].isdigit()
        ]
        head = [str(title) for title in COLUMNS.values()]
        return sheets.workbook(head, rows, title="Điều khoản")


def read(content: bytes, said: Mapping[str, str] | None = None) -> list[Line]:
    """The clauses with their problems; `said` overrides mapping by `from-<row>` and `kind-<row>`.

    Raises Invalid when the bytes are no workbook, a needed column is missing or there is nothing.
    """
    rows = sheets.first_sheet(content)
    start, columns = _head(rows)
    lines = []
    for number, row in enumerate(rows[start + 1 :], start=start + 2):
        cells = {key: sheets.line_of(row[at]) if at < len(row) else "" for key, at in columns.items()}
        if any(cells.values()):
            lines.append(_line(number, cells, said or {}))
    if not lines:
        raise Invalid(_("There is no line under the head row."))
    if len(lines) > MOST_LINES:
        raise Invalid(_("At most %(n)s lines can be read at once.") % {"n": MOST_LINES})
    before = {one.code: one for one in former().clauses.all()}
    _guess(lines, before)
    _judge(lines, before)
    return lines


def edition_import(
    agency: Agency,
    lines: list[Line],
    *,
    code: str,
    title_vi: str,
    published_on: dt.date | None,
    acting: Person | None,
) -> StandardEdition:
    """Keep the edition as a draft, or renew a draft of the same name; raises Invalid with every problem."""
    problems = [
        Problem(_("Row %(n)s, %(where)s") % {"n": line.number, "where": one.where}, one.message)
        for line in lines
        for one in line.problems
    ]
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        require(access.can_administer(acting, agency))
        edition = StandardEdition.objects.select_for_update().filter(code=code).first()
        if edition is not None and (not edition.is_draft or code in prefilled_codes()):
            raise Invalid([Problem("code", _("This edition is kept by the portal; choose another name."))])
        if edition is None:
            edition = StandardEdition.objects.create(code=code, is_draft=True)
        audit.apply(edition, title_vi=title_vi, title_en=title_vi, published_on=published_on)
        clauses = _clauses_keep(edition, lines)
        ClauseMapping.objects.filter(target__edition=edition).delete()
        before = {one.code: one for one in former().clauses.all()}
        ClauseMapping.objects.bulk_create(
            ClauseMapping(
                source=before[source], target=clauses[line.code], kind=line.kind, note_vi=line.note,
                note_en=line.note,
            )
            for line in lines
            for source in line.sources
        )  # fmt: skip
        changes = {"clauses": (None, len(lines))}
        audit.record("qms.standard.edition_imported", edition, changes, acting=acting, agency=agency)
    return edition


def _clauses_keep(edition: StandardEdition, lines: list[Line]) -> dict[str, Clause]:
    there = {one.code: one for one in edition.clauses.all()}
    kept: dict[str, Clause] = {}
    for order, line in enumerate(lines, start=1):
        values = {
            "title_vi": line.title_vi,
            "title_en": line.title_en or line.title_vi,
            "order": order,
            "parent": kept.get(line.code.rpartition(".")[0]),
        }
        one = there.pop(line.code, None)
        if one is None:
            one = Clause.objects.create(edition=edition, code=line.code, **values)
        else:
            audit.apply(one, **values)
        kept[line.code] = one
    ClauseMapping.objects.filter(target__in=there.values()).delete()
    for one in sorted(there.values(), key=lambda row: -len(row.code)):
        try:
            one.delete()
        except ProtectedError:
            words = _("Clause %(code)s is in use; it cannot be left out.") % {"code": one.code}
            raise Invalid(words) from None
    return kept


def _head(rows: list[list[Any]]) -> tuple[int, dict[str, int]]:
    needed = ("code", "title_vi")
    found = sheets.head_of(rows, sheets.names_of(COLUMNS, SYNONYMS), needed)
    if found is None:
        titles = ", ".join(f"“{COLUMNS[key]}”" for key in needed)
        raise Invalid(_("The columns %(titles)s were not found in the first rows.") % {"titles": titles})
    return found


def _line(number: int, cells: dict[str, str], said: Mapping[str, str]) -> Line:
    sources = said.get(f"from-{number}", cells.get("sources", ""))
    line = Line(
        number,
        cells["code"].rstrip("."),
        cells["title_vi"],
        cells.get("title_en", "")[:255],
        [part for part in re.split(r"[,;\s]+", sources) if part],
        note=cells.get("note", "")[:500],
    )
    word = said.get(f"kind-{number}", cells.get("kind", ""))
    if word:
        known = {fold(name): str(kind) for kind, names in WORDS.items() for name in (*names, str(kind.label))}
        line.kind = known.get(fold(word), "")
        if not line.kind:
            line.problems.append(
                Problem(str(COLUMNS["kind"]), _("“%(word)s” is no kind of change.") % {"word": word})
            )
    return line


def _guess(lines: list[Line], before: dict[str, Clause]) -> None:
    """Fill in what the workbook leaves open, by code and title."""
    titles: dict[str, str] = {}
    for code, one in before.items():
        titles.setdefault(fold(one.title_vi), code)
    for line in lines:
        if line.kind == Kind.NEW or (line.sources and line.kind):
            continue
        line.guessed = True
        if not line.sources:
            same = before.get(line.code)
            by_title = titles.get(fold(line.title_vi))
            if same is not None and (line.kind or fold(same.title_vi) == fold(line.title_vi) or not by_title):
                line.sources = [line.code]
            elif by_title:
                line.sources = [by_title]
        if not line.sources:
            line.kind = line.kind or Kind.NEW
        elif not line.kind:
            alike = all(
                source in before and fold(before[source].title_vi) == fold(line.title_vi)
                for source in line.sources
            )
            moved = line.sources != [line.code]
            line.kind = Kind.CHANGED if not alike else Kind.MOVED if moved else Kind.SAME


def _judge(lines: list[Line], before: dict[str, Clause]) -> None:
    seen: set[str] = set()
    for line in lines:
        if not _CODE.fullmatch(line.code):
            _wrong(line, "code", _("Write the number as 8.5.1 or 8.5.1.f."))
        elif line.code in seen:
            _wrong(line, "code", _("This clause is there twice."))
        elif "." in line.code and line.code.rpartition(".")[0] not in seen:
            words = _("The clause above it, %(code)s, must come before.")
            _wrong(line, "code", words % {"code": line.code.rpartition(".")[0]})
        seen.add(line.code)
        if not line.title_vi:
            _wrong(line, "title_vi", _("A title is needed."))
        elif len(line.title_vi) > 255:
            _wrong(line, "title_vi", _("At most 255 characters."))
        unknown = [source for source in line.sources if source not in before]
        if unknown:
            words = _("The former edition has no clause %(codes)s.")
            _wrong(line, "sources", words % {"codes": ", ".join(unknown)})
        if line.kind == Kind.NEW and line.sources:
            _wrong(line, "kind", _("A new clause has no former one."))
        elif line.kind and line.kind != Kind.NEW and not line.sources:
            _wrong(line, "sources", _("Say which clause it came from."))


def _wrong(line: Line, column: str, message: str) -> None:
    line.problems.append(Problem(str(COLUMNS[column]), message))
