"""A CSV of a one-stop system through the whole importer.

The floor: bare COPY of the same understood rows into a staging table and one set-based upsert of the same
columns into an empty table with the same keys and indexes.
"""

import datetime as dt
import resource
import tempfile
from pathlib import Path

import python_calamine
from django.db import connection, transaction

from dossiers import generator, services, staging
from dossiers.models import Dossier
from qms.models import Agency
from tests.bench import dossiers
from tests.bench.figures import Figure, seconds

AS_OF = dt.datetime(2026, 1, 10, 8)  # the wall clock of the one-stop system
COLUMNS = ("id", *staging.LOADED)


def upsert(table: Path) -> None:
    """Load rows from a file by COPY and write them by one statement."""
    names = ", ".join(COLUMNS)
    with transaction.atomic(), connection.cursor() as cursor, table.open(encoding="utf-8") as rows:
        cursor.execute(f"CREATE TEMP TABLE floor_staging AS SELECT {names} FROM floor_dossiers WHERE false")
        cursor.copy_expert(f"COPY floor_staging ({names}) FROM STDIN WITH (FORMAT csv)", rows)
        changes = ", ".join(f"{name} = excluded.{name}" for name in staging.LOADED)
        cursor.execute(
            f"INSERT INTO floor_dossiers ({names}, agency_id, as_of, created_at, import_seq) "
            f"SELECT {names}, '00000000-0000-0000-0000-000000000000', now(), now(), 1 FROM floor_staging "
            f"ON CONFLICT (agency_id, code) DO UPDATE SET {changes}"
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


def measure(rows: int) -> list[Figure]:
    """Importing new rows, the same file with nothing new in it, and a workbook of a fifth as many rows."""
    agency: Agency = dossiers.demonstration()
    with tempfile.TemporaryDirectory() as folder:
        source, table = Path(folder) / "export.csv", Path(folder) / "rows.csv"
        export(source, rows)

        def portal() -> None:
            with source.open("rb") as content:
                services.import_now(agency, name="export.csv", content=content, acting=None, again=True)

        first = seconds(portal)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        again = seconds(portal)
        names = ", ".join(COLUMNS)
        with connection.cursor() as cursor, table.open("w", encoding="utf-8") as target:
            cursor.copy_expert(
                f"COPY (SELECT {names} FROM {Dossier._meta.db_table}) TO STDOUT WITH (FORMAT csv)", target
            )
            cursor.execute(f"CREATE TABLE floor_dossiers (LIKE {Dossier._meta.db_table} INCLUDING ALL)")
        floor = seconds(lambda: upsert(table))
        few = max(rows // 5, 1000)
        book = Path(folder) / "export.xlsx"
        year = generator.export_rows(dossiers.YEAR, AS_OF, a_year=few, seed="bench-xlsx")
        generator.write_xlsx(year, book, year=dossiers.YEAR, as_of=AS_OF)
        bare_read = seconds(lambda: bare(book))

        def workbook() -> None:
            with book.open("rb") as content:
                services.import_now(agency, name="export.xlsx", content=content, acting=None, again=True)

        from_book = seconds(workbook)
    return [
        Figure("import, rate", rows / first, rows / floor, "rows/s", rows, ">= 0.5"),
        Figure("import, peak memory", peak, 300, "MB", rows, "<= 1"),
        Figure("import, nothing new", again, first, "s", rows),
        Figure("import, workbook beside its bare read", from_book, bare_read, "s", few, "<= 2"),
    ]
