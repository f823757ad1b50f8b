"""An import is complete although the worker is killed in it twice: nothing lost, nothing twice."""

import csv
import io

import openpyxl
import pytest
from django.core.cache import cache
from django.utils.translation import gettext

from dossiers import generator, selectors, services
from dossiers.models import Dossier, DossierImport
from qms import jobs
from qms.models import Job
from tests import factories
from tests.dossiers.conftest import SAMPLE, TRUTH, year
from tests.services.sites import wait_until

pytestmark = pytest.mark.services


COPIES = 20


def long_export():
    """The sample with each of its lines many times, so that reading it takes seconds on any machine."""
    rows = list(openpyxl.load_workbook(SAMPLE).active.values)
    lines = [row for row in rows if str(row[1]).startswith("000.")]
    last = rows.index(lines[-1])
    text = io.StringIO()
    csv.writer(text).writerows([*rows[: last + 1], *lines * (COPIES - 1), *rows[last + 1 :]])
    return io.BytesIO(text.getvalue().encode())


def fresh(one):
    one.refresh_from_db()
    return one


def in_phase(job, phase):
    """Whether the job told last that it is at this."""
    return jobs.progress_of(job).get("phase") == gettext(phase)


def test_a_worker_killed_in_the_middle_of_an_import(site):
    agency = factories.agency(code="SKHCN")
    for name in generator.UNITS:
        factories.unit(agency, name)
    site.start()
    one = services.import_upload(agency, name="one_stop_2025.csv", content=long_export(), acting=None)
    wait_until(lambda: fresh(one).state == DossierImport.State.CHECKED)

    services.import_start(one, acting=None)
    job = Job.objects.get(pk=fresh(one).job_id)
    cut_short = 0
    for phase in ("Reading the file", "Writing the dossiers"):
        wait_until(lambda phase=phase: in_phase(job, phase), every=0.005)
        site.kill("worker")
        job.refresh_from_db()
        cut_short += not job.is_over
        assert Dossier.objects.exists() == job.is_over  # all or nothing, at every moment
        cache.delete(jobs._progress_key(job))
        site.start("worker")
    wait_until(lambda: fresh(one).state == DossierImport.State.COMMITTED)

    job.refresh_from_db()
    assert job.state == Job.State.SUCCEEDED
    assert cut_short == 2
    assert job.attempts == cut_short
    assert DossierImport.objects.count() == 1
    assert Dossier.objects.count() == one.new_count
    whole, _quarters = year()
    assert selectors.counts(agency, windows=[whole]).of(whole) == TRUTH["all"]
