"""Closed cases of a former register come in as history; a long workbook is tried and taken over by jobs."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audits import noticing
from audits.models import CaseImport, CorrectiveAction, Nonconformity
from audits.selectors import case_figures
from audits.selectors import cases as reading
from audits.services import case_columns, case_transfer, effect, sheets
from qms import jobs
from qms.exceptions import DomainError, IllegalTransition
from qms.models import AuditEntry, Notification, OrgUnit, Person
from tests.audits.cases import TODAY, clause, fresh, june, open_case, people  # noqa: F401
from tests.audits.test_case_transfer import book, preview

HEAD = (
    "Số phiếu", "Nội dung không phù hợp", "Mức độ", "Đơn vị", "Quy trình", "Điều khoản", "Ngày phát hiện",
    "Hạn hoàn thành", "Người chịu trách nhiệm", "Khắc phục", "Nguyên nhân", "Nhóm nguyên nhân",
    "Hành động khắc phục", "Người thực hiện", "Trạng thái", "Ngày đóng", "Kết luận", "Hiệu lực",
)  # fmt: skip


def old(people, **changed):  # noqa: F811
    """A case that was closed years ago; who dealt with it has left, one date is missing."""
    values = [
        "07/2024", "Thiếu phiếu hẹn trả", "Nhẹ", "BC", "QT.BCVT.04", "8.5.1", "04/11/2025", "", "Ông Đã Nghỉ",
        "Gửi bù phiếu hẹn", "Không giao người theo dõi", "Quy trình, phương pháp",
        "Giao người rà soát", "Bà Chuyển Công Tác", "Đã đóng", "20/12/2025", "Đã xong", "Có",
    ]  # fmt: skip
    for name, value in changed.items():
        values[HEAD.index(name.replace("_", " "))] = value
    return values


@pytest.fixture(autouse=True)
def standard(db):
    """The clause the lines name."""
    return clause()


def taken(people, *lines):  # noqa: F811
    batch = preview(people, *lines, head=HEAD)
    assert all(row["result"] == "new" for row in batch.lines), [row["problems"] for row in batch.lines]
    case_transfer.import_commit(batch, acting=people.secretary)
    return batch


def test_a_closed_case_enters_with_its_days_and_words_and_no_step_is_made_up(people):  # noqa: F811
    batch = taken(people, old(people))
    case = Nonconformity.objects.get()
    assert (case.state, case.closed_on, case.detected_on) == (
        "closed", dt.date(2025, 12, 20), dt.date(2025, 11, 4),
    )  # fmt: skip
    assert case.code.startswith("KPH-2025-") and case.is_history and case.taken_over == batch
    assert (case.closed_by, case.approved_by, case.submitted_by, case.waived_by) == (None,) * 4
    assert not CorrectiveAction.objects.exists() and not case.analyses.exists() and not case.checks.exists()
    assert (case.risk_decision, case.document_decision, case.effective) == ("", "", True)
    assert (case.root_cause, case.closed_note) == ("Không giao người theo dõi", "Đã xong")
    assert case.past["owner"] == "Ông Đã Nghỉ" and case.past["action_owner"] == "Bà Chuyển Công Tác"
    verbs = set(AuditEntry.objects.filter(subject_id=str(case.pk)).values_list("verb", flat=True))
    assert verbs == {"audits.nonconformity.taken_over"}, "nothing was opened, approved or closed here"
    assert not Notification.objects.exists(), "nobody has anything to do"


def test_its_page_its_form_and_the_export_show_the_words_of_the_file(people, client):  # noqa: F811
    taken(people, old(people))
    case = Nonconformity.objects.get()
    client.force_login(people.secretary.user)
    page = client.get(case.get_absolute_url()).content.decode()
    for words in ("Ông Đã Nghỉ", "Bà Chuyển Công Tác", "Giao người rà soát", "so-kph.xlsx", "20/12/2025"):
        assert words in page, words
    assert 'id="s3"' not in page, "no pane of a step that was not made here"
    row = reading.case_detail(people.secretary).get()
    assert "Giao người rà soát" in dict(sheets.case_parts(row)["past"]).values()
    listed = client.get(reverse("audits:nc-list"), {"check": "taken_over"})
    assert [one.pk for one in listed.context["rows"]] == [case.pk]
    (out,) = case_columns.lines(reading.case_list(people.secretary, {}))
    said = dict(zip([column.key for column in case_columns.COLUMNS], out, strict=True))
    assert (said["owner"], said["action"], said["closed_note"], said["due_on"]) == (
        "Ông Đã Nghỉ", "Giao người rà soát", "Đã xong", "",
    ), "what the file does not say is not made up"  # fmt: skip
    batch = preview(people, list(out), head=case_columns.titles())
    assert batch.lines[0]["result"] == "same", batch.lines[0]["problems"]


def test_the_same_file_twice_changes_nothing_and_other_words_are_named(people):  # noqa: F811
    taken(people, old(people))
    assert preview(people, old(people), head=HEAD).lines[0]["result"] == "same"
    for column, value, key in (
        ("Ngày_đóng", "21/12/2025", "closed_on"),
        ("Kết_luận", "Khác", "closed_note"),
        ("Hành_động_khắc_phục", "Khác", "action"),
    ):
        (row,) = preview(people, old(people, **{column: value}), head=HEAD).lines
        assert row["result"] == "left_out"
        assert [one["column"] for one in row["problems"]] == [str(case_columns.TITLES[key])]


@pytest.mark.parametrize(
    ("column", "value", "key"),
    [
        ("Ngày_đóng", "", "closed_on"),
        ("Ngày_đóng", "01/11/2025", "closed_on"),
        ("Ngày_đóng", "01/01/2030", "closed_on"),
        ("Ngày_phát_hiện", "", "detected_on"),
        ("Quy_trình", "", "process"),
        ("Hiệu_lực", "Có lẽ", "effective"),
        ("Nhóm_nguyên_nhân", "Thời tiết", "cause"),
        ("Hạn_hoàn_thành", "01/01/2025", "due_on"),
        ("Trạng_thái", "Đang làm", "state"),
        ("Đơn_vị", "Phòng Không Có", "unit"),
    ],
)
def test_what_does_not_fit_is_located(people, column, value, key):  # noqa: F811
    (row,) = preview(people, old(people, **{column: value}), head=HEAD).lines
    assert row["result"] == "left_out"
    assert str(case_columns.TITLES[key]) in [one["column"] for one in row["problems"]]


def test_a_unit_that_ended_and_a_day_without_a_state_are_enough(people):  # noqa: F811
    OrgUnit.objects.filter(pk=people.unit.pk).update(valid_to=dt.date(2026, 1, 1))
    Person.objects.filter(unit=people.unit).update(valid_to=dt.date(2026, 1, 1))
    rest = dict.fromkeys(("Khắc_phục", "Nguyên_nhân", "Nhóm_nguyên_nhân", "Hành_động_khắc_phục"), "")
    taken(people, old(people, Trạng_thái="", Kết_luận="", Hiệu_lực="", **rest))
    case = Nonconformity.objects.get()
    assert case.unit == people.unit and case.effective is None and case.past == {
        "owner": "Ông Đã Nghỉ", "action_owner": "Bà Chuyển Công Tác",
    }  # fmt: skip


def test_history_counts_in_the_figures_and_makes_a_living_case_a_repeat(people):  # noqa: F811
    living = open_case(people, clause=clause())
    assert not living.recurring
    early = old(people, Số_phiếu="1/2022", Ngày_phát_hiện="04/01/2022", Ngày_đóng="05/02/2022")
    dated = old(people, Số_phiếu="8/2025", Hạn_hoàn_thành="31/12/2025", Ngày_phát_hiện="05/11/2025")
    taken(people, old(people), early, dated)
    living = fresh(living)
    assert living.recurring and {link.earlier.source_label for link in living.recurs.all()} == {
        "07/2024", "8/2025",
    }, "2022 lies outside the window"  # fmt: skip
    assert not Notification.objects.filter(key__startswith="nc-recurred").exists(), "nobody is flooded"
    closing = case_figures.time_to_close(people.secretary, {})
    assert closing.count == 3
    assert [bar.count for bar in case_figures.pareto_causes(people.secretary, {})] == [3]
    by_label = {
        share.base_url.split("check=")[-1]: share for share in case_figures.shares(people.secretary, {})
    }
    assert (by_label["dated"].numerator, by_label["dated"].denominator) == (1, 1), "no day, no verdict on it"
    assert by_label["judged"].denominator == 3


def test_repeats_of_long_ago_propose_no_risk_of_today(people):  # noqa: F811
    days = (("1/2022", "04/01/2022"), ("2/2022", "04/02/2022"))
    taken(people, *(old(people, Số_phiếu=n, Ngày_phát_hiện=day, Ngày_đóng="05/03/2022") for n, day in days))
    assert Nonconformity.objects.get(source_label="2/2022").recurring
    assert not list(noticing.repeated(people.agency, TODAY))
    taken(people, old(people), old(people, Số_phiếu="8/2025", Ngày_phát_hiện="05/11/2025"))
    assert len(list(noticing.repeated(people.agency, TODAY))) == 1, "what came back lately does"


def test_a_list_closes_no_case_that_is_open_here(people):  # noqa: F811
    case = open_case(people, detected_on=dt.date(2025, 11, 4))
    (row,) = preview(people, [case.code, *old(people)], head=("Mã", *HEAD)).lines
    assert row["result"] == "left_out"
    assert any("không đóng" in one["expected"] for one in row["problems"])


def test_the_day_a_correction_was_finished_closes_nothing(people):  # noqa: F811
    head = [name.replace("Ngày đóng", "Ngày hoàn thành") for name in HEAD]
    (row,) = preview(people, old(people, Trạng_thái=""), head=head).lines
    assert "history" not in row["values"]


def test_reopened_it_goes_the_way_of_every_case(people):  # noqa: F811
    taken(people, old(people))
    case = effect.nonconformity_reopen(Nonconformity.objects.get(), acting=people.secretary, reason="Lặp lại")
    assert case.state == "reopened" and not fresh(case).is_history and fresh(case).past


def lines_of(people, n):  # noqa: F811
    return [old(people, Số_phiếu=f"{k}/2025", Nội_dung_không_phù_hợp=f"Lỗi {k}") for k in range(n)]


def test_a_long_workbook_is_tried_and_taken_over_by_jobs(people, client, monkeypatch):  # noqa: F811
    monkeypatch.setattr(case_transfer, "AT_ONCE", 2)
    client.force_login(people.secretary.user)
    content = book(*lines_of(people, 3), old(people, Ngày_đóng=""), head=HEAD)
    sent = client.post(reverse("audits:nc-import-upload"), {"file": SimpleUploadedFile("dai.xlsx", content)})
    batch = CaseImport.objects.get()
    with pytest.raises(IllegalTransition):
        case_transfer.import_enqueue(batch, acting=people.secretary)
    job = case_transfer.import_job(batch)
    assert sent.url == job.get_absolute_url() and not case_transfer.is_tried(batch)
    page = client.get(batch.get_absolute_url())
    assert page.status_code == 200 and job.get_absolute_url() in page.content.decode()
    commit, discard = (reverse(f"audits:nc-import-{name}", args=[batch.pk]) for name in ("commit", "discard"))
    assert client.post(commit).url == job.get_absolute_url(), "tried first, once"
    with pytest.raises(IllegalTransition):
        case_transfer.import_discard(batch, acting=people.secretary)
    assert jobs.run_here(job).result["url"] == batch.get_absolute_url()
    batch.refresh_from_db()
    assert [row["result"] for row in batch.lines] == ["new"] * 3 + ["left_out"]
    assert not Nonconformity.objects.exists(), "trying writes nothing"
    second = case_transfer.import_enqueue(batch, acting=people.secretary)
    assert client.post(commit).url == second.get_absolute_url(), "asked twice it is one job"
    assert jobs.run_here(second).result["message"].startswith("Đã mở 3,")
    assert Nonconformity.objects.count() == 3
    with pytest.raises(IllegalTransition):
        case_transfer.import_enqueue(batch, acting=people.secretary)
    assert client.post(discard).status_code == 302
    batch.refresh_from_db()
    assert batch.state == "committed"


def test_a_job_that_fails_leaves_no_trace_and_can_be_asked_again(people, monkeypatch):  # noqa: F811
    monkeypatch.setattr(case_transfer, "AT_ONCE", 1)
    batch = preview(people, *lines_of(people, 3), head=HEAD)
    jobs.run_here(case_transfer.import_job(batch))
    batch.refresh_from_db()
    job = case_transfer.import_enqueue(batch, acting=people.secretary)
    Nonconformity.objects.all().delete()
    open_case(people, title="Lỗi 1", detected_on=dt.date(2025, 11, 4))
    with pytest.raises(DomainError):
        jobs.run_here(job)
    batch.refresh_from_db()
    assert Nonconformity.objects.count() == 1 and batch.state == "preview", "all of it or nothing"
    job.refresh_from_db()
    assert job.state == "failed" and job.reason
    case_transfer.import_discard(batch, acting=people.secretary)
