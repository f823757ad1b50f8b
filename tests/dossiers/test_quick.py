"""Whichever way a line of an export takes, quick or thorough, it gives the same facts and problems."""

import csv
import datetime as dt
import io
import random
import uuid

import pytest

from dossiers import generator
from dossiers.importers import quick
from dossiers.importers.due import DueCheck
from dossiers.importers.headers import find_table
from dossiers.importers.problems import Problems
from dossiers.importers.profile import Profile, built_in
from dossiers.importers.reading import Sheet
from dossiers.importers.rows import RowReader
from dossiers.importers.units import UnitIndex, UnitName
from tests.dossiers.test_reading import local

AS_OF = dt.datetime(2025, 12, 31, 17)
PROFILE = Profile.from_mapping(built_in())
CHANGED = dt.date(2025, 5, 6)


def unit(name, key="", **span):
    return UnitName(uuid.uuid5(uuid.NAMESPACE_DNS, key or name), name, **span)


UNITS = UnitIndex(
    [
        unit(generator.UNITS[0], "before", valid_to=CHANGED - dt.timedelta(days=1)),
        unit(generator.UNITS[0], "after", valid_from=CHANGED),
        *map(unit, generator.UNITS[1:]),
    ]
)
REGULATED = {kind.code: 5 for kind in generator.KINDS[:4]}
TEXTS = (
    "", " ", "\t\xa0", "01/02/2025", "01/02/2025 08:00:59", "2025-03-04T05:06:07Z", "2025-03-04",
    "31/02/2025 08:00", "02/01/2025T08:00Z", "2025-01-02 08h30", "2025-01-02T08:00Z", "05/03/2025 2:30 CH",
    "45700", "01/01/2031 08:00", "Đã trả kết quả", "đang giải quyết", "Trực tuyến", "5", "Rất hài lòng",
    "Phòng Không có", "000.00.16.h19-250101-0099", 'x"y', "a,b", "0", "12/2025/QĐ-SKHCN",
)  # fmt: skip
NATIVE = (
    1.0, 0.0, 5.0, 1, 0, True, False, None, 45700.25, float("nan"), dt.datetime(2025, 3, 4, 8),
    dt.date(2025, 3, 4),
)  # fmt: skip


class Thorough(quick.QuickReader):
    """Takes every line the thorough way."""

    def _quick(self, lines):
        return [None] * len(lines), ()


def read(way, lines, most):
    """All that reading lines the given way tells, and how many of them were read thoroughly."""
    table = find_table(iter([Sheet("", enumerate(map(list, lines), start=1), len(lines))]), PROFILE)
    due = DueCheck(REGULATED, restarts=list(REGULATED)[:1])
    reader = RowReader(table, PROFILE, UNITS, {}, local(*AS_OF.timetuple()[:5]), Problems(most), due)
    understood, also = [], []
    understand = reader.understand
    reader.understand = lambda number, cells: understood.append(number) or understand(number, cells)
    reading = way(reader, str, lambda row: uuid.uuid5(uuid.NAMESPACE_DNS, row.procedure_code))
    reading.also = lambda code, cells: also.append((code, cells[0]))
    told = [line for block in reading.blocks() for line in block]
    counted = (reader.read, reader.rejected, reader.warnings, reader.rejected_rows, reader.odd_dates)
    found = told, counted, repr(reader.problems), reading.statuses, reader.unknown, repr(also)
    return found, len(understood)


def export(rows, seed="quick"):
    """The lines of an export, header first."""
    target = io.StringIO()
    generator.write_csv(generator.export_rows(2025, AS_OF, a_year=rows, seed=seed), target)
    return list(csv.reader(target.getvalue().splitlines()))


def spoil(draw, lines, share, odd):
    """Give some lines odd cells, cells too few or too many."""
    for cells in lines[2:]:
        if draw.random() < share:
            for _one in range(draw.choice((1, 1, 1, 3))):
                cells[draw.randrange(len(cells))] = draw.choice(odd)
        if draw.random() < share / 4:
            del cells[draw.randrange(len(cells)) :]
        if draw.random() < share / 4:
            cells.append("còn thừa")


@pytest.mark.parametrize("odd", [TEXTS, TEXTS + NATIVE], ids=["text", "native"])
@pytest.mark.parametrize("share", [0, 0.01, 0.2, 0.9])
@pytest.mark.parametrize("seed", range(4))
def test_both_ways_tell_the_same(seed, share, odd):
    lines = export(400, f"quick-{seed}")
    spoil(random.Random(f"{seed} {share}"), lines, share, odd)
    for most in (10_000, 3):
        assert read(quick.QuickReader, lines, most)[0] == read(Thorough, lines, most)[0]


def test_a_truth_value_is_no_number():
    """True is equal to 1: who rates with it is asked, whatever was read before."""
    lines = export(60)
    at = lines[0].index("Đánh giá")
    for number, cells in enumerate(lines[1:]):
        cells[at] = True if number > 40 else 1.0
    found = read(quick.QuickReader, lines, 100)[0]
    assert found == read(Thorough, lines, 100)[0]
    assert found[1][1] == len(lines) - 42


@pytest.mark.parametrize("short", [0, 1, 3])
def test_usual_lines_go_the_quick_way(short):
    """Also where the writer of the file leaves out empty cells at the end of a line."""
    lines = export(2000)
    for number, cells in enumerate(lines[1:]):
        while short and number % short == 0 and cells[-1] == "":
            cells.pop()
    found, understood = read(quick.QuickReader, lines, 0)
    assert len(found[0]) == len(lines) - 1
    assert 0 < understood < len(lines) / 10


def test_one_bad_line_in_four_leaves_the_others_to_the_quick_way():
    lines = export(2000)
    for cells in lines[1::4]:
        cells[1] = cells[1].lower()
    _found, understood = read(quick.QuickReader, lines, 0)
    assert understood < len(lines) / 4 + len(lines) / 10
