"""Hostile and broken files: refused in seconds with a reason, never a traceback, never half an import."""

import io
import os
import random
import time
import tracemalloc
import uuid
import zipfile

import openpyxl
import pytest

from dossiers import services
from dossiers.importers import oldbooks, quick
from dossiers.importers.due import DueCheck
from dossiers.importers.guess import Guesser
from dossiers.importers.headers import find_table
from dossiers.importers.problems import FileRefused, Problems
from dossiers.importers.profile import Profile, built_in
from dossiers.importers.reading import open_sheets
from dossiers.importers.rows import RowReader
from dossiers.importers.units import UnitIndex, UnitName
from dossiers.models import Dossier, DossierImport, DossierVersion
from tests.dossiers import books, mutations, oldbook
from tests.dossiers.test_reading import OFFICE, local

MUTATIONS = int(os.environ.get("QMS_MUTATIONS", "300"))
PROFILE = Profile.from_mapping(built_in())
UNITS = UnitIndex([UnitName(OFFICE, "Văn phòng Sở")])
SLOWEST = 10.0


def read(path, name):
    """The facts of a file as an import reads them, guesses included."""
    guesser = Guesser([PROFILE], UNITS.all_names())
    with open_sheets(path, name) as sheets:
        table = find_table(sheets, PROFILE, guesser=guesser)
        if table.missing:
            return []
        reader = RowReader(table, PROFILE, UNITS, {}, local(2025, 12, 31), Problems(0), DueCheck())
        blocks = quick.QuickReader(reader, str, lambda row: uuid.UUID(int=1)).blocks()
        return [line for block in blocks for line in block]


def outcome(tmp_path, name, content):
    """ "read" or the reason of the refusal; anything else is an error of ours."""
    path = tmp_path / f"x{name[-5:]}"
    path.write_bytes(content)
    began = time.monotonic()
    try:
        read(path, name)
        told = "read"
    except FileRefused as refused:
        told = str(refused)
        assert told
    assert time.monotonic() - began < SLOWEST
    return told


def test_the_seeds_are_good(tmp_path):
    for name, content in mutations.seeds():
        path = tmp_path / name
        path.write_bytes(content)
        assert len(read(path, name)) == 6, name


