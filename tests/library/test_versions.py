"""A document's versions: approved by others than their authors, in force by their dates alone."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from library import rendering
from library.duties import KIND
from library.models import DocumentVersion
from library.selectors.versions import effective_version, rows
from library.services import announcing, documents, reading, upkeep, versions, writing
from library.work import waiting_work
from qms import jobs
from qms.exceptions import Conflict, Invalid, Refused
from qms.models import AuditEntry, Notification, Role, SearchEntry
from qms.registry import DutyCount
from tests import factories
from tests.library.conftest import DAY, TODAY
from tests.races import PATIENCE, at_once


def status(version, day):
    return rows().get(pk=version.pk).status_on(day)


def test_codes_follow_the_schemes_of_the_agency(agency, unit, staff, secretary, document):
    assert document.code == "QT.TĐC.01"
    second = documents.document_create(agency, acting=staff, kind="procedure", title="Rủi ro", owner=unit)
    assert second.code == "QT.TĐC.02"
    form = documents.document_create(
        agency, acting=staff, kind="form", title="Phiếu", owner=unit, parent=document
    )
    assert form.code == "BM.TĐC.01.01"
    with pytest.raises(Invalid):
        documents.document_create(agency, acting=secretary, kind="form", title="Phiếu rời")
    with pytest.raises(Refused):
        documents.document_create(agency, acting=staff, kind="manual", title="Sổ tay")


def test_an_empty_guard_leaves_the_check_of_the_revision_on(document, write, staff, client):
    version = write(document)
    section = version.sections.get()
    seen = section.revision
    section = writing.section_edit(
        section, acting=staff, seen=seen, title="Mục đích", number="1.", text="Người khác đã sửa"
    )
    client.force_login(staff.user)
    sent = {"title": "Mục đích", "number": "1.", "text": "Ghi đè", "seen": seen, "as-shown": ""}
    answer = client.post(reverse("library:section-edit", args=[section.pk]), sent)
    assert answer.status_code == 422
    section.refresh_from_db()
    assert section.text == "Người khác đã sửa"


def test_nobody_reviews_or_approves_their_own_work(document, write, submit, staff, head, leader, agency):
    version = write(document)
    boss = factories.person(agency, Role.LEADER, Role.UNIT_HEAD, unit=document.owner)
    section = version.sections.get()
    writing.section_edit(section, acting=boss, seen=0, title="Mục đích", number="1.", text="Đã sửa")
    with pytest.raises(Invalid) as caught:
        submit(version, reviewer=boss, approver=boss)
    assert {one.where for one in caught.value.problems} == {"reviewer", "approver"}
    with pytest.raises(Invalid):
        submit(version, reviewer=leader, approver=leader)
    version = submit(version)
    with pytest.raises(Refused):
        versions.version_review(version, acting=boss)
    with pytest.raises(Refused):
        versions.version_review(version, acting=staff)
    version = versions.version_review(version, acting=head)
    with pytest.raises(Refused):
        versions.version_approve(version, acting=head)
    assert versions.version_approve(version, acting=leader).state == "approved"
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentVersion.objects.filter(pk=version.pk).update(approver=version.drafter)


def test_a_day_in_the_future_changes_versions_without_anyone_acting(document, write, approve, on):
    first = approve(write(document))
    second = approve(write(document, "Nội dung thứ hai"), TODAY + 20 * DAY)
    assert second.edition == "01/01"
    for day, valid in ((TODAY, first), (TODAY + 19 * DAY, first), (TODAY + 20 * DAY, second)):
        assert effective_version(document, day) == valid
    assert (status(first, TODAY + 19 * DAY), status(second, TODAY + 19 * DAY)) == ("active", "approved")
    on(TODAY + 20 * DAY)
    assert (status(first, TODAY + 20 * DAY), status(second, TODAY + 20 * DAY)) == ("obsolete", "active")
    assert rows().get(pk=first.pk).last_day == TODAY + 19 * DAY
    job = announcing.announce_start(document.agency, acting=None)
    assert jobs.run_here(job).result["begun"] >= 1
    verbs = set(AuditEntry.objects.filter(subject_id=str(first.pk)).values_list("verb", flat=True))
    assert "library.version.superseded" in verbs
    again = jobs.run_here(announcing.announce_start(document.agency, acting=None))
    assert again.result["begun"] == 0
    assert "thu hai" in SearchEntry.objects.get(object_id=document.pk).folded


def test_the_database_lets_only_one_approved_version_begin_on_a_day(document, write, approve):
    first = approve(write(document), TODAY + DAY)
    with pytest.raises(Invalid):
        approve(write(document, "Khác"), TODAY + DAY)
    other = DocumentVersion.objects.get(document=document, state="draft")
    with pytest.raises(IntegrityError, match="one_version_in_force"), transaction.atomic():
        DocumentVersion.objects.filter(pk=other.pk).update(
            state="approved", effective_on=first.effective_on, approved_at=first.approved_at, content_hash="x"
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a database with real locks")
def test_of_two_approvals_at_once_exactly_one_wins(document, write, submit, head, leader):
    """Two pages approve the same version at the same moment."""
    version = versions.version_review(submit(write(document)), acting=head)
    meet = threading.Barrier(2)

    def approve():
        meet.wait(timeout=PATIENCE)
        versions.version_approve(DocumentVersion.objects.get(pk=version.pk), acting=leader)

    assert len(at_once(approve, approve)) == 1
    assert DocumentVersion.objects.effective(TODAY).filter(document=document).count() == 1


def test_what_is_approved_is_what_was_reviewed(document, write, submit, head, leader):
    version = versions.version_review(submit(write(document)), acting=head)
    version.sections.update(text="Lén sửa")
    with pytest.raises(Conflict):
        versions.version_approve(version, acting=leader)
    with pytest.raises(Refused):
        writing.section_add(version, acting=version.drafter, title="Thêm")
    with pytest.raises(Invalid):
        versions.version_return(version, acting=leader, reason=" ")
    version = versions.version_return(version, acting=leader, reason="Nêu rõ thời hạn")
    assert version.state == "draft"
    assert Notification.objects.filter(person=version.drafter, key__startswith="version-returned").exists()


def test_only_one_version_is_under_way_and_the_next_begins_with_the_last_text(document, write, approve):
    approve(write(document))
    second = write(document, "Mới")
    with pytest.raises(Conflict):
        versions.version_start(document, acting=second.drafter)
    versions.version_abandon(second, acting=second.drafter, reason="Chưa cần")
    third = versions.version_start(document, acting=second.drafter, new_issue=True)
    assert third.edition == "02/00"
    assert third.sections.get().text == "Nội dung thứ nhất"
    with pytest.raises(Conflict):
        section = third.sections.get()
        writing.section_edit(section, acting=third.drafter, seen=7, title="x", number="", text="")


def test_a_version_may_end_without_a_successor(document, write, approve, leader, staff):
    version = approve(write(document))
    with pytest.raises(Refused):
        versions.version_end(version, acting=staff, last_day=TODAY, reason="Bỏ thủ tục")
    versions.version_end(version, acting=leader, last_day=TODAY + DAY, reason="Bỏ thủ tục")
    assert effective_version(document, TODAY + DAY) == version
    assert effective_version(document, TODAY + 2 * DAY) is None


def test_an_end_is_announced_ahead_and_on_its_day_once(document, write, approve, agency, unit, head, on):
    reader = factories.person(agency, Role.STAFF, unit=unit)
    documents.distribution_add(document, acting=None, units=[unit])
    version = approve(write(document), expires_on=TODAY + 20 * DAY)

    def told(person, words):
        jobs.run_here(announcing.announce_start(agency, acting=None))
        return Notification.objects.filter(person=person, title__startswith=words).count()

    assert told(head, "Sắp hết hiệu lực") == 1 and told(reader, "Hết hiệu lực") == 0
    assert [one.due for one in waiting_work(head) if "ending" in one.key] == [TODAY + 20 * DAY]
    on(TODAY + 20 * DAY)
    assert told(reader, "Hết hiệu lực") == 0 and effective_version(document) == version
    on(TODAY + 21 * DAY)
    assert effective_version(document) is None
    for _night in range(2):
        assert told(reader, "Hết hiệu lực") == told(head, "Hết hiệu lực") == 1
    assert AuditEntry.objects.filter(verb="library.version.expired", subject_id=str(version.pk)).count() == 1
    assert told(head, "Sắp hết hiệu lực") == 1
    assert not any("ending" in one.key for one in waiting_work(head))


def test_an_end_long_past_is_kept_in_the_trail_without_telling_anybody(
    document, write, approve, agency, head, on
):
    version = approve(write(document), expires_on=TODAY + DAY)
    on(TODAY + 60 * DAY)
    for ended in (1, 0):
        assert jobs.run_here(announcing.announce_start(agency, acting=None)).result["ended"] == ended
    assert AuditEntry.objects.filter(verb="library.version.expired", subject_id=str(version.pk)).count() == 1
    assert not Notification.objects.filter(key__startswith=f"document-ended:{version.pk}").exists()


def test_a_version_that_was_replaced_is_not_said_to_have_expired(document, write, approve, agency, on):
    approve(write(document), expires_on=TODAY + 40 * DAY)
    approve(write(document, "Khác"), TODAY + DAY)
    on(TODAY + 60 * DAY)
    jobs.run_here(announcing.announce_start(agency, acting=None))
    assert not AuditEntry.objects.filter(verb="library.version.expired").exists()


def test_an_external_document_asks_for_work_when_its_legal_text_ends(
    agency, unit, head, write, approve, staff
):
    from documents.models import LegalBasis

    facts = {"agency": agency, "kind": "Thông tư", "issuer": "Bộ KH&CN", "about": "về áp dụng HTQLCL"}
    new = LegalBasis.objects.create(number="01/2026/TT", issued_on=TODAY, **facts)
    basis = LegalBasis.objects.create(number="26/2014/TT", issued_on=dt.date(2014, 10, 10), **facts)
    text = documents.document_create(
        agency, acting=staff, kind="external", code="26/2014/TT", title="Thông tư", issuer="Bộ KH&CN",
        owner=unit, basis=basis,
    )  # fmt: skip
    approve(write(text))

    def work():
        return [(one.detail, one.due) for one in waiting_work(head) if "ending" in one.key]

    assert work() == []
    LegalBasis.objects.filter(pk=basis.pk).update(expires_on=TODAY - DAY)
    assert work() == [("Văn bản pháp luật đã hết hiệu lực", TODAY - DAY)]
    jobs.run_here(announcing.announce_start(agency, acting=None))
    told = Notification.objects.get(person=head, key__startswith="document-ending:")
    assert told.title.startswith("Văn bản pháp luật đã hết hiệu lực: ")
    assert told.body == "Ngày hiệu lực cuối cùng là 14/06/2026."
    LegalBasis.objects.filter(pk=basis.pk).update(replaced_by=new)
    assert work() == [("Được thay thế bằng Thông tư 01/2026/TT", TODAY - DAY)]
    assert list(waiting_work(staff)) == []


def test_reading_counts_per_person_and_version_and_is_reminded(document, write, approve, agency, unit, on):
    reader = factories.person(agency, Role.STAFF, unit=unit)
    documents.distribution_add(document, acting=None, units=[unit])
    first = approve(write(document))
    job = announcing.announce_start(agency, acting=None)
    jobs.run_here(job)
    assert Notification.objects.filter(person=reader, key=f"read:{first.pk}:new").exists()
    duty = next(iter(KIND.find(reader)))
    assert (duty.due, duty.done_on) == (TODAY + 10 * DAY, None)
    reading.version_read(first, acting=reader)
    reading.version_read(first, acting=reader)
    assert KIND.tally([reader])[reader.pk].done == 1
    second = approve(write(document, "Nội dung thứ hai"), TODAY + DAY)
    on(TODAY + 13 * DAY)
    assert KIND.tally([reader])[reader.pk] == DutyCount(1, 0)
    jobs.run_here(announcing.announce_start(agency, acting=None))
    assert Notification.objects.filter(person=reader, key=f"read:{second.pk}:late0").exists()
    with pytest.raises(Invalid):
        reading.version_read(first, acting=reader)


def test_periodic_review_keeps_no_change_needed(document, write, approve, head, staff):
    with pytest.raises(Invalid):
        upkeep.review_record(document, acting=head, outcome="no_change", note="Còn phù hợp")
    approve(write(document))
    with pytest.raises(Refused):
        upkeep.review_record(document, acting=staff, outcome="no_change", note="Còn phù hợp")
    review = upkeep.review_record(document, acting=head, outcome="no_change", note="Còn phù hợp")
    document.refresh_from_db()
    assert review.next_on == document.next_review_on == dt.date(2027, 6, 15)


def test_any_reader_asks_for_a_change_and_is_answered(document, write, approve, head, staff):
    approve(write(document))
    request = upkeep.request_create(document, acting=staff, text="Thiếu bước bàn giao", place="Mục 5")
    with pytest.raises(Refused):
        upkeep.request_answer(request, acting=staff, accept=True, answer="Được")
    upkeep.request_answer(request, acting=head, accept=True, answer="Sẽ bổ sung ở lần sửa đổi tới")
    assert Notification.objects.filter(person=staff, key=f"change-answer:{request.pk}").exists()
    version = versions.version_start(document, acting=staff)
    assert list(version.requests.all()) == [request]


def test_copies_say_what_they_are(document, write, approve, on):
    first = approve(write(document))
    approve(write(document, "Khác"), TODAY + DAY)
    on(TODAY + DAY)
    old, new = (rows().get(document=document, revision_no=number) for number in (0, 1))
    assert old == first
    assert rendering.mark_of(old, TODAY + DAY).stamp == "HẾT HIỆU LỰC"
    mark = rendering.mark_of(new, TODAY + DAY)
    assert mark.stamp == "" and "16/06/2026" in mark.note and "tại thời điểm in" in mark.note
    draft = write(document, "Ba")
    assert rendering.mark_of(rows().get(pk=draft.pk), TODAY + DAY).stamp == "DỰ THẢO"


def test_text_of_a_section_is_escaped_and_leads_to_documents():
    html = rendering.text_html(
        "Xem QT.TĐC.01 <script>\n- một\n- hai", {"QT.TĐC.01": "/library/x/", "QT": "/y/"}
    )
    assert '<a href="/library/x/">QT.TĐC.01</a> &lt;script&gt;' in html
    assert "<ul><li>một</li><li>hai</li></ul>" in html


def test_drafts_are_seen_by_those_who_work_on_them(document, write, agency, staff, secretary):
    version = write(document)
    stranger = factories.person(agency, Role.STAFF, unit=factories.unit(agency))
    assert DocumentVersion.objects.visible_to(staff).filter(pk=version.pk).exists()
    assert DocumentVersion.objects.visible_to(secretary).filter(pk=version.pk).exists()
    assert not DocumentVersion.objects.visible_to(stranger).filter(pk=version.pk).exists()
