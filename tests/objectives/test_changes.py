"""A frozen figure comes out the same at any later time; what changed since is listed dossier by dossier."""

import datetime as dt
import io

import openpyxl
import pytest
from django.urls import reverse

from dossiers.models import Dossier, DossierVersion, Procedure, dossier_id, procedure_id
from dossiers.models.dossier import FACT_COLUMNS
from dossiers.procedures import procedure_change
from objectives import formulas, periods
from objectives.models import Measurement
from objectives.selectors.changes import Changes
from qms import clock
from qms.models import Role
from tests import factories

pytestmark = pytest.mark.django_db
VIETNAM = dt.timezone(dt.timedelta(hours=7))
AS_OF = dt.datetime(2025, 12, 31, 23, tzinfo=VIETNAM)


def moment(*day):
    return dt.datetime(2025, *day, 9, tzinfo=VIETNAM)


@pytest.fixture
def facts(agency, people, import_of):
    """Ten dossiers resolved on time by import 1."""
    import_of(1)
    procedure = Procedure.objects.create(id=procedure_id(agency, "1.1"), agency=agency, code="1.1", name="TT")
    made = [
        Dossier(
            id=dossier_id(agency, f"H19-250101-{number}"),
            agency=agency,
            code=f"H19-250101-{number}",
            procedure=procedure,
            unit=people.units[number % 2],
            online_level="full",
            channel="online",
            status="returned",
            received_at=moment(3, 1 + number),
            due_original_at=moment(4, 1),
            result_at=moment(3, 20),
            row_hash=str(number),
            as_of=AS_OF,
            import_seq=1,
        )
        for number in range(10)
    ]
    return Dossier.objects.bulk_create(made)


@pytest.fixture
def import_of(agency):
    """A committed import with a number."""
    from dossiers.intake import default_profile
    from dossiers.models import DossierImport

    def make(seq):
        return DossierImport.objects.create(
            agency=agency,
            seq=seq,
            state="committed",
            file_name=f"{seq}.xlsx",
            size=1,
            sha256=str(seq),
            profile=default_profile(agency),
            as_of=AS_OF + dt.timedelta(days=seq),
            committed_at=clock.now(),
        )

    return make


def corrected(agency, dossier, seq, **fields):
    """Import `seq` corrects a dossier: its former facts become a version."""
    DossierVersion.objects.create(
        agency=agency,
        dossier=dossier,
        from_seq=dossier.import_seq,
        to_seq=seq,
        **{name: getattr(dossier, name) for name in FACT_COLUMNS},
    )
    Dossier.objects.filter(pk=dossier.pk).update(import_seq=seq, **fields)


@pytest.fixture
def measured(agency, in_force, facts):
    """The year's figure as it was after import 1."""
    target = in_force.targets.get(formula="RESOLVED")
    return Measurement.objects.create(
        agency=agency,
        target=target,
        period="2025",
        formula="RESOLVED",
        formula_version=1,
        numerator=10,
        denominator=10,
        status=formulas.Status.ACHIEVED.value,
        as_of=AS_OF + dt.timedelta(days=1),
        facts_seq=1,
        computed_at=clock.now(),
    )


def test_a_frozen_figure_recomputes_to_the_same_numbers_after_corrections(agency, facts, measured, import_of):
    unchanged = Changes(measured)
    assert unchanged.holds
    assert unchanged.count == 0
    import_of(2)
    corrected(agency, facts[0], 2, result_at=moment(5, 1))
    corrected(agency, facts[1], 2, result_at=None, status="processing")
    import_of(3)
    corrected(agency, Dossier.objects.get(pk=facts[0].pk), 3, result_at=moment(6, 1))
    late = Changes(measured)
    assert late.holds
    assert (late.again.numerator, late.again.denominator) == (10, 10)
    assert (late.now.numerator, late.now.denominator) == (8, 9)
    assert {move.dossier.pk: (move.numerator, move.denominator) for move in late.moves} == {
        facts[0].pk: ((True, False), (True, True)),
        facts[1].pk: ((True, False), (True, False)),
    }


def test_all_changed_dossiers_are_taken_along(
    agency, other_agency, facts, measured, import_of, client, monkeypatch
):
    """The page shows the first ones; the workbook holds every one."""
    monkeypatch.setattr("objectives.selectors.changes.SHOWN", 1)
    import_of(2)
    corrected(agency, facts[0], 2, result_at=moment(5, 1))
    corrected(agency, facts[1], 2, result_at=None, status="processing")
    client.force_login(factories.person(agency, Role.STAFF).user)
    page = client.get(f"/objectives/dashboard/measurements/{measured.pk}/")
    address = f"/objectives/dashboard/measurements/{measured.pk}/export/"
    assert len(page.context["changes"].moves) == 1
    assert address in page.content.decode()
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(address).streaming_content)))
    rows = list(book.active.values)[1:]
    assert {row[0] for row in rows} == {facts[0].code, facts[1].code}
    assert all(row[3] and row[4] for row in rows)
    client.force_login(factories.person(other_agency, Role.SECRETARY).user)
    assert client.get(address).status_code == 404


