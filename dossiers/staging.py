"""Bringing rows into the database set by set: load, compare, write. One way for PostgreSQL and SQLite.

Rows go to a temporary table (COPY on PostgreSQL), there they are compared with the present facts by their
fingerprints, and what is new or differs is written by one statement each. Unchanged rows are not touched.
"""
# ruff: noqa: S608 - only names of the models are put into statements, values are parameters

import csv
import datetime as dt
import json
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django.db import connection

from dossiers.importers import episodes
from dossiers.models import Dossier, DossierVersion
from dossiers.models.dossier import FACT_COLUMNS
from qms.models import Agency

LOADED = tuple(name for name in FACT_COLUMNS if name != "as_of")
COLUMNS = ("line", "id", *LOADED)
TEXTS = ("extension_document", "officer_code", "payment", "late_reason")
"""Texts that may be empty; everywhere else an empty cell is no value."""
STAGING = "dossiers_staging"
"""The temporary table; it lives in one transaction of one connection."""


def on_postgresql() -> bool:
    """Whether the database is PostgreSQL."""
    return bool(connection.vendor == "postgresql")


class Spool:
    """Understood rows on their way to the database, on disk, so that memory stays small.

    A row is a line of CSV (line, identity, *LOADED) as `importers.quick` gives it; instants are ISO in UTC.
    """

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.count = 0
        self.file: IO[str] = tempfile.TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115
        self.write = self.file.write

    def rows(self) -> Iterator[list[Any]]:
        """The rows again as SQLite takes them, empty ones as None except for text."""
        self.file.seek(0)
        texts = {COLUMNS.index(name) for name in TEXTS}
        moments = [at for at, name in enumerate(COLUMNS) if name.endswith("_at")]
        for row in csv.reader(self.file):
            values: list[Any] = [cell if cell or at in texts else None for at, cell in enumerate(row)]
            for at in moments:
                if row[at]:
                    values[at] = f"{row[at][:10]} {row[at][11:19]}"
            yield values

    def close(self) -> None:
        """Give the disk space back."""
        self.file.close()


@dataclass(frozen=True)
class Comparison:
    """How the rows of a file stand to what is known.

    `units` are those whose figures may change, `since` the first instant from which on they may.
    """

    new: int
    updated: int
    unchanged: int
    older: int
    repeated: int
    units: list[uuid.UUID]
    since: dt.datetime | None


@dataclass(frozen=True)
class Outcome:
    """What becomes of one row of a file: new, updated, unchanged, older; repeated ones are not listed."""

    line: int
    code: str
    result: str


@contextmanager
def staged(spool: Spool) -> "Iterator[Staging]":
    """The rows in the temporary table. Must run inside `atomic`."""
    with connection.cursor() as cursor:
        staging = Staging(cursor, spool.agency)
        staging.create()
        staging.load(spool)
        yield staging
        staging.drop()


