"""Nonconformities from a workbook: preview that tries every gate, located problems, taken over once."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audits.forms.case_filters import CaseFilter
from audits.models import CaseImport, CorrectiveAction, Nonconformity
from audits.selectors import cases as reading
from audits.services import case_columns, case_transfer, nonconformities
from qms import sheets
from qms.exceptions import IllegalTransition, Invalid, Refused
from qms.models import AuditEntry, Notification, OrgUnit, Person, Role
from tests import factories
from tests.audits.cases import TODAY, clause, fresh, june, lead, open_case, people  # noqa: F401

HEAD = (
    "Số phiếu", "Nội dung không phù hợp", "Mức độ", "Đơn vị", "Quy trình", "Điều khoản", "Ngày phát hiện",
    "Hạn hoàn thành", "Người chịu trách nhiệm", "Yêu cầu", "Mô tả", "Bằng chứng", "Khắc phục",
    "Người khắc phục", "Hạn khắc phục", "Ngày khắc phục", "Bằng chứng khắc phục", "Hành động khắc phục",
    "Người thực hiện", "Thời hạn",
)  # fmt: skip


def line(people, **changed):  # noqa: F811
    """A whole line of a former register; `changed` by place of the column."""
    values = [
        "12/2025", "Thiếu phiếu hẹn trả", "Nặng", "BC", "QT.BCVT.04", "8.5.1", dt.date(2026, 5, 4),
        "30/08/2026", str(people.head), "Phải giao phiếu hẹn", "Ba hồ sơ thiếu phiếu", "Xem 20, thiếu 3",
        "Gửi bù phiếu hẹn", str(people.staff), "10/05/2026", "09/05/2026", "CV 15",
        "Bổ sung bước kiểm tra\nTập huấn",
        f"{people.staff}\n{people.head}", "01/07/2026\n15/07/2026",
    ]  # fmt: skip
    for name, value in changed.items():
        values[HEAD.index(name.replace("_", " "))] = value
    return values


def book(*lines, head=HEAD):
    with sheets.workbook(head, lines) as file:
        return file.read()


def preview(people, *lines, **fields):  # noqa: F811
    content = fields.pop("content", None) or book(*lines, **fields)
    return case_transfer.import_preview(
        people.agency, acting=people.secretary, name="so-kph.xlsx", content=content
    )


@pytest.fixture(autouse=True)
def standard(db):
    """The clause the lines name."""
    return clause()


def test_a_former_register_comes_in_with_owners_days_and_actions(people):  # noqa: F811
    batch = preview(people, line(people))
    assert [row["result"] for row in batch.lines] == ["new"] and not batch.lines[0]["problems"]
    assert not Nonconformity.objects.exists(), "a preview writes nothing"
    assert (
        not Notification.objects.exists() and not AuditEntry.objects.filter(verb__contains="opened").exists()
    )
    counts = case_transfer.import_commit(batch, acting=people.secretary)
    assert counts == {"new": 1, "changed": 0, "same": 0, "left_out": 0}
    case = Nonconformity.objects.get()
    assert (case.unit, case.owner, case.grade) == (people.unit, people.head, "major")
    assert (case.detected_on, case.due_on) == (dt.date(2026, 5, 4), dt.date(2026, 8, 30))
    assert case.clause.code == "8.5.1" and case.source_label == "12/2025"
    assert case.state == "analysis", "corrected already; its cause is worked out here"
    correction = case.actions.get(kind="correction")
    assert correction.state == "done" and correction.done_on == dt.date(2026, 5, 9)
    assert [str(proof) for proof in correction.proofs.all()] == ["CV 15"]
    actions = case.actions.filter(kind="corrective").order_by("deadline")
    assert [(row.owner, f"{row.deadline:%d/%m}") for row in actions] == [
        (people.staff, "01/07"),
        (people.head, "15/07"),
    ]
    told = Notification.objects.filter(person=people.head)
    assert [note.key for note in told] == [f"nc-import:{batch.pk}"], "told once, not case by case"


def test_the_same_file_twice_changes_nothing(people):  # noqa: F811
    for number, wanted in enumerate(("new", "same", "same")):
        batch = preview(people, line(people), line(people, Số_phiếu="", Nội_dung_không_phù_hợp="Khác"))
        assert [row["result"] for row in batch.lines] == [wanted, wanted], number
        case_transfer.import_commit(batch, acting=people.secretary)
    assert Nonconformity.objects.count() == 2 and CorrectiveAction.objects.count() == 6


def test_an_export_comes_in_again_as_the_same_and_a_change_in_it_changes_the_case(people, june):  # noqa: F811
    lead(open_case(people, title="Đang làm", clause=clause()), people, "in_progress", june)
    lead(open_case(people), people, "closed", june)
    rows = reading.case_list(people.secretary, {})
    lines = [list(row) for row in case_columns.lines(rows)]
    batch = preview(people, *lines, head=case_columns.titles())
    assert [row["result"] for row in batch.lines] == ["same", "same"], [
        row["problems"] for row in batch.lines
    ]
    title = [column.key for column in case_columns.COLUMNS].index("title")
    for row in lines:
        row[title] += " (bổ sung)"
    batch = preview(people, *lines, head=case_columns.titles())
    results = {row["cells"]["code"]: row["result"] for row in batch.lines}
    ended = Nonconformity.objects.get(state="closed")
    living = Nonconformity.objects.get(state="in_progress")
    assert results == {ended.code: "left_out", living.code: "changed"}
    case_transfer.import_commit(batch, acting=people.secretary)
    assert fresh(living).title.endswith("(bổ sung)") and not fresh(ended).title.endswith("(bổ sung)")


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("Đơn vị", "Phòng Không Có", "Phòng Không Có"),
        ("Mức độ", "Rất nặng", "Rất nặng"),
        ("Điều khoản", "99", "99"),
        ("Ngày phát hiện", "32/13/2026", "32/13/2026"),
        ("Ngày phát hiện", "04/05/26", "04/05/26"),
        ("Thời hạn", "1/1/99999999999\n1/7/2026", "1/1/99999999999"),
        ("Người chịu trách nhiệm", "Không Ai Cả", "Không Ai Cả"),
        ("Yêu cầu", "", ""),
        ("Ngày phát hiện", "01/01/2030", "01/01/2030"),
        ("Hạn hoàn thành", "01/01/2020", "01/01/2020"),
        ("Bằng chứng khắc phục", "", ""),
        ("Người khắc phục", "", ""),
        ("Thời hạn", "01/07/2026", "01/07/2026"),
        ("Thời hạn", "01/07/2026\nmai", "mai"),
    ],
)
def test_a_problem_says_row_column_value_and_what_was_expected(people, column, value, said):  # noqa: F811
    batch = preview(people, line(people, Số_phiếu="1"), line(people, **{column.replace(" ", "_"): value}))
    good, bad = batch.lines
    assert good["result"] == "new" and bad["result"] == "left_out" and bad["row"] == 3
    assert all(one["expected"] for one in bad["problems"])
    assert any(one["column"] and one["value"] == said for one in bad["problems"]), bad["problems"]
    assert case_transfer.import_commit(batch, acting=people.secretary)["left_out"] == 1
    assert Nonconformity.objects.count() == 1


def test_the_gates_of_the_services_speak_in_the_preview(people):  # noqa: F811
    uncorrected = line(people, Ngày_khắc_phục="", Bằng_chứng_khắc_phục="")
    batch = preview(people, uncorrected)
    assert batch.lines[0]["result"] == "left_out", "actions against the cause before the correction"
    plain = line(people, Ngày_khắc_phục="", Hành_động_khắc_phục="", Người_thực_hiện="", Thời_hạn="")
    batch = preview(people, [*plain[:16], "", *plain[17:]])
    assert batch.lines[0]["result"] == "new"


def test_cancelled_cases_and_double_lines_are_named(people):  # noqa: F811
    batch = preview(people, [*line(people), "Đã hủy"], head=(*HEAD, "Trạng thái"))
    assert batch.lines[0]["result"] == "left_out" and len(batch.lines[0]["problems"]) == 1
    batch = preview(people, line(people), line(people))
    assert [row["result"] for row in batch.lines] == ["new", "left_out"]


def test_unit_and_grade_of_a_known_case_stay(people):  # noqa: F811
    case_transfer.import_commit(preview(people, line(people)), acting=people.secretary)
    batch = preview(people, line(people, Đơn_vị="VP"))
    assert batch.lines[0]["result"] == "left_out"
    batch = preview(people, line(people, Mức_độ="Nhẹ"))
    assert batch.lines[0]["problems"][0]["value"] == "Nhẹ"


def test_files_that_are_none_are_refused_whole(people):  # noqa: F811
    for content in (b"x", book(head=HEAD), book(["a"], head=["Cột lạ"])):
        with pytest.raises(Invalid):
            preview(people, content=content)
    assert not CaseImport.objects.exists()


def test_a_preview_is_decided_once_and_all_or_nothing(people, monkeypatch):  # noqa: F811
    batch = preview(people, line(people), line(people, Số_phiếu="13/2025", Nội_dung_không_phù_hợp="Hai"))
    opened = nonconformities.nonconformity_open

    def no_longer(*args, **fields):
        if fields["title"] == "Hai":
            raise Invalid("Không còn hợp lệ")
        return opened(*args, **fields)

    monkeypatch.setattr(nonconformities, "nonconformity_open", no_longer)
    with pytest.raises(Invalid, match="3"):
        case_transfer.import_commit(batch, acting=people.secretary)
    assert not Nonconformity.objects.exists()
    case_transfer.import_discard(batch, acting=people.secretary)
    with pytest.raises(IllegalTransition):
        case_transfer.import_commit(batch, acting=people.secretary)


def test_only_the_secretariat_of_the_agency_takes_over(client, people):  # noqa: F811
    stranger = factories.person(factories.agency(), Role.SECRETARY)
    for person in (people.head, people.committee_head, stranger):
        with pytest.raises(Refused):
            case_transfer.import_preview(
                people.agency, acting=person, name="x.xlsx", content=book(line(people))
            )
    batch = preview(people, line(people))
    for person, wanted in ((people.head, 403), (stranger, 404)):
        client.force_login(person.user)
        assert client.get(batch.get_absolute_url()).status_code == wanted
        assert client.post(reverse("audits:nc-import-commit", args=[batch.pk])).status_code == wanted
    assert not Nonconformity.objects.exists()


def test_a_workbook_is_uploaded_looked_at_and_taken_over(client, people):  # noqa: F811
    client.force_login(people.secretary.user)
    assert client.get(reverse("audits:nc-import-upload")).status_code == 200
    content = book(line(people), line(people, Số_phiếu="14/2025", Đơn_vị="Phòng Không Có"))
    answer = client.post(
        reverse("audits:nc-import-upload"), {"file": SimpleUploadedFile("so-kph.xlsx", content)}
    )
    batch = CaseImport.objects.get()
    assert answer.status_code == 302 and answer.url == batch.get_absolute_url()
    page = client.get(answer.url).content.decode()
    assert "Phòng Không Có" in page and "so-kph.xlsx" in page
    assert client.post(reverse("audits:nc-import-commit", args=[batch.pk])).status_code == 302
    assert Nonconformity.objects.get().source_label == "12/2025"
    client.post(reverse("audits:nc-import-discard", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.state == "committed"
    taken = client.get(reverse("audits:nc-export"))
    content = taken.getvalue()
    for close in taken._resource_closers:
        close()
    assert preview(people, content=content).lines[0]["result"] == "same"


def test_a_preview_that_waited_does_not_overwrite_newer_work(client, people):  # noqa: F811
    case_transfer.import_commit(preview(people, line(people)), acting=people.secretary)
    case = Nonconformity.objects.get()
    same, changing = preview(people, line(people)), preview(people, line(people, Mô_tả="Bốn hồ sơ"))
    assert [changing.lines[0]["changes"][0][name] for name in ("old", "new")] == [
        "Ba hồ sơ thiếu phiếu",
        "Bốn hồ sơ",
    ]
    client.force_login(people.secretary.user)
    assert "Ba hồ sơ thiếu phiếu → Bốn hồ sơ" in client.get(changing.get_absolute_url()).content.decode()
    nonconformities.nonconformity_change(case, acting=people.secretary, description="Năm hồ sơ")
    for batch in (same, changing):
        batch.refresh_from_db()
        with pytest.raises(Invalid, match="2"):
            case_transfer.import_commit(batch, acting=people.secretary)
    assert fresh(case).description == "Năm hồ sơ"


def test_two_previews_of_one_file_open_a_case_once(people):  # noqa: F811
    first, second = preview(people, line(people)), preview(people, line(people))
    case_transfer.import_commit(first, acting=people.secretary)
    with pytest.raises(Invalid, match="2"):
        case_transfer.import_commit(second, acting=people.secretary)
    assert Nonconformity.objects.count() == 1


def test_a_former_number_belongs_to_its_year(people):  # noqa: F811
    earlier = line(people, Số_phiếu="01", Ngày_phát_hiện="04/05/2025")
    later = line(people, Số_phiếu="01", Nội_dung_không_phù_hợp="Khác")
    batch = preview(people, later, earlier)
    assert [row["result"] for row in batch.lines] == ["new", "new"]
    case_transfer.import_commit(batch, acting=people.secretary)
    assert [row["result"] for row in preview(people, later, earlier).lines] == ["same", "same"]
    assert Nonconformity.objects.get(title="Khác").recurring, "the earlier case was taken over first"


def test_a_number_given_later_finds_the_case_by_its_words(people):  # noqa: F811
    case_transfer.import_commit(preview(people, line(people, Số_phiếu="")), acting=people.secretary)
    assert preview(people, line(people)).lines[0]["result"] == "same"


def test_a_text_too_long_is_a_problem_of_its_column(people):  # noqa: F811
    for column, n in (("Nội_dung_không_phù_hợp", 301), ("Quy_trình", 256), ("Số_phiếu", 301)):
        (row,) = preview(people, line(people, **{column: "x" * n})).lines
        assert row["result"] == "left_out" and str(n - 1) in row["problems"][0]["expected"]
    (row,) = preview(people, line(people, Bằng_chứng_khắc_phục="x" * 256)).lines
    assert [one["column"] for one in row["problems"]] == [str(case_columns.TITLES["correction_evidence"])]


def test_a_known_correction_is_reported_and_its_owner_and_days_stay(people):  # noqa: F811
    rest = {"Hành_động_khắc_phục": "", "Người_thực_hiện": "", "Thời_hạn": ""}
    undone = line(people, Ngày_khắc_phục="", Bằng_chứng_khắc_phục="", **rest)
    batch = preview(people, undone)
    case_transfer.import_commit(batch, acting=people.secretary)
    told = Notification.objects.filter(person=people.staff)
    assert [one.key for one in told] == [f"nc-import-corrections:{batch.pk}"]
    batch = preview(people, line(people, **rest))
    assert batch.lines[0]["result"] == "changed"
    case_transfer.import_commit(batch, acting=people.secretary)
    correction = CorrectiveAction.objects.get()
    assert (correction.state, correction.done_on) == ("done", dt.date(2026, 5, 9))
    for column, key, value in (
        ("Người_khắc_phục", "correction_owner", str(people.head)),
        ("Hạn_khắc_phục", "correction_deadline", "11/05/2026"),
        ("Ngày_khắc_phục", "corrected_on", "08/05/2026"),
    ):
        (row,) = preview(people, line(people, **(rest | {column: value}))).lines
        assert row["result"] == "left_out"
        assert [one["column"] for one in row["problems"]] == [str(case_columns.TITLES[key])]


def test_a_problem_of_a_correction_names_its_own_column(people):  # noqa: F811
    (row,) = preview(people, line(people, Người_khắc_phục="–")).lines
    assert [one["column"] for one in row["problems"]] == [str(case_columns.TITLES["correction_owner"])]


def test_a_known_case_keeps_the_names_of_who_left_and_what_ended(people):  # noqa: F811
    case_transfer.import_commit(
        preview(people, line(people, Đơn_vị=people.unit.name)), acting=people.secretary
    )
    Person.objects.filter(pk=people.staff.pk).update(valid_to=dt.date(2026, 6, 1))
    OrgUnit.objects.filter(pk=people.unit.pk).update(valid_to=dt.date(2026, 6, 1))
    known, other = preview(
        people,
        line(people, Đơn_vị=people.unit.name),
        line(people, Đơn_vị=people.unit.name, Số_phiếu="77", Nội_dung_không_phù_hợp="Khác"),
    ).lines
    assert known["result"] == "same", known["problems"]
    assert str(case_columns.TITLES["unit"]) in [one["column"] for one in other["problems"]]


def test_the_year_filtered_by_is_the_year_it_was_detected_in(people):  # noqa: F811
    case = open_case(people)
    Nonconformity.objects.filter(pk=case.pk).update(detected_on=dt.date(2025, 12, 30))
    years = [value for value, _label in CaseFilter(agency=people.agency).fields["year"].choices]
    assert years == ["", "2025"]
    assert [row.pk for row in reading.case_list(people.secretary, {"year": "2025"})] == [case.pk]
    assert not reading.case_list(people.secretary, {"year": "2026"})
