"""The list of records, disposal by an approved list and minutes, processes, uploads and their copies."""

import datetime as dt
import io

import pikepdf
import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from docx import Document
from pypdf import PdfReader

from library import demo, rendering, uploads
from library.models import DisposalList, Process, RecordFile
from library.selectors.records import files_past
from library.selectors.versions import rows
from library.services import extracting, processes, records, versions, writing
from qms import files, jobs, search
from qms.exceptions import Invalid, Refused
from qms.models import Role, SearchEntry
from tests import factories
from tests.library.conftest import DAY, TODAY


@pytest.fixture
def clerk(agency):
    return factories.person(agency, Role.CLERK)


@pytest.fixture
def series(agency, secretary):
    return records.series_save(
        agency,
        acting=secretary,
        code="HS.01",
        name="Hồ sơ giấy",
        place="Kho",
        medium="paper",
        retention_years=5,
    )


def closed(series, year, **fields):
    day = dt.date(year, 12, 31)
    return records.file_add(series, acting=None, title=f"Hồ sơ {year}", closed_on=day, **fields)


def test_nothing_is_disposed_of_without_list_approval_and_minutes(agency, series, clerk, leader, secretary):
    old, young = closed(series, 2019), closed(series, 2024)
    assert list(files_past(agency, TODAY)) == [old]
    fields = {"title": "Hủy hồ sơ 2019", "council": "Chánh Văn phòng"}
    with pytest.raises(Invalid):
        records.disposal_create(agency, acting=clerk, files=[old, young], **fields)
    listing = records.disposal_create(agency, acting=clerk, files=[old], **fields)
    assert not files_past(agency, TODAY).exists()
    with pytest.raises(Invalid):
        records.disposal_create(agency, acting=clerk, files=[old], **fields)
    how = {"done_on": TODAY, "method": "Nghiền", "witnesses": "Hội đồng"}
    minutes = files.store(agency, "bien-ban.pdf", b"%PDF-1.7 x")
    with pytest.raises(Refused):
        records.disposal_carry_out(listing, acting=clerk, minutes=minutes, **how)
    listing = records.disposal_submit(listing, acting=clerk)
    with pytest.raises(Refused):
        records.disposal_decide(listing, acting=secretary, approve=True)
    listing = records.disposal_decide(listing, acting=leader, approve=True)
    with pytest.raises(Invalid):
        records.disposal_carry_out(listing, acting=clerk, minutes=None, **how)
    old.refresh_from_db()
    assert old.state == RecordFile.State.KEPT
    records.disposal_carry_out(listing, acting=clerk, minutes=minutes, **how)
    old.refresh_from_db()
    assert (old.state, old.disposed_on) == (RecordFile.State.DISPOSED, TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        DisposalList.objects.filter(pk=listing.pk).update(minutes=None)


def test_whoever_drew_a_list_up_does_not_approve_it(agency, series):
    both = factories.person(agency, Role.LEADER, Role.CLERK)
    listing = records.disposal_create(
        agency, acting=both, title="Hủy", council="Hội đồng", files=[closed(series, 2018)]
    )
    listing = records.disposal_submit(listing, acting=both)
    with pytest.raises(Refused):
        records.disposal_decide(listing, acting=both, approve=True)


def test_a_process_hands_something_to_another_once(agency, secretary, staff):
    fields = {"kind": "core", "inputs": "Hồ sơ", "outputs": "Kết quả"}
    with pytest.raises(Refused):
        processes.process_save(agency, acting=staff, code="P1", name="Tiếp nhận", **fields)
    first = processes.process_save(agency, acting=secretary, code="P1", name="Tiếp nhận", **fields)
    second = processes.process_save(agency, acting=secretary, code="P2", name="Giải quyết", **fields)
    processes.link_add(first, second, acting=secretary, what="Hồ sơ hợp lệ")
    for source, target in ((first, second), (first, first)):
        with pytest.raises(Invalid):
            processes.link_add(source, target, acting=secretary, what="Nữa")


def word_file(text):
    file, out = Document(), io.BytesIO()
    file.add_paragraph(text)
    file.save(out)
    return out.getvalue()


def test_an_uploaded_file_is_found_by_its_text(agency, document, staff, submit, head, leader):
    version = versions.version_start(document, acting=staff, source="uploaded")
    content = word_file("Bước bàn giao hồ sơ giấy")
    uploads.check("quy-trinh.docx", content)
    stored = files.store(agency, "quy-trinh.docx", content)
    version = writing.version_upload(version, acting=staff, file=stored)
    assert jobs.run_here(extracting.extract_start(version, acting=None)).result["letters"] > 10
    version.refresh_from_db()
    assert version.text_state == "read"
    version = versions.version_review(submit(version), acting=head)
    versions.version_approve(version, acting=leader)
    assert "ban giao ho so giay" in SearchEntry.objects.get(object_id=document.pk).folded
    assert files.read(stored) == content


def test_files_that_are_not_what_they_say_are_refused():
    encrypted, out = pikepdf.new(), io.BytesIO()
    encrypted.add_blank_page()
    encrypted.save(out, encryption=pikepdf.Encryption(user="x", owner="y"))
    for name, content in (
        ("a.docx", b"%PDF-1.7"),
        ("a.pdf", b"PK\x03\x04"),
        ("a.exe", b"MZ"),
        ("a.docx", word_file("x")[:400]),
        ("a.pdf", b"%PDF-1.7 broken"),
        ("a.pdf", out.getvalue()),
    ):
        with pytest.raises(Invalid):
            uploads.check(name, content)


def test_a_broken_file_fails_its_reading_only():
    assert extracting.text_of_file(b"%PDF-1.7 nothing", "pdf") is None


def test_every_page_of_an_obsolete_copy_is_stamped():
    file, out = pikepdf.new(), io.BytesIO()
    for _page in range(3):
        file.add_blank_page(page_size=(595, 842))
    file.save(out)
    made = rendering.stamped_pdf(out.getvalue(), rendering.Mark("HẾT HIỆU LỰC", "Bản in ngày 15/06/2026"))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    assert len(pages) == 3 and all("HẾT HIỆU LỰC" in text and "15/06/2026" in text for text in pages)
    marked = rendering.marked_docx(word_file("Nội dung"), rendering.Mark("HẾT HIỆU LỰC", "Bản in"))
    section = Document(io.BytesIO(marked)).sections[0]
    assert "HẾT HIỆU LỰC" in [one.text for one in section.header.paragraphs]


def test_the_pdf_of_an_obsolete_version_says_so_on_every_page(document, write, approve, on):
    approve(write(document, "\n".join(f"Bước {number}: kiểm tra thành phần hồ sơ" for number in range(60))))
    approve(write(document, "Khác"), TODAY + DAY)
    on(TODAY + DAY)
    old, new = (rows().get(document=document, revision_no=number) for number in (0, 1))
    made = PdfReader(io.BytesIO(rendering.version_pdf(old, TODAY + DAY)))
    texts = [page.extract_text() for page in made.pages]
    assert len(texts) > 1 and all("HẾT HIỆU LỰC" in text and "Trang" in text for text in texts)
    (text,) = (
        one.extract_text() for one in PdfReader(io.BytesIO(rendering.version_pdf(new, TODAY + DAY))).pages
    )
    assert "HẾT HIỆU LỰC" not in text and "16/06/2026" in text and "tại thời điểm in" in text


def test_files_disposals_and_processes_are_found_by_the_search(agency, series, clerk, secretary):
    kept = records.file_add(
        series, acting=clerk, title="Hồ sơ thủ tục năm 2018", closed_on=dt.date(2018, 12, 31)
    )
    listing = records.disposal_create(
        agency, acting=clerk, title="Tiêu hủy giấy tờ cũ", council="Chánh Văn phòng", files=[kept]
    )
    process = processes.process_save(
        agency, acting=secretary, code="PV9", kind="core", name="Cấp phép", inputs="Đơn", outputs="Giấy phép"
    )

    def found(words):
        return {(hit.kind, hit.url) for hit in search.find(secretary, words)}

    assert ("library.recordfile", series.get_absolute_url()) in found("thu tuc nam 2018")
    assert ("library.disposallist", listing.get_absolute_url()) in found("tieu huy giay to")
    assert ("library.process", process.get_absolute_url()) in found("giay phep")


def test_the_demonstration_dates_back_only_what_it_made(agency, secretary, monkeypatch):
    facts = {"kind": "core", "name": "Của cơ quan", "inputs": "Đơn", "outputs": "Giấy"}
    own = processes.process_save(agency, acting=secretary, code="RIÊNG", **facts)
    monkeypatch.setattr(demo._Library, "person", lambda self, username: secretary)
    demo._Library(agency)._processes()
    days = dict(Process.objects.filter(agency=agency).values_list("code", "created_at__date"))
    assert days.pop("RIÊNG") == own.created_at.date() != demo.VALID
    assert set(days.values()) == {demo.VALID}


def test_a_line_is_found_in_the_language_of_the_installation_whoever_saves(agency, secretary, series):
    with translation.override("en"):
        records.series_save(
            agency,
            acting=secretary,
            series=series,
            code="HS.01",
            name="Hồ sơ giấy",
            place="Kho",
            medium="paper",
            retention_years=5,
        )
        closed(series, 2020)
    found = {one.kind: one.subtitle for one in SearchEntry.objects.all()}
    assert found["library.recordseries"] == "Danh mục hồ sơ"
    assert found["library.recordfile"] == f"HS.01 · {RecordFile.State.KEPT.label}"
