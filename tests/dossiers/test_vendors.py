"""Exports of vendors nobody has seen before go in through the preview alone, with the same truth."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dossiers import generator, selectors
from dossiers.models import Dossier, DossierImport, ImportProfile
from qms import jobs
from qms.models import Job
from tests.dossiers.conftest import SAMPLE, TRUTH, year

pytestmark = pytest.mark.django_db
LAST = dt.datetime(2025, 12, 31, 23, 59, 59)


@pytest.fixture(scope="module")
def rows():
    """The dossiers of the sample, every twelfth: enough for every status and word."""
    return generator.read_export(SAMPLE)[::12]


def work():
    """What the worker does."""
    for job in Job.objects.filter(state="queued"):
        assert jobs.run(job.pk).state == Job.State.SUCCEEDED


def upload(client, content, name):
    client.post(reverse("dossiers:import-upload"), {"file": SimpleUploadedFile(name, content)})
    work()
    return DossierImport.objects.order_by("created_at").last()


def answered(client, one, vendor, units):
    """What a person who knows the vendor chooses on the preview page; everything else stays as it is."""
    form = client.get(one.get_absolute_url()).context["reading"]
    said = {bound.html_name: bound.initial or "" for bound in form}
    said |= {"source": vendor.name, "dates": vendor.dates or "usual"}
    for asked in form.columns():
        said[asked.field.html_name] = vendor.columns[asked.title]
    by_word = {vendor.units(name): str(unit.pk) for name, unit in units.items()}
    for asked in (asked for _kind, group in form.words() for asked in group):
        kind = asked.field.html_name.split("-")[1]
        meaning = by_word if kind == "unit" else vendor.words[kind]
        said[asked.field.html_name] = meaning.get(asked.word, "")
    response = client.post(reverse("dossiers:import-reading", args=[one.pk]), said)
    assert response.status_code == 302, response.context["form"].errors
    work()
    one.refresh_from_db()


@pytest.mark.parametrize("vendor", generator.VENDORS, ids=lambda vendor: vendor.name)
def test_an_unknown_vendor_goes_in_through_the_preview_alone(login, one_stop, units, agency, rows, vendor):
    client = login(one_stop)
    kind = ".xlsx" if vendor.write.__name__ == "_book" else ".csv"
    one = upload(client, vendor.export(rows), f"xuat{kind}")
    assert (one.state, one.understood["open"]) == ("checked", True)
    # First the columns, then the words that are only then read.
    for _time in range(3):
        told = one.understood
        if not told["open"] and not told["words"]:
            break
        answered(client, one, vendor, units)
    assert (one.understood["open"], one.understood["words"], one.rejected_count) == (False, {}, 0)
    assert not Dossier.objects.exists()
    client.post(reverse("dossiers:import-start", args=[one.pk]), {"as_of": "31/12/2025"})
    work()
    one.refresh_from_db()
    assert (one.state, one.new_count) == ("committed", len(rows))
    assert one.repeated_count > 50
    truth = generator.truth(rows, 2025, LAST)
    whole, quarters = year()
    tallies = selectors.counts(agency, windows=[whole, *quarters])
    assert tallies.of(whole) == truth["all"]
    assert {name: tallies.of(whole, unit.pk) for name, unit in units.items()} == truth["units"]
    assert [tallies.of(quarter) for quarter in quarters] == truth["quarters"]
    # The next file of the source is read without a question.
    assert ImportProfile.objects.filter(name=vendor.name).count() == 1
    again = upload(client, vendor.export(rows[:50]), f"sau{kind}")
    assert (again.understood["open"], again.understood["words"]) == (False, {})
    assert (again.profile.name, again.unchanged_count) == (vendor.name, 50)


def test_the_first_other_vendor_needs_no_answers(login, one_stop, units, agency, rows):
    import io

    target = io.StringIO()
    generator.write_other_vendor(rows, target)
    one = upload(login(one_stop), target.getvalue().encode("utf-8-sig"), "khac.csv")
    assert (one.understood["open"], one.understood["words"], one.new_count) == (False, {}, len(rows))


def test_the_preview_hides_what_may_be_data_of_citizens(login, one_stop, units, rows):
    client = login(one_stop)
    one = upload(client, generator.VENDORS[0].export(rows[:40]), "la.csv")
    page = client.get(one.get_absolute_url()).content.decode()
    assert "Nguyễn Văn" not in page
    assert "Nguyễn Văn" not in str(one.understood)
    assert "075" not in str(one.understood["columns"])


def test_the_sample_gives_its_truth_through_the_pages_without_a_question(login, one_stop, units, agency):
    client = login(one_stop)
    one = upload(client, SAMPLE.read_bytes(), "mau.xlsx")
    assert (one.understood["open"], one.understood["words"], one.new_count) == (False, {}, TRUTH["rows"])
    client.post(reverse("dossiers:import-start", args=[one.pk]))
    work()
    whole, quarters = year()
    tallies = selectors.counts(agency, windows=[whole, *quarters])
    assert tallies.of(whole) == TRUTH["all"]
    assert {name: tallies.of(whole, unit.pk) for name, unit in units.items()} == TRUTH["units"]
    assert [tallies.of(quarter) for quarter in quarters] == TRUTH["quarters"]
