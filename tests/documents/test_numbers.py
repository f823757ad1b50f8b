"""Numbers: a race shown without the lock, then with it; dates; books; the register forgets nothing."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, connections

from documents.models import NumberSeries, Paper, PaperState, RegisterEntry
from documents.services import number_cancel, numbering, paper_issue
from documents.services.numbering import gaps, series_open
from qms import agency_settings, clock, jobs
from qms.exceptions import Conflict, DomainError, Invalid, Refused
from qms.models import Job
from tests.races import PATIENCE

DAY = dt.date(2026, 3, 2)


@pytest.fixture
def desk_full(office, draft):
    """A hundred papers at the clerk's desk (copies of one; none is rendered)."""
    Paper.objects.filter(pk=draft.pk).update(
        state=PaperState.AUTHORISED, authorised_by=office.leader, authorised_at=clock.now()
    )
    draft.refresh_from_db()
    fields = {
        field.attname: getattr(draft, field.attname)
        for field in Paper._meta.concrete_fields
        if field.name not in {"id", "code", "created_at"}
    }
    return [draft, *Paper.objects.bulk_create(Paper(**fields) for _copy in range(99))]


def race(papers, clerk, monkeypatch):
    """Issue all papers at once; gives back the errors."""
    monkeypatch.setattr(jobs, "publish", lambda job_id: None)
    start = threading.Barrier(20)
    errors = []

    def issue(index, paper):
        try:
            if index < 20:
                start.wait(timeout=PATIENCE)
            paper_issue(paper, issued_on=DAY, acting=clerk)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=50) as pool:
        list(pool.map(issue, range(len(papers)), papers))
    return errors


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("__import__('os').environ.get('QMS_TEST_DB') == 'sqlite'", reason="one writer at a time")
def test_without_the_lock_concurrent_issuing_loses_numbers(office, desk_full, monkeypatch):
    def unlocked(agency, key, year):
        NumberSeries.objects.get_or_create(agency=agency, key=key, year=year)
        return NumberSeries.objects.get(agency=agency, key=key, year=year)

    monkeypatch.setattr(numbering, "series_locked", unlocked)
    errors = race(desk_full, office.clerk, monkeypatch)
    assert any(isinstance(error, IntegrityError) for error in errors)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("__import__('os').environ.get('QMS_TEST_DB') == 'sqlite'", reason="one writer at a time")
def test_a_hundred_papers_at_once_get_a_hundred_consecutive_numbers(office, desk_full, monkeypatch):
    errors = race(desk_full, office.clerk, monkeypatch)
    assert errors == []
    numbers = sorted(RegisterEntry.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 101))
    series = NumberSeries.objects.get()
    assert series.last_number == 100
    assert gaps(series) == []
    assert Paper.objects.filter(state=PaperState.ISSUING).count() == 100
    assert connection.vendor == "postgresql"


@pytest.mark.django_db
def test_a_refused_issue_uses_no_number(office, draft, to_desk):
    paper = to_desk(draft)
    with pytest.raises(Refused):
        paper_issue(paper, issued_on=DAY, acting=office.drafter)
    with pytest.raises(Conflict, match="01"):
        paper_issue(paper, issued_on=DAY, acting=office.clerk, expected_number=5)
    assert not RegisterEntry.objects.exists()
    assert not NumberSeries.objects.filter(last_number__gt=0).exists()
    paper.refresh_from_db()
    assert paper.state == PaperState.AUTHORISED


@pytest.mark.django_db
def test_numbers_follow_the_order_of_dates(office, make_draft, to_desk):
    first, second = to_desk(make_draft(title="Về việc một")), to_desk(make_draft(title="Về việc hai"))
    paper_issue(first, issued_on=DAY, acting=office.clerk)
    with pytest.raises(Invalid, match="02/03/2026"):
        paper_issue(second, issued_on=DAY - dt.timedelta(days=1), acting=office.clerk)
    with pytest.raises(Invalid, match="hôm nay"):
        paper_issue(second, issued_on=clock.today() + dt.timedelta(days=1), acting=office.clerk)
    paper_issue(second, issued_on=DAY, acting=office.clerk)
    assert list(RegisterEntry.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


@pytest.mark.django_db
def test_each_year_counts_from_one_and_a_changed_book_repeats_nothing(office, make_draft, to_desk):
    for day in (dt.date(2025, 12, 31), dt.date(2026, 1, 5)):
        paper_issue(to_desk(make_draft(title=f"Về việc {day}")), issued_on=day, acting=office.clerk)
    assert [(one.year, one.number) for one in RegisterEntry.objects.order_by("year")] == [
        (2025, 1),
        (2026, 1),
    ]
    agency_settings.put(
        office.agency, "documents.number_book", "common", acting=None, valid_from=dt.date(2024, 1, 1)
    )
    paper_issue(to_desk(make_draft(title="Về việc chung")), issued_on=DAY, acting=office.clerk)
    assert RegisterEntry.objects.get(series__key="common").number == 2, "01/QĐ-SKHCN of 2026 is taken"


@pytest.mark.django_db
def test_a_book_started_in_mid_year_goes_on_after_the_last_number(office, draft, to_desk):
    series_open(office.agency, key="decision", year=2026, last_number=147, last_date=DAY, acting=office.clerk)
    paper_issue(to_desk(draft), issued_on=DAY, acting=office.clerk)
    assert RegisterEntry.objects.get().reference == "148/QĐ-SKHCN"
    with pytest.raises(Invalid):
        series_open(
            office.agency, key="decision", year=2026, last_number=200, last_date=DAY, acting=office.clerk
        )


@pytest.mark.django_db
def test_a_cancelled_number_stays_with_its_reason_and_is_not_given_again(office, make_draft, to_desk):
    paper = to_desk(make_draft(title="Về việc sẽ hủy"))
    job = paper_issue(paper, issued_on=DAY, acting=office.clerk)
    entry = RegisterEntry.objects.get()
    with pytest.raises(Refused, match="phát hành"):
        number_cancel(entry, reason="Sai nội dung", acting=office.clerk)
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED)
    with pytest.raises(Invalid):
        number_cancel(entry, reason=" ", acting=office.clerk)
    with pytest.raises(Refused):
        number_cancel(entry, reason="Sai nội dung", acting=office.drafter)
    number_cancel(entry, reason="Sai nội dung", acting=office.clerk)
    paper.refresh_from_db()
    assert (paper.state, paper.number, paper.approver) == (PaperState.DRAFT, None, None)
    jobs.retry(Job.objects.get(pk=job.pk), acting=office.clerk)
    jobs.run(job.pk)
    entry.refresh_from_db()
    assert (entry.status, entry.reason) == ("cancelled", "Sai nội dung")
    paper_issue(to_desk(make_draft(title="Về việc sau")), issued_on=DAY, acting=office.clerk)
    assert sorted(RegisterEntry.objects.values_list("number", flat=True)) == [1, 2]
    with pytest.raises(DomainError):
        number_cancel(entry, reason="Lần nữa", acting=office.clerk)
