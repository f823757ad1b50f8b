"""A CSV of a one-stop system through the whole importer.

The floor: bare COPY of the same understood rows into a staging table and one set-based upsert of the same
columns into an empty table with the same keys, foreign keys and indexes. Of a workbook, reading and
understanding stand beside the bare read by the reader library; the database is measured by the CSV.
"""

import datetime as dt
import json
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import python_calamine
from django.db import connection, transaction

from dossiers import generator, incoming, intake, staging
from dossiers.models import Dossier
from qms.models import Agency
from tests.bench import dossiers
from tests.bench.figures import Figure, in_turn, seconds

AS_OF = dt.datetime(2026, 1, 10, 8)  # the wall clock of the one-stop system
COLUMNS = ("id", *staging.LOADED)
FOREIGN_KEYS = """
SELECT format('ALTER TABLE floor_dossiers ADD %%s', pg_get_constraintdef(oid)) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype = 'f'
"""


def upsert(agency: Agency, table: Path) -> None:
    """Load rows from a file by COPY and write them by one statement."""
    names = ", ".join(COLUMNS)
    with transaction.atomic(), connection.cursor() as cursor, table.open(encoding="utf-8") as rows:
        cursor.execute(f"CREATE TEMP TABLE floor_staging AS SELECT {names} FROM floor_dossiers WHERE false")
        cursor.copy_expert(f"COPY floor_staging ({names}) FROM STDIN WITH (FORMAT csv)", rows)
        changes = ", ".join(f"{name} = excluded.{name}" for name in staging.LOADED)
        cursor.execute(
            f"INSERT INTO floor_dossiers ({names}, agency_id, as_of, created_at, import_seq) "
            f"SELECT {names}, %s, now(), now(), 1 FROM floor_staging "
            f"ON CONFLICT (agency_id, code) DO UPDATE SET {changes}",
            [agency.pk],
        )
        cursor.execute("DROP TABLE floor_staging")


def export(path: Path, rows: int) -> None:
    """Write a year's export of about that many rows."""
    year = generator.export_rows(dossiers.YEAR, AS_OF, a_year=rows, seed="bench")
    with path.open("w", encoding="utf-8", newline="") as target:
        generator.write_csv(year, target)


def bare(book: Path) -> int:
    """Read every cell of a workbook by the reader library, and do nothing with it."""
    with python_calamine.CalamineWorkbook.from_path(str(book)) as opened:
        return sum(len(row) for row in opened.get_sheet_by_index(0).iter_rows())


def floor_table() -> None:
    """An empty table with the columns, indexes, checks and foreign keys of the dossiers."""
    table = Dossier._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS floor_dossiers")
        cursor.execute(f"CREATE TABLE floor_dossiers (LIKE {table} INCLUDING ALL)")
        cursor.execute(FOREIGN_KEYS, [table])
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


def portal(source: Path) -> dict[str, float]:
    """Seconds and peak memory (MB) of an import in a process of its own."""
    name = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench.import_child", name, str(source)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def understand(agency: Agency, book: Path) -> int:
    """Read a workbook as an import does, up to the rows that would be loaded; how many there are."""

    @contextmanager
    def opened(*_names):
        yield book

    one = SimpleNamespace(
        agency=agency, mapping={}, as_of=None, profile=None, incoming="x", file_name=book.name
    )
    with (
        mock.patch.object(incoming, "opened", opened),
        intake.understood(one, lambda *_progress: None) as found,
    ):
        return found.spool.count


def measure(rows: int) -> list[Figure]:
    """Importing new rows, the same file with nothing new in it, and reading a workbook of a fifth as many."""
    agency: Agency = dossiers.demonstration()
    with tempfile.TemporaryDirectory() as folder:
        source, table = Path(folder) / "export.csv", Path(folder) / "rows.csv"
        export(source, rows)
        first = portal(source)
        again = portal(source)
        names = ", ".join(COLUMNS)
        with connection.cursor() as cursor, table.open("w", encoding="utf-8") as target:
            cursor.copy_expert(
                f"COPY (SELECT {names} FROM {Dossier._meta.db_table}) TO STDOUT WITH (FORMAT csv)", target
            )
        floor_table()
        floor = seconds(lambda: upsert(agency, table))
        few = max(rows // 5, 1000)
        book = Path(folder) / "export.xlsx"
        year = generator.export_rows(dossiers.YEAR, AS_OF, a_year=few, seed="bench-xlsx")
        generator.write_xlsx(year, book, year=dossiers.YEAR, as_of=AS_OF)
        bare_read, read = in_turn(lambda: bare(book), lambda: understand(agency, book), 5)
        from_book = portal(book)
    return [
        Figure("import, rate", rows / first["seconds"], rows / floor, "rows/s", rows, ">= 0.5"),
        Figure("import, peak memory", max(first["peak"], again["peak"]), 300, "MB", rows, "<= 1"),
        Figure("import, nothing new", again["seconds"], first["seconds"], "s", rows),
        Figure("import, workbook understood beside its bare read", read, bare_read, "s", few, "<= 2"),
        Figure(
            "import, workbook with its writing beside its bare read",
            from_book["seconds"],
            bare_read,
            "s",
            few,
        ),
        Figure(
            "import, peak memory with a workbook, which its reader holds whole",
            from_book["peak"],
            None,
            "MB",
            few,
        ),
    ]
