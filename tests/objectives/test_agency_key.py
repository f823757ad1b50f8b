"""Every question about what grows names the agency, so that a distributed PostgreSQL asks one shard only.

The hot ways are walked: an import with corrections, the whole computation and
the one after an import, the dashboard, a target, the list of dossiers and the list behind a figure.
"""

import re

import pytest
from django.db import connection, transaction
from django.db.models import UniqueConstraint
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.models import (
    Dossier,
    DossierPersonal,
    DossierVersion,
    ImportRejectedRow,
    ImportRowError,
)
from objectives import services
from objectives.models import Figure, Measurement
from qms import jobs
from qms.models import Job
from tests.objectives.test_increments import follow, in_year, line, take

__all__ = ["in_year"]
MODELS = (
    Dossier,
    DossierPersonal,
    DossierVersion,
    ImportRejectedRow,
    ImportRowError,
    Figure,
    Measurement,
)
GROWING = {model._meta.db_table for model in MODELS}
NAMES_AGENCY = re.compile(r"agency_id\"?\s*(=|IN\b)")


def without_agency(said):
    """Questions and changes that touch a growing table and leave its agency open."""
    for one in said.captured_queries:
        sql = one["sql"]
        tables = GROWING & set(re.findall(r"(?:FROM|JOIN|UPDATE|INTO)\s+\"?(\w+)", sql))
        added = sql.startswith("INSERT") and "agency_id" in sql and ("UNNEST(" in sql or "SELECT" not in sql)
        made = sql.startswith("CREATE")
        if tables and not added and not made and not NAMES_AGENCY.search(sql):
            yield re.sub(r"SELECT .* FROM", "SELECT … FROM", sql)[:400]


@pytest.fixture
def said():
    """Everything said to the database."""
    with CaptureQueriesContext(connection) as context:
        yield context


def test_import_and_computation_name_the_agency(agency, in_year, said):
    take(agency, 100, line(1, 10, 20, 15), line(2, 40, 50, 60, unit=1))
    follow()
    take(agency, 101, line(2, 40, 50, 45, unit=1), line(3, 70, 90))
    assert follow()["counted_whole"] == 0
    with transaction.atomic():
        jobs.run_here(services.attainment_request(agency=agency, year=2025, acting=None))
    assert len(said) > 100
    assert "\n".join(without_agency(said)) == ""


def test_pages_name_the_agency(agency, in_year, people, login):
    take(agency, 100, line(1, 10, 20, 15), line(2, 40, 50, 60, unit=1))
    follow()
    Job.objects.all().delete()
    target = in_year.targets.get(formula="RESOLVED")
    client = login(people.leader)
    pages = (
        reverse("objectives:dashboard") + "?year=2025",
        target.get_absolute_url(),
        reverse("dossiers:dossier-list"),
        reverse("dossiers:dossier-list") + "?fact=resolved&from=01/01/2025&to=31/12/2025",
        Dossier.objects.first().get_absolute_url(),
    )
    with CaptureQueriesContext(connection) as said:
        for page in pages:
            assert client.get(page).status_code == 200
    assert "\n".join(without_agency(said)) == ""


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_keys_and_indexes_of_what_grows_begin_with_the_agency(model):
    uniques = [one for one in model._meta.constraints if isinstance(one, UniqueConstraint)]
    keys = [tuple(one.fields) for one in (*uniques, *model._meta.indexes)]
    assert keys
    assert {fields[0] for fields in keys} == {"agency"}
