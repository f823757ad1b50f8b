"""Library, copies between units, workbooks with preview."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from qms import jobs
from qms import sheets as core_sheets
from qms.exceptions import DomainError, IllegalTransition, Invalid, Refused
from qms.models import Role
from risks.models import LibraryRisk, RegisterImport, Risk
from risks.selectors.scale import scales_of, word_levels
from risks.services import reading, registers, risks, sheets, transfer
from risks.services.risks import risk_index
from tests import factories
from tests.risks.conftest import plan


@pytest.fixture
def register(scaled, unit, staff):
    return registers.register_open(scaled, acting=staff, year=2026, unit=unit)


def test_the_library_fills_an_empty_register_once(register, scaled, unit, staff):
    items = LibraryRisk.objects.filter(agency=scaled)
    taken = transfer.library_take(scaled, acting=staff, unit=unit, items=items)
    assert len(taken) == items.count() >= 12
    assert register.rows.count() == len(taken)
    assert not transfer.library_take(scaled, acting=staff, unit=unit, items=items)
    kinds = {risk.kind for risk in taken}
    assert kinds == {"risk", "opportunity"}


def test_copies_take_words_not_scores(register, scaled, unit, staff, make_risk):
    other = factories.unit(scaled)
    theirs = make_risk(4, 4, of=other, event="Của phòng khác")
    copied = transfer.risks_copy(scaled, acting=staff, unit=unit, risks=[theirs])
    assert [(risk.event, risk.value, risk.copied_from, risk.owner) for risk in copied] == [
        ("Của phòng khác", None, theirs, None)
    ]
    assert not transfer.risks_copy(scaled, acting=staff, unit=unit, risks=[theirs])


def test_the_secretary_grows_the_library(make_risk, secretary, staff):
    risk = make_risk()
    with pytest.raises(Refused):
        transfer.library_add(risk, acting=staff, group="Giải quyết")
    made = transfer.library_add(risk, acting=secretary, group="Giải quyết")
    assert transfer.library_add(risk, acting=secretary, group="Giải quyết") == made
    assert made.event == risk.event and made.action


def book(header, *lines):
    with core_sheets.workbook(header, lines) as file:
        return file.read()


HEADER = [
    "TT",
    "Quá trình",
    "Mô tả rủi ro",
    "K",
    "M",
    "Biện pháp xử lý",
    "Hành động",
    "Trách nhiệm",
    "Thời hạn",
]


def test_a_workbook_is_previewed_before_anything_is_written(register, staff):
    content = book(
        HEADER,
        [
            1,
            "Tiếp nhận",
            "Thiếu thành phần",
            3,
            4,
            "Giảm",
            "Viết lại hướng dẫn",
            staff.full_name,
            "30/09/2026",
        ],
        [2, "Tiếp nhận", "", 3, 4, "Giảm", "", "", ""],
        [3, "Giải quyết", "Trễ hạn", 9, 4, "Bỏ mặc", "Rà soát", "Không Có Ai", "mai"],
    )
    batch = transfer.import_preview(register, acting=staff, name="bang.xlsx", content=content)
    problems = [line["problems"] for line in batch.lines]
    assert [len(found) for found in problems] == [0, 1, 4]
    assert not Risk.objects.exists()
    counts = transfer.import_commit(batch, acting=staff)
    assert counts == {"new": 1, "changed": 0, "left_out": 2}
    risk = Risk.objects.get()
    assert (risk.event, risk.value, risk.treatment) == ("Thiếu thành phần", 12, "reduce")
    assert risk.actions.get().owner == staff
    with pytest.raises(IllegalTransition):
        transfer.import_commit(batch, acting=staff)


def test_what_is_exported_can_be_imported_again(register, make_risk, staff, scaled):
    first = make_risk(3, 4)
    risks.risk_score(first, acting=staff, phase="after", first=1, second=2)
    make_risk(kind=Risk.Kind.OPPORTUNITY, event="Cơ hội")
    rows = word_levels(
        Risk.objects.prefetch_related("actions__owner", "sources").order_by("code"), scales_of(scaled)
    )
    content = book(sheets.titles(), *sheets.lines(rows))
    batch = transfer.import_preview(register, acting=staff, name="x.xlsx", content=content)
    assert [line["problems"] for line in batch.lines] == [[], []]
    before = first.scores.count()
    assert transfer.import_commit(batch, acting=staff) == {"new": 0, "changed": 2, "left_out": 0}
    assert Risk.objects.count() == 2 and first.scores.count() == before and first.actions.count() == 1


def test_a_workbook_full_of_everything_comes_back_as_it_went(register, make_risk, staff, scaled):
    """Two actions in one cell, sources, the next review; an owner who has left does not keep a line out."""
    gone = factories.person(scaled, Role.STAFF, unit=register.unit, full_name="Đỗ Đã Nghỉ")
    risk = make_risk(3, 4, owner=gone, next_review_on=dt.date(2026, 12, 1))
    plan(risk, gone, description="Ký quy chế phối hợp", resources="5 triệu đồng")
    risks.source_add(risk, acting=None, kind="other", label="Biên bản họp 12")
    type(gone).objects.filter(pk=gone.pk).update(valid_to=dt.date(2026, 5, 1))

    def written():
        rows = Risk.objects.prefetch_related("actions__owner", "sources").select_related("clause", "owner")
        return book(sheets.titles(), *sheets.lines(word_levels(rows.order_by("code"), scales_of(scaled))))

    before = written()
    batch = transfer.import_preview(register, acting=staff, name="x.xlsx", content=before)
    assert [line["problems"] for line in batch.lines] == [[]]
    transfer.import_commit(batch, acting=staff)
    assert core_sheets.first_sheet(written()) == core_sheets.first_sheet(before)
    assert (risk.actions.count(), risk.sources.count(), risk.scores.count()) == (2, 1, 1)


def test_several_actions_sources_and_days_of_a_new_line(register, staff):
    header = [*HEADER, "Nguồn", "Rà soát tiếp theo"]
    two = f"{staff.full_name}\n{staff.full_name}"
    words = ["Rà soát hằng ngày\nTập huấn", two, "30/09/2026\n31/10/2026"]
    content = book(
        header,
        [1, "Tiếp nhận", "Thiếu thành phần", 3, 4, "Giảm", *words, "Khảo sát 2025\nBiên bản 3", "01/12/2026"],
        [2, "Tiếp nhận", "Sai mẫu", 3, 4, "Giảm", words[0], staff.full_name, words[2], "", "mai"],
    )
    batch = transfer.import_preview(register, acting=staff, name="x.xlsx", content=content)
    assert [len(line["problems"]) for line in batch.lines] == [0, 2]
    transfer.import_commit(batch, acting=staff)
    risk = Risk.objects.get()
    assert list(risk.actions.values_list("description", "deadline")) == [
        ("Rà soát hằng ngày", dt.date(2026, 9, 30)),
        ("Tập huấn", dt.date(2026, 10, 31)),
    ]
    assert set(risk.sources.values_list("label", flat=True)) == {"Khảo sát 2025", "Biên bản 3"}
    assert risk.next_review_on == dt.date(2026, 12, 1)
    twice = book(["Mã", *HEADER[1:5]], *[[risk.code, "Tiếp nhận", "Thiếu", 3, 4]] * 2)
    lines = transfer.import_preview(register, acting=staff, name="x.xlsx", content=twice).lines
    assert [len(line["problems"]) for line in lines] == [0, 1]


def test_a_preview_read_before_the_upgrade_brings_its_action_in(register, make_risk, staff):
    risk = make_risk()
    content = book(["Mã", *HEADER[1:3]], [risk.code, "Tiếp nhận", "Thiếu"])
    batch = transfer.import_preview(register, acting=staff, name="x.xlsx", content=content)
    (line,) = batch.lines
    line["values"].pop("actions", None)
    line["values"].pop("sources", None)
    line["values"]["action"] = {"description": "Tập huấn", "owner": str(staff.pk), "deadline": "2026-09-30"}
    batch.save()
    transfer.import_commit(batch, acting=staff)
    assert risk.actions.get(description="Tập huấn").deadline == dt.date(2026, 9, 30)


def test_sources_of_a_known_entry_are_added_once(register, make_risk, staff):
    risk = make_risk()
    risks.source_add(risk, acting=None, kind="other", label="Biên bản 3")
    words = [risk.code, "Tiếp nhận", "Thiếu", "Biên bản 3\nKhảo sát 2026\nKhảo sát 2026"]
    content = book(["Mã", *HEADER[1:3], "Nguồn"], words)
    for _again in range(2):
        batch = transfer.import_preview(register, acting=staff, name="x.xlsx", content=content)
        transfer.import_commit(batch, acting=staff)
    assert sorted(risk.sources.values_list("label", flat=True)) == ["Biên bản 3", "Khảo sát 2026"]


def test_a_long_workbook_is_taken_over_by_a_job(register, staff, login, monkeypatch):
    monkeypatch.setattr(transfer, "AT_ONCE", 2)
    lines = [[n, "Tiếp nhận", f"Thiếu thành phần {n}", 3, 4, "Giảm", "", "", ""] for n in range(3)]
    lines.append([3, "Tiếp nhận", "", 3, 4, "Giảm", "", "", ""])
    batch = transfer.import_preview(register, acting=staff, name="dai.xlsx", content=book(HEADER, *lines))
    client = login(staff)
    commit, preview = (reverse(f"risks:import-{name}", args=[batch.pk]) for name in ("commit", "preview"))
    answer = client.post(commit)
    job = transfer.import_job(batch)
    assert answer.url == job.get_absolute_url() and not Risk.objects.exists()
    assert client.post(commit).url == job.get_absolute_url(), "asked twice it is one job"
    assert job.get_absolute_url() in client.get(preview).content.decode()
    with pytest.raises(IllegalTransition):
        transfer.import_discard(batch, acting=staff)
    done = jobs.run_here(job)
    assert done.result["url"] == register.get_absolute_url()
    assert done.result["message"].startswith("3 ")
    assert Risk.objects.count() == 3
    batch.refresh_from_db()
    assert batch.state == "committed"
    assert client.get(answer.url).status_code == 200
    with pytest.raises(IllegalTransition):
        transfer.import_enqueue(batch, acting=staff)


def test_too_long_a_workbook_is_refused_with_advice(register, staff, monkeypatch):
    monkeypatch.setattr(reading, "MOST_LINES", 2)
    lines = [[n, "Tiếp nhận", f"Thiếu {n}", 3, 4, "Giảm", "", "", ""] for n in range(3)]
    with pytest.raises(Invalid, match=r"2 .*3"):
        transfer.import_preview(register, acting=staff, name="dai.xlsx", content=book(HEADER, *lines))


def test_the_preview_begins_with_the_faults_and_has_pages(register, staff, login, monkeypatch):
    lines = [
        [n, "Tiếp nhận", f"Thiếu {n}" if n else "", 3, 4, "Giảm", "", "", ""] for n in (*range(1, 60), 0)
    ]
    batch = transfer.import_preview(register, acting=staff, name="x.xlsx", content=book(HEADER, *lines))
    client = login(staff)
    address = reverse("risks:import-preview", args=[batch.pk])
    first, second = (client.get(address, {"page": page}).context["lines"] for page in (1, 2))
    assert (len(first), len(second)) == (50, 10)
    assert first[0]["problems"] and not first[1]["problems"]


def test_a_job_that_is_no_longer_allowed_leaves_no_trace(register, staff, monkeypatch):
    """The register was handed in meanwhile: nothing of the workbook enters it, and the reason is told."""
    content = book(HEADER, [1, "Tiếp nhận", "Thiếu thành phần", 3, 4, "Giảm", "", "", ""])
    batch = transfer.import_preview(register, acting=staff, name="x.xlsx", content=content)
    job = transfer.import_enqueue(batch, acting=staff)
    type(register).objects.filter(pk=register.pk).update(state="submitted")
    with pytest.raises(DomainError):
        jobs.run_here(job)
    batch.refresh_from_db()
    assert not Risk.objects.exists() and batch.state == "preview"
    assert transfer.import_job(batch).state == "failed"


@pytest.mark.parametrize("content", [b"no workbook", b""])
def test_what_is_no_workbook_is_refused(register, staff, content):
    with pytest.raises(Invalid):
        transfer.import_preview(register, acting=staff, name="x.xlsx", content=content)


def test_a_workbook_without_the_columns_is_refused(register, staff):
    with pytest.raises(Invalid):
        transfer.import_preview(register, acting=staff, name="x.xlsx", content=book(["A", "B"], [1, 2]))


def test_the_pages_bring_entries_in(register, scaled, unit, staff, login, make_risk):
    client = login(staff)
    url = reverse("risks:library-take", args=[register.pk])
    assert client.get(url).status_code == 200
    item = LibraryRisk.objects.filter(agency=scaled).first()
    client.post(url, {"items": [item.pk]})
    assert register.rows.count() == 1
    other = make_risk(of=factories.unit(scaled), event="Khác")
    Risk.objects.filter(pk=other.pk).update(state="open")
    url = reverse("risks:risks-copy", args=[register.pk])
    assert client.get(url).status_code == 200
    client.post(url, {"items": [other.pk]})
    assert register.rows.count() == 2
    url = reverse("risks:import-upload", args=[register.pk])
    assert client.get(url).status_code == 200
    file = SimpleUploadedFile("b.xlsx", book(HEADER[:5], [1, "Một cửa", "Mất hồ sơ", 2, 2]))
    preview = client.post(url, {"file": file})
    batch = RegisterImport.objects.get()
    assert preview.url == reverse("risks:import-preview", args=[batch.pk])
    assert client.get(preview.url).context["good"] == 1
    client.post(reverse("risks:import-commit", args=[batch.pk]))
    assert Risk.objects.filter(event="Mất hồ sơ").exists()
    file = SimpleUploadedFile("b.xlsx", book(HEADER[:5], [1, "Một cửa", "Khác nữa", 2, 2]))
    client.post(url, {"file": file})
    client.post(reverse("risks:import-discard", args=[RegisterImport.objects.first().pk]))
    assert not Risk.objects.filter(event="Khác nữa").exists()
    stranger = factories.person(scaled, Role.STAFF, unit=factories.unit(scaled))
    assert login(stranger).post(url, {"file": io.BytesIO(b"x")}).status_code in {403, 422}


def test_entries_of_other_units_are_searched_and_paged_never_all_at_once(
    register, scaled, unit, staff, login
):
    """A page of fifty of ten thousand; the filters find the rest, also without marks."""
    other = factories.unit(scaled, "Phòng Khác")
    Risk.objects.bulk_create(
        Risk(agency=scaled, kind="risk", code=f"RR-K-{n}", unit=other, state="open", process="Cấp phép",
             event=f"Sự kiện {n}")
        for n in range(120)
    )  # fmt: skip
    Risk.objects.filter(code="RR-K-7").update(process="Lưu trữ", kind="opportunity")
    for risk in Risk.objects.filter(code="RR-K-7"):
        risk_index(risk)
    client = login(staff)
    url = reverse("risks:risks-copy", args=[register.pk])
    page = client.get(url)
    assert len(page.context["rows"]) == 50 and page.context["page_obj"].paginator.count == 120
    assert len(client.get(url, {"page": 3}).context["rows"]) == 20
    for asked, found in (
        ({"unit": str(other.pk)}, 120),
        ({"unit": "-"}, 0),
        ({"process": "Lưu trữ"}, 1),
        ({"kind": "opportunity"}, 1),
        ({"q": "rr-k-7"}, 11),
        ({"q": "su kien 7"}, 1),
        ({"q": "không có"}, 0),
        ({"q": "x" * 81, "process": "Lưu trữ"}, 1),
        ({"unit": "nowhere", "kind": "opportunity"}, 1),
    ):
        assert client.get(url, asked).context["page_obj"].paginator.count == found, asked
    assert client.post(url, {}).status_code == 422, "nothing ticked"
    own = Risk.objects.create(
        agency=scaled, kind="risk", code="X", unit=unit, state="open", process="x", event="y"
    )
    assert client.post(url, {"items": [own.pk]}).status_code == 422, "what is not offered cannot be chosen"
    chosen = list(Risk.objects.filter(code__in=["RR-K-7", "RR-K-8"]))
    client.post(f"{url}?page=2", {"items": [risk.pk for risk in chosen]})
    assert set(register.rows.values_list("risk__copied_from__code", flat=True)) == {"RR-K-7", "RR-K-8"}
    assert client.get(url).context["page_obj"].paginator.count == 118, (
        "what the unit has is not offered again"
    )


def test_the_library_is_filtered_and_offers_only_what_is_not_there(register, scaled, staff, login):
    client = login(staff)
    url = reverse("risks:library-take", args=[register.pk])
    total = client.get(url).context["page_obj"].paginator.count
    item = LibraryRisk.objects.filter(agency=scaled).first()
    assert total == LibraryRisk.objects.filter(agency=scaled).count() > 10
    of_group = client.get(url, {"group": item.group}).context["page_obj"].paginator.object_list
    assert {one.group for one in of_group} == {item.group}
    client.post(url, {"items": [item.pk]})
    assert client.get(url).context["page_obj"].paginator.count == total - 1