@pytest.mark.parametrize("kind", range(4), ids=["xlsx", "xls", "csv", "utf-16"])
def test_mutated_files_are_read_or_refused(tmp_path, kind):
    name, content = mutations.seeds()[kind]
    told = {}
    for number in range(MUTATIONS // 4):
        draw = random.Random(f"{kind}:{number}")
        reason = outcome(tmp_path, name, mutations.mutated(draw, content))
        told[reason] = told.get(reason, 0) + 1
    assert len(told) > 1


@pytest.mark.django_db
def test_mutated_files_leave_no_partial_import(agency, take):
    from tests import factories

    factories.unit(agency, "Văn phòng Sở")
    for number in range(MUTATIONS // 25):
        draw = random.Random(f"whole:{number}")
        name, content = mutations.seeds()[number % 4]
        before = Dossier.objects.count(), DossierVersion.objects.count()
        one = take(mutations.mutated(draw, content), f"{number}{name}", again=True)
        if one.state == DossierImport.State.FAILED:
            assert one.reason
            assert (Dossier.objects.count(), DossierVersion.objects.count()) == before
        else:
            assert one.read_count == one.accepted_count + one.repeated_count + one.rejected_count


def bomb():
    """A workbook of some kilobytes whose sheet unfolds to gigabytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("xl/workbook.xml", "<workbook/>")
        with made.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _time in range(400):
                sheet.write(b"\0" * 2**20)
    return target.getvalue()


def wide():
    """A cell in column XFD and one in row 1,048,576: a dense block of 17 thousand million cells."""
    book = openpyxl.Workbook()
    book.active["A1"] = "Mã hồ sơ"
    book.active.cell(row=1_048_576, column=16_384, value="x")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def protected():
    """What Excel writes with a password: an OLE container with an encrypted package."""
    return oldbook.xls([["x"]]) + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bom.xlsx", bomb, "quá lớn"),
        ("rong.xlsx", wide, "quá lớn"),
        ("khoa.xlsx", protected, "mật khẩu"),
        ("khoa.xls", protected, "mật khẩu"),
        ("cut.xlsx", lambda: books.xlsx([books.row(1)])[:3000], "hỏng"),
        ("pdf.csv", lambda: b"%PDF-1.7", "nội dung"),
        ("zip.csv", lambda: books.xlsx([books.row(1)]), "nội dung"),
        ("text.xlsx", lambda: books.text([books.row(1)]), "nội dung"),
        ("text.xls", lambda: books.text([books.row(1)]), "nội dung"),
        ("rong.csv", lambda: b"", "rỗng"),
        ("cot.csv", lambda: b"a," * 1_000_000, ""),
        ("dong.csv", lambda: b"x" * 30_000_000, ""),
        ("khong.csv", lambda: b"Ma ho so,Trang thai\n\0\0\0", ""),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_files_are_refused_in_seconds_with_little_memory(tmp_path, name, content, words):
    made = content()
    tracemalloc.start()
    try:
        told = outcome(tmp_path, name, made)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert told != "read"
    assert words in told
    assert peak < 80 * 2**20


def test_formulas_and_links_are_never_followed(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(books.HEADER))
    row = books.row(1, **{"Cán bộ thụ lý": '=HYPERLINK("http://evil.invalid","x")'})
    sheet.append(list(row.values()))
    sheet["A2"] = "='[http://evil.invalid/a.xlsx]S'!A1"
    target = io.BytesIO()
    book.save(target)
    path = tmp_path / "a.xlsx"
    path.write_bytes(target.getvalue())
    (facts,) = read(path, "a.xlsx")
    assert not any("evil" in str(value) for value in facts)


@pytest.mark.django_db
def test_what_looks_like_a_formula_stays_text_in_every_export(agency, login, take):
    from django.urls import reverse

    from qms.models import Role
    from tests import factories

    factories.unit(agency, "Văn phòng Sở")
    evil = "=cmd|'/C calc'!A0"
    one = take(
        books.text([books.row(1, **{"Trạng thái": evil}), books.row(2, **{"Cán bộ thụ lý": evil})]), "a.csv"
    )
    client = login(factories.person(agency, Role.ONE_STOP))
    for address in (
        reverse("dossiers:import-rejected", args=[one.pk]),
        reverse("dossiers:import-errors", args=[one.pk]),
        reverse("dossiers:dossier-export"),
    ):
        content = b"".join(client.get(address).streaming_content)
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            sheets = [opened.read(name) for name in opened.namelist() if "worksheets/sheet" in name]
        assert not any(b"<f>" in sheet for sheet in sheets)
    assert services.selectors.last_seq(agency) == 1


def test_an_old_workbook_with_a_far_cell_is_refused_before_it_is_laid_out(tmp_path):
    """Row 65,535 and column 65,535 in an `.xls` would cost the reader library a hundred gigabytes."""
    good = mutations.seeds()[1][1]
    path = tmp_path / "x.xls"
    path.write_bytes(good)
    rows, columns = oldbooks.extent(path)
    assert rows == 7
    assert columns < 30
    at = good.index(b"\xfd\x00\x0a\x00") if b"\xfd\x00\x0a\x00" in good else good.index(b"\x04\x02")
    path.write_bytes(good[: at + 4] + b"\xff\xff\xff\xff" + good[at + 8 :])
    began = time.monotonic()
    with pytest.raises(FileRefused):
        read(path, "x.xls")
    assert time.monotonic() - began < SLOWEST


def test_an_old_workbook_that_promises_too_much_is_refused(tmp_path):
    """The reader library sets room aside for what a sheet says of its extent, and dies when there is none."""
    good = mutations.seeds()[1][1]
    at = good.index(b"\x00\x02\x0e\x00") + 4
    path = tmp_path / "x.xls"
    path.write_bytes(good[: at + 4] + b"\xff\xff\xff\x7f" + good[at + 8 :])
    with pytest.raises(FileRefused):
        read(path, "x.xls")
