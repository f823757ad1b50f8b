"""B-LTA in the life of a paper: stamped when issued, renewed in time, earlier files stay valid; faults."""

import datetime as dt
import errno

import pytest

from documents.models import PaperFile, PaperState
from documents.services import archive, paper_issue, paper_issue_retry
from documents.services.images import image_add
from documents.services.trust import item_add, item_retire, trust_of
from documents.verification import Outcome, verify
from qms import agency_settings, clock, files, jobs
from qms.exceptions import Conflict, Invalid, Refused
from qms.models import AuditEntry, Job, Role
from tests import factories
from tests.documents.authorities import StampServer, serving

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 3, 26)


def put(office, **settings):
    for key, value in settings.items():
        agency_settings.put(office.agency, f"documents.{key}", value, acting=None)


def test_a_paper_is_stamped_when_issued_and_renewed_before_the_stamp_ends(
    office, make_draft, to_desk, authority, monkeypatch
):
    now = dt.datetime.now(dt.UTC)
    first = StampServer(authority, ends=now + dt.timedelta(days=400))
    paper = to_desk(make_draft(title="Về việc lưu trữ lâu dài"))
    with serving(first.answer) as url:
        put(office, signature_level="B-LTA", timestamp_url=url)
        first.fault = "down"
        job = jobs.run(paper_issue(paper, issued_on=DAY, acting=office.clerk).pk)
        paper.refresh_from_db()
        assert (job.state, paper.state) == (Job.State.QUEUED, PaperState.ISSUING), "tried again, not lowered"
        first.fault = ""
        Job.objects.filter(pk=job.pk).update(run_after=None)
        real = files.store

        def full(*args, **kwargs):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(files, "store", full)
        assert jobs.run(job.pk).state == Job.State.FAILED
        paper.refresh_from_db()
        assert "đĩa đầy" in paper.failure
        monkeypatch.setattr(files, "store", real)
        jobs.run(paper_issue_retry(paper, acting=office.clerk).pk)
    paper.refresh_from_db()
    assert paper.state == PaperState.ISSUED, paper.failure
    stamped = PaperFile.objects.get(paper=paper, stage="archive")
    one = files.read(stamped.file)
    verdict = verify(one)
    assert verdict.outcome == Outcome.VALID
    assert [sig.level for sig in verdict.signatures] == ["B-LTA", "B-LTA"]
    assert (stamped.good_until - now).days in {399, 400}

    archive.renewals_start()
    assert not Job.objects.filter(kind=archive.JOB).exists(), "nothing is due yet"
    soon = dt.date.today() + dt.timedelta(days=300)
    second = StampServer(authority, ends=now + dt.timedelta(days=2000))
    second.off = (dt.datetime.combine(soon, dt.time(2), dt.UTC) - dt.datetime.now(dt.UTC)).total_seconds()
    with clock.at(soon), serving(second.answer) as url:
        put(office, timestamp_url=url)
        archive.renewals_start()
        archive.renewals_start()
        job = Job.objects.get(kind=archive.JOB)
        assert jobs.run(job.pk).state == Job.State.SUCCEEDED
        newest = PaperFile.objects.get(paper=paper, stage="archive", turn=1)
        two = files.read(newest.file)
        assert two.startswith(one)
        assert newest.good_until > stamped.good_until + dt.timedelta(days=1000)
        assert verify(two).outcome == Outcome.VALID
        earlier = verify(one)
        assert earlier.outcome == Outcome.VALID, "a file handed out before stays valid"
        assert earlier.detail
        assert archive.due(office.agency, dt.timedelta(days=120)) == []
    assert AuditEntry.objects.filter(verb="documents.stamp.renewed").count() == 1


@pytest.fixture
def admin(office):
    return factories.person(office.agency, Role.ADMIN, full_name="Phan Quản Trị")


def test_what_an_agency_trusts_is_added_and_taken_out_with_reasons(office, admin, authority, made_keys):
    from cryptography.hazmat.primitives import serialization

    root = authority.root.public_bytes(serialization.Encoding.PEM)
    with pytest.raises(Refused):
        item_add(office.agency, root, kind="root", acting=office.clerk)
    person = made_keys.leader[0].certificate.public_bytes(serialization.Encoding.DER)
    for data, kind in ((b"abc", "root"), (person, "root"), (b"abc", "list"), (root, "list")):
        with pytest.raises(Invalid):
            item_add(office.agency, data, kind=kind, acting=admin)
    before = trust_of(office.agency)
    row = item_add(office.agency, root, kind="root", acting=admin)
    with pytest.raises(Conflict):
        item_add(office.agency, root, kind="root", acting=admin)
    kept = item_add(office.agency, authority.list_file.read_bytes(), kind="list", acting=admin)
    now = trust_of(office.agency)
    assert len(now.roots) == len(before.roots) + 1
    assert len(now.lists) == len(before.lists) + 1
    other = factories.person(factories.agency(code="KHAC"), Role.ADMIN)
    with pytest.raises(Refused):
        item_retire(row, acting=other)
    for one in (row, kept):
        item_retire(one, acting=admin)
    assert len(trust_of(office.agency).roots) == len(before.roots)


def test_images_are_checked_dated_and_kept(office, admin, made_keys):
    from documents.services.signatures import image_of

    today = clock.today()
    seal, hand = made_keys.agency[1], made_keys.leader[1]
    with pytest.raises(Refused):
        image_add(office.agency, None, seal, valid_from=today, acting=office.clerk)
    for person, data in ((None, hand), (office.leader, seal), (None, b"abc"), (None, b"\x89PNG\r\n")):
        with pytest.raises(Invalid):
            image_add(office.agency, person, data, valid_from=today, acting=admin)
    with pytest.raises(Invalid):
        image_add(office.agency, None, seal, valid_from=today - dt.timedelta(days=1), acting=admin)
    image_add(office.agency, None, seal, valid_from=today, acting=admin)
    assert image_of(office.agency, None).startswith(b"\x89PNG")
    image_add(office.agency, office.leader, hand, valid_from=today + dt.timedelta(days=9), acting=admin)
    assert image_of(office.agency, office.leader) == b"", "not before its day"
    with clock.at(today + dt.timedelta(days=10)):
        assert image_of(office.agency, office.leader)


def test_the_administrators_page_tells_what_is_wrong_with_the_stamp_server(office, admin, keys, login):
    from django.urls import reverse

    client = login(admin)
    put(office, timestamp_url="trial:")
    page = client.get(reverse("documents:trust"))
    assert page.status_code == 200
    assert "Trịnh Bảo Long" in page.content.decode()
    assert "đồng hồ đúng" in client.post(reverse("documents:stamp-test")).content.decode()
    put(office, timestamp_url="http://127.0.0.1:9/")
    assert "không trả lời" in client.post(reverse("documents:stamp-test")).content.decode()
    key = office.leader.signing_keys.get()
    assert client.post(reverse("documents:key-test", args=[key.pk])).status_code == 302
    assert client.get(reverse("documents:key-retire", args=[key.pk])).status_code == 200
    for backend in ("pkcs12", "pkcs11", "csc", "desk"):
        assert client.get(reverse("documents:key-add", args=[backend])).status_code == 200
    assert client.get(reverse("documents:key-add", args=["khac"])).status_code == 404
    assert client.get(reverse("documents:image-add")).status_code == 200
    assert client.get(reverse("documents:trust-add")).status_code == 200
    other = factories.person(factories.agency(code="KHAC"), Role.ADMIN)
    assert login(other).post(reverse("documents:key-retire", args=[key.pk])).status_code == 404
    assert login(office.clerk).get(reverse("documents:trust")).status_code == 403
