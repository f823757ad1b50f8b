"""Complaints and suggestions: deadline by the agency's days, answer, separation of duties, figures."""

import datetime as dt
import json

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback import conditions, personal, reports, selectors, services
from feedback.models import Feedback, FeedbackPerson, SatisfactionReport
from feedback.views.public import PER_HOUR
from feedback.work import waiting_work
from qms import agency_settings, clock, registry
from qms.exceptions import IllegalTransition, Invalid, Refused
from qms.models import AuditEntry, Role
from tests import factories

pytestmark = pytest.mark.usefixtures("english")
MONDAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def day(monkeypatch):
    """Today is a Monday; day(…) sets another one."""

    def to(other):
        monkeypatch.setattr(clock, "today", lambda: other)

    to(MONDAY)
    return to


@pytest.fixture
def who(agency):
    unit = factories.unit(agency, "Phòng TĐC")

    class People:
        office = unit
        staff = factories.person(agency, Role.STAFF, unit=unit)
        head = factories.person(agency, Role.UNIT_HEAD, unit=unit)
        leader = factories.person(agency, Role.LEADER)
        secretary = factories.person(agency, Role.SECRETARY)

    return People


def record(agency, by, **fields):
    values = {
        "kind": "report",
        "channel": "phone",
        "subject": "Giấy hẹn ghi sai",
        "content": "Số điện thoại trên giấy hẹn không liên lạc được.",
        "received_on": clock.today(),
    }
    return services.feedback_record(agency, acting=by, **(values | fields))


@pytest.fixture
def case(agency, who):
    return record(agency, who.staff, unit=who.office)


def answered(case, who, **satisfaction):
    case = services.feedback_assign(case, acting=who.secretary, handler=who.staff)
    case = services.answer_submit(case, acting=who.staff, answer="Đã sửa.", finding="founded")
    case = services.answer_confirm(case, acting=who.leader)
    if satisfaction:
        case = services.satisfaction_record(case, acting=who.staff, **satisfaction)
    return case


def test_deadline_counts_working_days_of_the_agency_by_kind(agency, who):
    agency_settings.put(agency, "feedback.days_report", 5, acting=None)
    assert record(agency, who.staff).deadline == MONDAY + dt.timedelta(days=7)
    suggestion = record(agency, who.staff, kind="suggestion")
    assert suggestion.deadline == MONDAY + dt.timedelta(days=21)
    assert suggestion.code == "PAKN-2026-002"
    changed = services.feedback_edit(suggestion, acting=who.staff, kind="report")
    assert changed.deadline == MONDAY + dt.timedelta(days=7)


def test_from_receipt_to_satisfaction(case, who):
    case = answered(case, who, satisfaction="unsatisfied", note="Chậm")
    assert case.state == Feedback.State.ANSWERED
    assert (case.answer_by, case.confirmed_by, case.answered_on) == (who.staff, who.leader, MONDAY)
    verbs = set(AuditEntry.objects.filter(subject_id=str(case.pk)).values_list("verb", flat=True))
    assert verbs == {
        "feedback.case.recorded",
        "feedback.case.assigned",
        "feedback.answer.submitted",
        "feedback.answer.confirmed",
        "feedback.satisfaction.recorded",
    }


def test_who_handles_does_not_confirm_and_does_not_extend(case, who):
    case = services.feedback_assign(case, acting=who.secretary, handler=who.leader)
    later = case.deadline + dt.timedelta(days=3)
    with pytest.raises(Refused, match="own deadline"):
        services.feedback_extend(case, acting=who.leader, deadline=later, reason="x")
    case = services.answer_submit(case, acting=who.leader, answer="Đã sửa.", finding="partly")
    with pytest.raises(Refused, match="does not confirm"):
        services.answer_confirm(case, acting=who.leader)
    with pytest.raises(Refused, match="roles"):
        services.answer_confirm(case, acting=who.secretary)
    with pytest.raises(Refused, match="handler drafts"):
        services.answer_submit(case, acting=who.staff, answer="x", finding="partly")


