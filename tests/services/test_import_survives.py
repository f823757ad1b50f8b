"""An import is complete although the worker is killed in it twice: nothing lost, nothing twice."""

import pytest
from django.core.cache import cache

from dossiers import generator, selectors, services
from dossiers.models import Dossier, DossierImport
from qms import jobs
from qms.models import Job
from tests import factories
from tests.dossiers.conftest import SAMPLE, TRUTH, year
from tests.services.sites import wait_until

pytestmark = pytest.mark.services


def fresh(one):
    one.refresh_from_db()
    return one


def reading(told):
    """The file is being read."""
    return 0 < told.get("done", 0) < told.get("total", 0)


def writing(told):
    """Its dossiers are being written, all in one transaction."""
    return told.get("total", 0) > 0 and told["done"] == told["total"]


def test_a_worker_killed_in_the_middle_of_an_import(site):
    agency = factories.agency(code="SKHCN")
    for name in generator.UNITS:
        factories.unit(agency, name)
    site.start()
    with SAMPLE.open("rb") as content:
        one = services.import_upload(agency, name=SAMPLE.name, content=content, acting=None)
    wait_until(lambda: fresh(one).state == DossierImport.State.CHECKED)

    services.import_start(one, acting=None)
    job = Job.objects.get(pk=fresh(one).job_id)
    cut_short = 0
    for moment in (reading, writing):
        wait_until(lambda moment=moment: moment(jobs.progress_of(job)), every=0.005)
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