def test_the_page_lists_the_dossiers_and_stays_inside_the_agency(
    agency, other_agency, facts, measured, import_of, client
):
    import_of(2)
    corrected(agency, facts[0], 2, result_at=moment(5, 1))
    address = f"/objectives/dashboard/measurements/{measured.pk}/"
    client.force_login(factories.person(agency, Role.STAFF).user)
    page = client.get(address)
    assert page.status_code == 200
    assert facts[0].code in page.content.decode()
    assert facts[2].code not in page.content.decode()
    client.force_login(factories.person(other_agency, Role.SECRETARY).user)
    assert client.get(address).status_code == 404


def test_two_units_and_two_formulas_side_by_side(agency, people, facts, import_of, client):
    client.force_login(people.staff.user)
    first = client.get("/objectives/dashboard/compare/")
    assert not first.context["form"].errors
    old = client.get("/objectives/dashboard/compare/?period_a=2019-Q1&period_b=2025")
    assert not old.context["form"].errors
    wrong = client.get("/objectives/dashboard/compare/?period_a=zz&unit_a=1&formula_b=NO")
    assert set(wrong.context["form"].errors) == {"period_a", "unit_a", "formula_b"}
    query = (
        f"?period_a=2025&unit_a={people.units[0].pk}&formula_a=RESOLVED"
        f"&period_b=2025-Q1&formula_b=WORKLOAD&year=2025"
    )
    page = client.get(f"/objectives/dashboard/compare/{query}")
    left, right = page.context["sides"]
    assert (left.numerator, left.denominator) == (5, 5)
    assert (right.numerator, right.denominator) == (10, 10)
    listed = client.get(right.links["numerator"])
    assert listed.context["page_obj"].paginator.count == 10


def test_every_formula_of_dossiers_computes_and_leads_to_its_dossiers(agency, people, facts, client):
    client.force_login(people.staff.user)
    for formula in formulas.newest():
        if formula.source is formulas.Source.DOSSIERS:
            page = client.get(f"/objectives/dashboard/compare/?period_a=2025&formula_a={formula.code}")
            side = page.context["sides"][0]
            assert side.numerator <= side.denominator
            if not formula.listed[0]:
                listed = client.get(side.links["denominator"])
                assert listed.context["page_obj"].paginator.count == side.denominator, formula.code


def test_periods_of_the_fifteenth_end_a_day_earlier_than_they_begin(facts):
    first = periods.window(periods.parse("2025-Q1"), "fifteenth")
    assert (first.first_day, first.last_day) == (dt.date(2024, 12, 15), dt.date(2025, 3, 14))


def frozen(agency, target, code, sides, **more):
    """A measurement of the year by another formula, as it was just now."""
    return Measurement.objects.create(
        agency=agency,
        target=target,
        period="2025",
        formula=code,
        formula_version=1,
        numerator=sides[0],
        denominator=sides[1],
        status=formulas.Status.ACHIEVED.value,
        as_of=AS_OF + dt.timedelta(days=1),
        facts_seq=1,
        computed_at=clock.now(),
        **more,
    )


def test_a_figure_of_the_catalogue_recomputes_after_corrections_and_new_procedures(
    agency, people, facts, in_force, client
):
    target = in_force.targets.get(formula="RESOLVED")
    procedure = Procedure.objects.get(agency=agency)
    procedure_change(procedure, acting=None, online_level="full")
    measured = frozen(agency, target, "TTHC_ONLINE", (1, 1))
    assert Changes(measured).holds
    procedure_change(procedure, acting=None, online_level="none")
    added = Procedure.objects.create(
        id=procedure_id(agency, "1.2"), agency=agency, code="1.2", name="Mới", online_level="full",
        known_since=clock.now(),
    )  # fmt: skip
    procedure_change(added, acting=None, on=dt.date(2030, 1, 1), online_level="none")
    later = Changes(measured)
    assert later.holds
    assert (later.again.numerator, later.again.denominator) == (1, 1)
    assert (later.now.numerator, later.now.denominator) == (1, 2)
    assert {one.procedure.code: one.numerator for one in later.procedures} == {
        "1.1": (True, False),
        "1.2": (False, True),
    }
    client.force_login(people.staff.user)
    page = client.get(reverse("objectives:measurement-changes", args=[measured.pk])).content.decode()
    assert "Mới" in page


def test_the_reduction_recomputes_after_the_regulated_time_was_corrected(agency, facts, in_force):
    target = in_force.targets.get(formula="RESOLVED")
    procedure = Procedure.objects.get(agency=agency)
    procedure_change(procedure, acting=None, regulated_time=20)
    first = Changes(frozen(agency, target, "REDUCTION", (0, 0))).again
    assert first.denominator == 10 * 20 * 8
    measured = frozen(agency, target, "REDUCTION", (first.numerator, first.denominator))
    procedure_change(procedure, acting=None, regulated_time=5, regulated_unit="hours")
    later = Changes(measured)
    assert later.holds
    assert later.now.denominator == 0