def test_extension_keeps_the_first_deadline_and_the_reason(case, who):
    first = case.deadline
    with pytest.raises(Invalid):
        services.feedback_extend(case, acting=who.head, deadline=first, reason="Chờ ý kiến")
    case = services.feedback_extend(
        case, acting=who.head, deadline=first + dt.timedelta(days=5), reason="Chờ ý kiến"
    )
    assert (case.first_deadline, case.is_extended) == (first, True)
    assert [one.reason for one in case.extensions.all()] == ["Chờ ý kiến"]
    with pytest.raises(Refused):
        services.feedback_extend(case, acting=who.staff, deadline=first + dt.timedelta(days=9), reason="x")


def test_steps_out_of_order_are_refused(case, who):
    with pytest.raises(IllegalTransition):
        services.answer_submit(case, acting=None, answer="x", finding="partly")
    with pytest.raises(Refused, match="not been answered"):
        services.satisfaction_record(case, acting=who.secretary, satisfaction="satisfied")
    gone = services.feedback_forward(case, acting=who.secretary, to="Sở Nội vụ", reason="Thẩm quyền")
    assert gone.status_on(MONDAY) == "closed"
    with pytest.raises(IllegalTransition):
        services.feedback_assign(gone, acting=who.secretary, handler=who.staff)


def test_every_figure_lists_exactly_the_records_it_counts(agency, who, day, login):
    answered(record(agency, who.staff, unit=who.office), who, satisfaction="satisfied")
    answered(record(agency, who.staff, unit=who.office), who, satisfaction="unsatisfied", note="Chậm")
    record(agency, who.staff)
    services.feedback_forward(record(agency, who.staff), acting=who.secretary, to="Sở", reason="x")
    day(MONDAY + dt.timedelta(days=40))
    record(agency, who.staff, unit=who.office)
    client = login(who.staff)
    start, end = dt.date(2026, 1, 1), clock.today()
    for dimension in selectors.DIMENSIONS:
        lines = selectors.analysis(agency, dimension, start, end)
        assert sum(line.figures.received for line in lines) == 5
        for line in lines:
            for key in conditions.COUNTED:
                listed = client.get(line.urls[key]).context["page_obj"].paginator.count
                assert listed == getattr(line.figures, key), (dimension, line.label, key)
    whole = selectors.whole(agency, start, end)
    assert (whole.on_time, whole.judged, whole.late_open) == (2, 3, 1)
    assert (whole.satisfied, whole.asked) == (1, 2)


def test_citizens_are_kept_only_when_switched_on_encrypted_and_masked(agency, who, login):
    told = {"name": "Nguyễn Thị Thử", "phone": "0900000123", "email": "thu@example.invalid"}
    record(agency, who.staff, citizen=told)
    assert not FeedbackPerson.objects.exists()
    agency_settings.put(agency, personal.SETTING, ["name", "phone"], acting=None)
    case = record(agency, who.staff, citizen=told)
    sealed = FeedbackPerson.objects.get().sealed
    assert "0900000123" not in sealed
    assert set(personal.citizen_told(case)) == {"name", "phone"}
    page = login(who.staff).get(case.get_absolute_url()).content.decode()
    assert "0900000123" not in page
    assert "•••••••123" in page
    see = reverse("feedback:case-citizen", args=[case.pk])
    assert login(who.staff).post(see).status_code == 403, "neither handler nor secretary"
    assert "0900000123" in login(who.secretary).post(see).content.decode()
    assert AuditEntry.objects.filter(verb="feedback.citizen.seen", actor=who.secretary).count() == 1
    assert personal.rotate() == 1
    assert personal.citizen_told(case)["phone"] == "0900000123"