class Staging:
    """The temporary table and the statements over it."""

    def __init__(self, cursor: Any, agency: Agency) -> None:
        self.cursor, self.agency = cursor, agency
        self.repeated = 0
        self.dossiers = Dossier._meta.db_table
        self.versions = DossierVersion._meta.db_table

    def create(self) -> None:
        """Make the table with the column types of the dossiers."""
        self.drop()
        kept = ", ".join(f"d.{name}" for name in ("id", *LOADED))
        temporary = "TEMPORARY TABLE" if on_postgresql() else "TEMP TABLE"
        # The cast matters to SQLite, which would otherwise compare line numbers as text.
        self._run(
            f"CREATE {temporary} {STAGING} AS SELECT CAST(0 AS integer) AS line, {kept} "
            f"FROM {self.dossiers} d WHERE 1 = 0"
        )

    def drop(self) -> None:
        """Remove the table when it is there."""
        self._run(f"DROP TABLE IF EXISTS {STAGING}")

    def load(self, spool: Spool) -> None:
        """Fill it, and of a repeated dossier keep the last line."""
        names = ", ".join(COLUMNS)
        if on_postgresql():
            self._run("SET LOCAL work_mem = '64MB'")
            spool.file.seek(0)
            self.cursor.copy_expert(
                f"COPY {STAGING} ({names}) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL ({', '.join(TEXTS)}))",
                spool.file,
            )
            self._run(f"ANALYZE {STAGING}")
        else:
            marks = ", ".join(["%s"] * len(COLUMNS))
            self.cursor.executemany(f"INSERT INTO {STAGING} ({names}) VALUES ({marks})", spool.rows())
        # Grouping hashes the codes, where count(DISTINCT) would sort them.
        (self.repeated,) = self._one(
            f"SELECT (SELECT count(*) FROM {STAGING}) - "
            f"(SELECT count(*) FROM (SELECT code FROM {STAGING} GROUP BY code) AS codes)"
        )
        if self.repeated:
            self._run(f"CREATE INDEX IF NOT EXISTS {STAGING}_code ON {STAGING} (code, line)")
            self._run(
                f"DELETE FROM {STAGING} WHERE EXISTS (SELECT 1 FROM {STAGING} later "
                f"WHERE later.code = {STAGING}.code AND later.line > {STAGING}.line)"
            )

    def compare(self, as_of: dt.datetime) -> Comparison:
        """Count new, changed and unchanged rows, and changed ones that a later export already told."""
        is_new, touched = "d.id IS NULL", f"(d.id IS NULL OR ({self._changed()}))"
        rows = self._all(
            f"SELECT s.unit_id, CASE WHEN {touched} THEN d.unit_id END, count(*) FILTER (WHERE {is_new}), "
            f"count(*) FILTER (WHERE {self._changed()}), count(*) FILTER (WHERE d.row_hash = s.row_hash), "
            f"count(*) FILTER (WHERE d.row_hash <> s.row_hash AND d.as_of > %s), "
            f"min(s.received_at) FILTER (WHERE {touched}), min(d.received_at) FILTER (WHERE {touched}) "
            f"FROM {STAGING} s LEFT JOIN {self.dossiers} d ON {self._same()} GROUP BY 1, 2",
            *[self._moment(as_of)] * 5,
            self._agency(),
        )
        new, updated, unchanged, older = (sum(row[at] for row in rows) for at in range(2, 6))
        moments = [_aware(moment) for row in rows for moment in row[6:] if moment]
        units = {uuid.UUID(str(unit)) for row in rows if row[6] for unit in row[:2] if unit}
        since = min(moments, default=None)
        return Comparison(new, updated, unchanged, older, self.repeated, sorted(units), since)

    def outcomes(self, as_of: dt.datetime) -> list[Outcome]:
        """What `write` will make of each row, in the order of the file."""
        rows = self._all(
            f"SELECT s.line, s.code, CASE WHEN d.id IS NULL THEN 'new' "
            f"WHEN d.row_hash = s.row_hash THEN 'unchanged' WHEN d.as_of <= %s THEN 'updated' "
            f"ELSE 'older' END FROM {STAGING} s "
            f"LEFT JOIN {self.dossiers} d ON {self._same()} ORDER BY s.line",
            self._moment(as_of),
            self._agency(),
        )
        return [Outcome(*row) for row in rows]

    def write(self, seq: int, as_of: dt.datetime, now: dt.datetime) -> Comparison:
        """Keep superseded facts as versions, bring changed dossiers up to date, add new ones."""
        found = self.compare(as_of)
        if found.updated:
            self._carry_on(as_of)
            self._keep_versions(seq, as_of, now)
            self._update(seq, as_of)
        if found.new:
            self._insert(seq, as_of, now)
        return found

    def _carry_on(self, as_of: dt.datetime) -> None:
        """Keep former supplements and extensions of a dossier of which the source tells only the newest."""
        names = ("supplement_requested_at", "supplement_received_at", "due_extended_at", "extension_document")
        told = ", ".join(f"{table}.{name}" for table in "sd" for name in names)
        rows = self._all(
            f"SELECT s.code, d.episodes, {told} FROM {STAGING} s JOIN {self.dossiers} d ON {self._same()} "
            f"WHERE {self._changed()} AND s.episodes IS NULL AND (d.episodes IS NOT NULL "
            f"OR s.supplement_requested_at > d.supplement_received_at "
            f"OR (s.due_extended_at > d.due_extended_at AND d.extension_document <> '' "
            f"AND s.extension_document <> d.extension_document))",
            self._agency(),
            self._moment(as_of),
        )
        if rows:
            self._run(f"CREATE INDEX IF NOT EXISTS {STAGING}_code ON {STAGING} (code, line)")
        for code, kept, *facts in rows:
            now, before = _episodes(*facts[:4]), _episodes(*facts[4:])
            if kept:
                before = episodes.read(json.loads(kept) if isinstance(kept, str) else kept)
            carried = episodes.written(episodes.carried_on(before, now).told())
            if carried:
                self._run(f"UPDATE {STAGING} SET episodes = %s WHERE code = %s", carried, code)

    def _keep_versions(self, seq: int, as_of: dt.datetime, now: dt.datetime) -> None:
        names = ", ".join(FACT_COLUMNS)
        kept = ", ".join(f"d.{name}" for name in FACT_COLUMNS)
        fresh = "gen_random_uuid()" if on_postgresql() else "lower(hex(randomblob(16)))"
        self._run(
            f"INSERT INTO {self.versions} (id, created_at, agency_id, dossier_id, from_seq, to_seq, {names}) "
            f"SELECT {fresh}, %s, d.agency_id, d.id, d.import_seq, %s, {kept} "
            f"FROM {self.dossiers} d JOIN {STAGING} s ON {self._same()} WHERE {self._changed()}",
            self._moment(now),
            seq,
            self._agency(),
            self._moment(as_of),
        )

    def _update(self, seq: int, as_of: dt.datetime) -> None:
        setting = ", ".join(f"{name} = s.{name}" for name in LOADED)
        self._run(
            f"UPDATE {self.dossiers} AS d SET {setting}, as_of = %s, import_seq = %s "
            f"FROM {STAGING} s WHERE {self._same()} AND {self._changed()}",
            self._moment(as_of),
            seq,
            self._agency(),
            self._moment(as_of),
        )

    def _insert(self, seq: int, as_of: dt.datetime, now: dt.datetime) -> None:
        names = ", ".join(LOADED)
        taken = ", ".join(f"s.{name}" for name in LOADED)
        self._run(
            f"INSERT INTO {self.dossiers} (id, created_at, agency_id, import_seq, as_of, {names}) "
            f"SELECT s.id, %s, %s, %s, %s, {taken} FROM {STAGING} s "
            f"LEFT JOIN {self.dossiers} d ON {self._same()} WHERE d.id IS NULL",
            self._moment(now),
            self._agency(),
            seq,
            self._moment(as_of),
            self._agency(),
        )

    def _same(self) -> str:
        return "d.agency_id = %s AND d.code = s.code"

    def _changed(self) -> str:
        return "d.row_hash <> s.row_hash AND d.as_of <= %s"

    def _agency(self) -> Any:
        return self.agency.pk if on_postgresql() else self.agency.pk.hex

    def _moment(self, moment: dt.datetime) -> Any:
        return connection.ops.adapt_datetimefield_value(moment)

    def _run(self, statement: str, *values: Any) -> None:
        self.cursor.execute(statement, values)

    def _one(self, statement: str, *values: Any) -> Any:
        self._run(statement, *values)
        return self.cursor.fetchone()

    def _all(self, statement: str, *values: Any) -> list[Any]:
        self._run(statement, *values)
        return list(self.cursor.fetchall())


def _aware(moment: Any) -> dt.datetime:
    if isinstance(moment, str):
        moment = dt.datetime.fromisoformat(moment)
    aware: dt.datetime = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return aware


def _episodes(asked: Any, answered: Any, extended: Any, document: str) -> list[episodes.Episode]:
    """The supplement and the extension that stand in columns."""
    found = []
    if asked:
        end = _aware(answered) if answered else None
        found.append(episodes.Episode(episodes.SUPPLEMENT, _aware(asked), end))
    if extended:
        found.append(episodes.Episode(episodes.EXTENSION, None, _aware(extended), document or ""))
    return found
