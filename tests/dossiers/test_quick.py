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
from dossiers.importers.reading import open_sheets
from dossiers.importers.rows import RowReader
from dossiers.importers.units import UnitIndex, UnitName
from tests.dossiers.test_reading import local

AS_OF = dt.datetime(2025, 12, 31, 17)
PROFILE = Profile.from_mapping(built_in())
UNITS = UnitIndex([UnitName(uuid.uuid5(uuid.NAMESPACE_DNS, name), name) for name in generator.UNITS])
REGULATED = {kind.code: 5 for kind in generator.KINDS[:4]}
ODD = (
    "", " ", "\t\xa0", "01/02/2025", "01/02/2025 08:00:59", "2025-03-04T05:06:07Z", "2025-03-04",
    "31/02/2025 08:00",
    "05/03/2025 2:30 CH", "45700", "01/01/2031 08:00", "Đã trả kết quả", "đang giải quyết", "Trực tuyến", "5",
    "Rất hài lòng", "Phòng Không có", "000.00.16.h19-250101-0099", 'x"y', "a,b", "0", "12/2025/QĐ-SKHCN",
)  # fmt: skip


class Thorough(quick.QuickReader):
    """Takes every line the thorough way."""

    def _quick(self, lines):
        return None


def read(way, path, most):
    """All that reading a file the given way tells, and how many lines each way took."""
    with open_sheets(path, path.name) as sheets:
        table = find_table(sheets, PROFILE)
        due = DueCheck(REGULATED, restarts=list(REGULATED)[:1])
        reader = RowReader(table, PROFILE, UNITS, {}, local(*AS_OF.timetuple()[:5]), Problems(most), due)
        reading = way(reader, str, lambda row: uuid.uuid5(uuid.NAMESPACE_DNS, row.procedure_code))
        lines = [line for block in reading.blocks() for line in block]
    told = (reader.read, reader.rejected, reader.warnings, reader.problems, reader.rejected_rows)
    return lines, told, reading.statuses, reader.unknown


def spoiled(draw, path, share):
    """An export of a few hundred lines, some of them with odd cells, cut short, or with cells too many."""
    target = io.StringIO()
    generator.write_csv(generator.export_rows(2025, AS_OF, a_year=400, seed=f"quick-{draw.random()}"), target)
    lines = list(csv.reader(target.getvalue().splitlines()))
    for cells in lines[2:]:
        if draw.random() < share:
            for _one in range(draw.choice((1, 1, 1, 3))):
                cells[draw.randrange(len(cells))] = draw.choice(ODD)
        if draw.random() < share / 4:
            del cells[draw.randrange(len(cells)) :]
        if draw.random() < share / 4:
            cells.append("còn thừa")
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(lines)


@pytest.mark.parametrize("share", [0, 0.01, 0.2, 0.9])
@pytest.mark.parametrize("seed", range(5))
def test_both_ways_tell_the_same(tmp_path, seed, share):
    path = tmp_path / "export.csv"
    spoiled(random.Random(f"{seed} {share}"), path, share)
    for most in (10_000, 3):
        assert read(quick.QuickReader, path, most) == read(Thorough, path, most)


def test_a_usual_file_goes_the_quick_way(tmp_path, monkeypatch):
    path = tmp_path / "export.csv"
    spoiled(random.Random(1), path, 0)
    understood = []
    thorough = RowReader.understand
    monkeypatch.setattr(
        RowReader, "understand", lambda *known: understood.append(known[1]) or thorough(*known)
    )
    lines, *_told = read(quick.QuickReader, path, 0)
    assert 0 < len(understood) < len(lines) / 2