def test_open_page_is_closed_by_default_and_limits_how_often(agency, client, who):
    address = reverse("feedback-open", args=[agency.code])
    assert client.get(address).status_code == 404
    agency_settings.put(agency, "feedback.open_page", True, acting=None)
    cache.clear()
    data = {"kind": "suggestion", "subject": "Thêm ghế", "content": "Thêm ghế ngồi chờ."}
    for _number in range(PER_HOUR):
        assert "PAKN-2026-" in client.post(address, data).content.decode()
    assert client.post(address, data).status_code == 422
    assert Feedback.objects.filter(channel="open_page", recorded_by=None).count() == PER_HOUR
    assert client.post(address, data | {"website": "spam"}).status_code == 200
    assert Feedback.objects.count() == PER_HOUR
    assert client.post(address, data | {"kind": "complaint"}).status_code == 422


def test_a_nonconformity_and_a_risk_are_one_click_away(case, who, login):
    page = login(who.head).get(case.get_absolute_url()).content.decode()
    key = registry.source_key(case)
    assert f"{reverse('audits:nc-create')}?source={key.replace(':', '%3A')}" in page
    assert reverse("risks:risk-create") in page
    form = login(who.head).get(f"{reverse('audits:nc-create')}?source={key}")
    assert "Giấy hẹn ghi sai" in form.content.decode()


def test_work_waits_for_the_right_person(case, who):
    assert [item.action for item in waiting_work(who.head)] == ["Name the handler"]
    case = services.feedback_assign(case, acting=who.head, handler=who.staff)
    assert [item.due for item in waiting_work(who.staff)] == [case.deadline]
    services.answer_submit(case, acting=who.staff, answer="Đã sửa.", finding="founded")
    assert [item.action for item in waiting_work(who.leader)] == ["Confirm the answer"]
    assert not list(waiting_work(who.staff))


def test_another_agency_finds_nothing(case, other_agency, login):
    stranger = factories.person(other_agency, Role.SECRETARY)
    client = login(stranger)
    assert client.get(case.get_absolute_url()).status_code == 404
    assert client.get(reverse("feedback:case-list")).context["page_obj"].paginator.count == 0
    with pytest.raises(Refused, match="another agency"):
        services.feedback_forward(case, acting=stranger, to="Sở", reason="x")
    with pytest.raises(Refused, match="another agency"):
        record(case.agency, stranger)
    with pytest.raises(Refused, match="another agency"):
        reports.report_draft(case.agency, year=2025, acting=stranger)
    mine = reports.report_draft(case.agency, year=2025, acting=None)
    with pytest.raises(Refused, match="another agency"):
        reports.report_paper(mine, signer=None, acting=stranger)


def test_pages_answer_and_the_list_costs_the_same_for_many(agency, who, login, case):
    client = login(who.secretary)
    for name in ("case-list", "case-create", "analysis", "report-list", "report-create"):
        assert client.get(reverse(f"feedback:{name}")).status_code == 200
    for name in ("case-edit", "case-assign", "case-extend", "case-forward"):
        assert client.get(reverse(f"feedback:{name}", args=[case.pk])).status_code == 200
    response = client.post(
        reverse("feedback:case-create"),
        {"kind": "report", "channel": "phone", "received_on": "01/03/2026", "subject": "A", "content": "B"},
    )
    assert response.status_code == 302

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("feedback:case-list"))
        return len(queries)

    few = count()
    for _number in range(18):
        record(agency, who.staff, unit=who.office)
    assert count() == few
    for name in ("case-export", "analysis-export"):
        book = client.get(reverse(f"feedback:{name}"))
        assert b"".join(book.streaming_content)[:2] == b"PK"


