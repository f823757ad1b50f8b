"""A year of dossiers of the demonstration agency, made by the database itself, a million in half a minute."""

import datetime as dt
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection, transaction

from dossiers.models import Dossier, DossierImport, DossierVersion, ImportSequence, Procedure
from dossiers.models.dossier import FACT_COLUMNS
from qms import demo
from qms.models import Agency, OrgUnit
from qms.models.base import uuid7

YEAR = 2025


def demonstration() -> Agency:
    """The demonstration agency, loaded once."""
    if not Agency.objects.filter(code=demo.CODE).exists():
        call_command("load_demo", verbosity=0)
    return Agency.objects.get(code=demo.CODE)


def fill(agency: Agency, rows: int) -> DossierImport:
    """Make `rows` dossiers received in the year; always the same ones. Gives the newest import.

    Those that another case made before stay when they are as many.
    """
    latest = DossierImport.objects.filter(agency=agency, state=DossierImport.State.COMMITTED).latest("seq")
    made_before = Dossier.objects.filter(agency=agency, code__startswith="BENCH-")
    if made_before.count() == rows:
        return latest
    versions = DossierVersion.objects.filter(agency=agency, code__startswith="BENCH-")
    for old in (versions, made_before):
        old._raw_delete(old.db)
    units = list(OrgUnit.objects.filter(agency=agency, handles_procedures=True).values_list("pk", flat=True))
    procedures = list(Procedure.objects.filter(agency=agency).values_list("pk", flat=True))
    names = {field.column for field in Dossier._meta.local_fields}
    made = {
        "id": "md5('bench' || n)::uuid",
        "created_at": "now()",
        "agency_id": "%(agency)s::uuid",
        "import_seq": "%(seq)s",
        "code": "'BENCH-' || lpad(n::text, 9, '0')",
        "procedure_id": "(%(procedures)s::uuid[])[1 + n %% %(kinds)s]",
        "unit_id": "(%(units)s::uuid[])[1 + (n / 7) %% %(places)s]",
        "online_level": "CASE n %% 3 WHEN 0 THEN 'full' WHEN 1 THEN 'partial' ELSE 'none' END",
        "channel": "CASE n %% 10 WHEN 0 THEN 'postal' WHEN 1 THEN 'in_person' ELSE 'online' END",
        "status": (
            "CASE WHEN n %% 97 = 0 THEN 'refused' WHEN n %% 89 = 0 THEN 'withdrawn' "
            "WHEN n %% 53 = 0 THEN 'processing' WHEN n %% 71 = 0 THEN 'supplement' ELSE 'returned' END"
        ),
        "received_at": "received",
        "due_original_at": "received + interval '1 hour' * (60 + n %% 240)",
        "result_at": (
            "CASE WHEN n %% 97 = 0 OR n %% 89 = 0 OR n %% 53 = 0 OR n %% 71 = 0 THEN NULL "
            "ELSE received + interval '1 hour' * (20 + (n::bigint * 7919) %% 290)::int END"
        ),
        "rating": "CASE WHEN n %% 4 = 0 THEN 1 + (n / 4) %% 5 END",
        "row_hash": "md5(n::text)",
        "as_of": "%(as_of)s::timestamptz",
    }
    for column in ("officer_code", "extension_document", "payment", "late_reason"):
        made[column] = "''"
    chosen = [name for name in made if name in names]
    values = {
        "agency": str(agency.pk),
        "seq": latest.seq,
        "procedures": [str(key) for key in procedures],
        "kinds": len(procedures),
        "units": [str(key) for key in units],
        "places": len(units),
        "as_of": latest.as_of,
        "rows": rows,
        "start": dt.datetime(YEAR, 1, 1, tzinfo=dt.UTC),
    }
    span = "%(start)s::timestamptz + interval '1 second' * ((n::bigint * 2654435761) %% 31000000)::float8"
    with connection.cursor() as cursor:
        with transaction.atomic(), _unburdened(cursor, Dossier._meta.db_table):
            cursor.execute(
                f"INSERT INTO {Dossier._meta.db_table} ({', '.join(chosen)}) "
                f"SELECT {', '.join(made[name] for name in chosen)} "
                f"FROM (SELECT n, {span} AS received FROM generate_series(1, %(rows)s) n) AS numbers",
                values,
            )
        cursor.execute(f"VACUUM ANALYZE {Dossier._meta.db_table}")
    return latest


@contextmanager
def _unburdened(cursor, table):
    """Fill a table without its indexes, which are made again afterwards, and, where the role may say so,
    without looking up the foreign keys of each row: ten millions in minutes instead of an hour. Must run in a
    transaction, so that a run that is stopped leaves the indexes."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = %s "
        "AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [table],
    )
    indexes = cursor.fetchall()
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    (may_skip,) = cursor.fetchone()
    for name, _definition in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    if may_skip:
        cursor.execute("SET LOCAL session_replication_role = replica")
    yield
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    if may_skip:
        cursor.execute("SET LOCAL session_replication_role TO DEFAULT")
    for _name, definition in indexes:
        cursor.execute(definition)


def correct(agency: Agency, many: int) -> DossierImport:
    """What the next day's export leaves behind that corrects so many dossiers; gives its import."""
    latest = DossierImport.objects.filter(agency=agency, state=DossierImport.State.COMMITTED).latest("seq")
    fresh = DossierImport.objects.get(pk=latest.pk)
    fresh.pk, fresh.seq, fresh.as_of = uuid7(), latest.seq + 1, latest.as_of + dt.timedelta(days=1)
    fresh.sha256 = f"{fresh.seq:064x}"
    fresh.save(force_insert=True)
    ImportSequence.objects.filter(agency=agency).update(last=fresh.seq)
    names = ", ".join(FACT_COLUMNS)
    chosen = (
        f"SELECT id FROM {Dossier._meta.db_table} WHERE agency_id = %(agency)s "
        f"AND code LIKE 'BENCH-%%' AND import_seq < %(seq)s ORDER BY md5(code || %(seq)s) LIMIT %(many)s"
    )
    values = {"agency": str(agency.pk), "seq": fresh.seq, "many": many, "as_of": fresh.as_of}
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE corrected AS {chosen}", values)
        cursor.execute(
            f"INSERT INTO {DossierVersion._meta.db_table} "
            f"(id, created_at, agency_id, dossier_id, from_seq, to_seq, {names}) "
            f"SELECT gen_random_uuid(), now(), agency_id, id, import_seq, %(seq)s, {names} "
            f"FROM {Dossier._meta.db_table} WHERE id IN (SELECT id FROM corrected)",
            values,
        )
        cursor.execute(
            f"UPDATE {Dossier._meta.db_table} SET import_seq = %(seq)s, as_of = %(as_of)s, rating = 5, "
            "status = 'returned', result_at = coalesce(result_at, received_at) + interval '3 days' "
            "WHERE id IN (SELECT id FROM corrected)",
            values,
        )
        cursor.execute("DROP TABLE corrected")
        cursor.execute(f"ANALYZE {Dossier._meta.db_table}")
    return fresh
