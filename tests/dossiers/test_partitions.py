"""Dossiers as partitions by year: the same rows, figures and keys, and questions that leave years out."""

import datetime as dt
import io
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from dossiers import partitions, selectors, undoing
from dossiers.models import Dossier, DossierVersion
from tests.dossiers import books
from tests.dossiers.conftest import TRUTH, year

pytestmark = pytest.mark.django_db
postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'")


def run(**options):
    out = io.StringIO()
    call_command("partition_dossiers", stdout=out, **options)
    return out.getvalue()


def keys():
    """Every index and constraint of both tables, and the keys that point to them."""
    tables = [Dossier._meta.db_table, DossierVersion._meta.db_table]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) UNION ALL "
            "SELECT conname, conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = ANY(%s::regclass[]) OR confrelid = ANY(%s::regclass[])",
            [tables, tables, tables],
        )
        return sorted(cursor.fetchall())


def partitions_of(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [table]
        )
        return {name for (name,) in cursor.fetchall()}


def facts():
    """All rows of both tables."""
    return [list(model.objects.order_by("pk").values()) for model in (Dossier, DossierVersion)]


def at_once(work):
    """Do it, and have every key of the database judge it."""
    with transaction.atomic():
        work()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.fixture
def few(take):
    """Dossiers of two years."""
    early = {"Ngày tiếp nhận": "01/03/2024 08:00", "Ngày hẹn trả": "08/03/2024 08:00"}
    rows = [books.row(1), books.row(2), books.row(3, **early, **{"Ngày có kết quả": "05/03/2024 08:00"})]
    return take(books.xlsx(rows))


@pytest.mark.skipif("connection.vendor == 'postgresql'")
def test_other_databases_say_so(agency):
    with pytest.raises(CommandError, match="PostgreSQL"):
        call_command("partition_dossiers")
    partitions.next_years()


@postgresql
def test_partitions_hold_the_same_and_the_portal_goes_on(agency, units, sample, take):
    corrected = books.row(9001, **{"Ngày tiếp nhận": "30/12/2024 08:00", "Đánh giá": 3})
    take(books.xlsx([books.row(9001)]), as_of=dt.datetime(2026, 1, 2, tzinfo=dt.UTC))
    take(books.xlsx([books.row(9001, **{"Đánh giá": 4})]), as_of=dt.datetime(2026, 1, 3, tzinfo=dt.UTC))
    before = facts()
    assert len(before[1]) == 1
    told = run()
    assert facts() == before
    assert f"dossiers_dossier: {len(before[0])}" in told
    assert {"dossiers_dossier_y2024", "dossiers_dossier_y2025", "dossiers_dossier_rest"} <= partitions_of(
        "dossiers_dossier"
    )
    assert run() == told

    _whole, quarters = year()
    moved = take(books.xlsx([corrected]), as_of=dt.datetime(2026, 1, 4, tzinfo=dt.UTC))
    assert (moved.updated_count, DossierVersion.objects.count()) == (1, 2)
    undoing.import_undo(moved, reason="Nhầm", acting=None)
    fresh = take(books.xlsx([books.row(9007)]), as_of=dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    assert (fresh.new_count, Dossier.objects.count()) == (1, len(before[0]) + 1)
    undoing.import_undo(fresh, reason="Nhầm", acting=None)
    assert facts() == before
    assert selectors.counts(agency, windows=quarters).of(quarters[3])["late"] == TRUTH["quarters"][3]["late"]


@postgresql
def test_keys_hold_over_all_partitions(agency, few):
    run()
    one = Dossier.objects.order_by("code").first()
    facts_of = dict(Dossier.objects.filter(pk=one.pk).values()[0])
    elsewhere = facts_of | {"received_at": one.received_at - dt.timedelta(days=400)}
    with pytest.raises(IntegrityError):
        at_once(lambda: Dossier(**elsewhere).save(force_insert=True))
    with pytest.raises(IntegrityError):
        at_once(lambda: Dossier(**elsewhere | {"id": uuid.uuid4()}).save(force_insert=True))
    version = {name: value for name, value in facts_of.items() if name not in {"id", "import_seq"}}
    version |= {"dossier_id": uuid.uuid4(), "from_seq": 1, "to_seq": 2, "id": uuid.uuid4()}
    with pytest.raises(IntegrityError):
        at_once(lambda: DossierVersion(**version).save(force_insert=True))
    at_once(lambda: DossierVersion(**version | {"dossier_id": one.pk}).save(force_insert=True))
    with pytest.raises(IntegrityError):
        at_once(lambda: Dossier.objects.filter(pk=one.pk)._raw_delete("default"))


@postgresql
def test_questions_of_a_time_leave_other_years_out(agency, few):
    run()
    _whole, quarters = year()
    listed = Dossier.objects.filter(
        agency=agency, received_at__gte=quarters[1].start, received_at__lt=quarters[1].end
    )
    plan = listed.explain()
    assert "dossiers_dossier_y2025" in plan
    assert "dossiers_dossier_y2024" not in plan
    assert "dossiers_dossier_rest" not in plan
    last_year, _quarters = year(2024)
    counted = Dossier.objects.filter(selectors.relevant([last_year], ["received", "resolved"]), agency=agency)
    assert "dossiers_dossier_y2025" not in counted.explain()


@postgresql
def test_a_year_that_has_come_gets_its_partition(agency, few, monkeypatch):
    monkeypatch.setattr(partitions.clock, "now", lambda: dt.datetime(2024, 6, 1, tzinfo=dt.UTC))
    run()
    assert "dossiers_dossier_y2026" not in partitions_of("dossiers_dossier")
    Dossier.objects.filter(pk=Dossier.objects.order_by("pk").first().pk).update(
        received_at=dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    )
    before = facts()
    monkeypatch.setattr(partitions.clock, "now", lambda: dt.datetime(2025, 12, 1, tzinfo=dt.UTC))
    partitions.next_years()
    assert "dossiers_dossier_y2026" in partitions_of("dossiers_dossier")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM dossiers_dossier_y2026")
        assert cursor.fetchone() == (1,)
    assert facts() == before


@postgresql
def test_the_way_back_leaves_the_tables_as_they_were(take, few):
    keys_before, rows_before = keys(), facts()
    run()
    assert keys() != keys_before
    text = run(join=True)
    assert partitions_of("dossiers_dossier") == set() and "dossiers_dossier: 3" in text
    assert facts() == rows_before
    assert keys() == keys_before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_proc WHERE proname LIKE 'dossiers_dossier%identity%'")
        assert cursor.fetchone() == (0,)
    # Nothing happens twice, and imports go on.
    run(join=True)
    take(books.xlsx([books.row(1, **{"Đánh giá": 4}), books.row(4)]), "more.xlsx")
    assert (Dossier.objects.count(), DossierVersion.objects.count()) == (4, 1)