def test_yearly_report_counts_is_approved_by_another_and_becomes_a_paper(agency, who, login):
    answered(record(agency, who.staff, unit=who.office), who, satisfaction="satisfied")
    report = reports.report_draft(agency, year=2026, acting=who.secretary)
    assert report.figures["cases"]["on_time"] == 1
    with pytest.raises(Invalid, match="already"):
        reports.report_draft(agency, year=2026, acting=who.secretary)
    with pytest.raises(Invalid, match="assessment"):
        reports.report_submit(report, acting=who.secretary)
    report = reports.report_edit(report, acting=who.secretary, assessment="Tốt.", measures="Báo trước.")
    report = reports.report_submit(report, acting=who.secretary)
    record(agency, who.staff)
    with pytest.raises(Refused):
        reports.report_refresh(report, acting=who.secretary)
    with pytest.raises(Refused):
        reports.report_approve(report, acting=who.secretary)
    report = reports.report_approve(report, acting=who.leader)
    assert report.figures["cases"]["received"] == 1, "figures stand still once submitted"
    paper = reports.report_paper(report, signer=who.leader, acting=who.secretary)
    assert "100,0 % (1/1)" in json.dumps(paper.content, ensure_ascii=False).replace("\u00a0", " ")
    with pytest.raises(Invalid, match="already"):
        reports.report_paper(report, signer=who.leader, acting=who.secretary)
    client = login(who.leader)
    assert client.get(report.get_absolute_url()).status_code == 200
    book = client.get(reverse("feedback:report-export", args=[report.pk]))
    assert b"".join(book.streaming_content)[:2] == b"PK"


def test_who_drafted_a_report_does_not_approve_it(agency):
    both = factories.person(agency, Role.SECRETARY, Role.LEADER)
    report = reports.report_draft(agency, year=2025, acting=both)
    report = reports.report_edit(report, acting=both, assessment="Tốt.", measures="")
    report = reports.report_submit(report, acting=both)
    with pytest.raises(Refused, match="does not approve"):
        reports.report_approve(report, acting=both)
    assert SatisfactionReport.objects.get().state == SatisfactionReport.State.SUBMITTED


def test_evidence_is_as_of_a_day(agency, who, case, day):
    from feedback import evidence

    answered(case, who, satisfaction="satisfied")
    before = MONDAY - dt.timedelta(days=1)
    assert evidence.cases(agency, before).total == 0
    assert evidence.cases(agency, MONDAY).newest[0].state == "done"
    assert evidence.satisfied(agency, MONDAY).newest[0].state == "achieved"


def test_files_are_kept_with_the_case_and_every_look_is_recorded(agency, who, case, login, client):
    stranger = factories.person(agency, Role.STAFF, unit=factories.unit(agency, "Phòng khác"))
    add = reverse("feedback:case-file-add", args=[case.pk])
    login(who.staff)
    wrong = SimpleUploadedFile("don.exe", b"MZ")
    assert client.post(add, {"file": wrong}).status_code == 422
    letter = SimpleUploadedFile("don.pdf", b"%PDF-1.7 thu")
    assert client.post(add, {"file": letter, "note": "Đơn của công dân"}).status_code == 302
    one = case.files.get()
    address = reverse("feedback:file", args=[one.pk])
    assert address in client.get(case.get_absolute_url()).content.decode()
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 thu"
    assert AuditEntry.objects.filter(verb="feedback.file.opened", actor=who.staff).count() == 1
    login(stranger)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "don.pdf" not in page and address not in page
    assert client.get(address).status_code == 403
    assert client.post(add, {"file": SimpleUploadedFile("x.pdf", b"%PDF")}).status_code == 403
    assert case.files.count() == 1
    login(who.staff)
    assert 'enctype="multipart/form-data"' in client.get(add).content.decode()
    again = SimpleUploadedFile("khac.pdf", b"%PDF-1.7 thu")
    assert client.post(add, {"file": again}).status_code == 422  # the same content, under another name
    unnamed = SimpleUploadedFile("nguyen-van-a.pdf", b"%PDF-1.7 khac")
    assert client.post(add, {"file": unnamed}).status_code == 302
    client.get(reverse("feedback:file", args=[case.files.get(note="").pk]))
    said = AuditEntry.objects.filter(verb__startswith="feedback.file.", subject_id=str(case.pk))
    assert sorted(said.values_list("note", flat=True)) == ["", "", "Đơn của công dân", "Đơn của công dân"]
    login(stranger)
    assert "nguyen-van-a" not in client.get(case.get_absolute_url()).content.decode()
    login(factories.person(factories.agency(), Role.SECRETARY))
    assert client.get(address).status_code == 404
