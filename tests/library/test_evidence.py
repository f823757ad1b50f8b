"""What documents say of a clause stands at that clause in the matrix, and comes along in a pack."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from library import papers, rendering
from library.evidence import all_sections, files, scope_documents, sections
from library.models import DocumentVersion, Section
from library.selectors.manual import exclusions
from library.selectors.versions import rows
from library.services import documents, processes, records, versions, writing
from library.services.documents import document_change
from qms.models import Clause, StandardEdition
from qms.selectors.evidence import WRITTEN_FOR, evidence_matrix, rows_then
from qms.services import standard

TODAY = dt.date(2026, 6, 15)


def test_each_section_of_a_document_in_force_is_found_at_its_clause(agency, secretary, document, write):
    standard.editions_load()
    edition = StandardEdition.objects.get(code=WRITTEN_FOR)
    version = write(document)
    for order, code in enumerate(("7.4", "8.5.1.f", "4.4"), start=2):
        Section.objects.create(
            agency=agency, version=version, order=order, number=code, title=f"Mục {code}",
            clause=Clause.objects.get(edition=edition, code=code),
        )  # fmt: skip
    assert sections(agency, TODAY) == {}
    DocumentVersion.objects.filter(pk=version.pk).update(
        state="approved", effective_on=dt.date(2026, 6, 1), approved_at=timezone.now(), content_hash="x"
    )
    found = sections(agency, TODAY)
    assert set(found) == {"7.4", "8.5.1", "4.4"} and sections(agency, dt.date(2026, 5, 31)) == {}
    assert all_sections(agency, TODAY).total == 3
    matrix = evidence_matrix(secretary, agency, edition, TODAY)
    rows = {row.clause.code: row for row in matrix.rows}
    for code, words in (("7.4", "Mục 7.4"), ("8.5.1", "Mục 8.5.1.f"), ("4.4.1", "Mục 4.4")):
        assert any(words in piece.evidence.title for _group, piece in rows[code].lines), code
    assert not any("Mục" in piece.evidence.title for _group, piece in rows["9.2.1"].lines)
    version = DocumentVersion.objects.get(pk=version.pk)
    assert files(version, TODAY) == []
    assert [code for code, _title, _url in scope_documents(agency, TODAY)] == [document.code]


@pytest.fixture
def edition(db):
    standard.editions_load()
    return StandardEdition.objects.get(code=WRITTEN_FOR)


@pytest.fixture
def clause(edition):
    return lambda code: Clause.objects.get(edition=edition, code=code)


def shown(person, edition, on, code):
    matrix = evidence_matrix(person, person.agency, edition, on)
    (row,) = [row for row in matrix.rows if row.clause.code == code]
    return {group.provider.key: [one.evidence.title for one in group.pieces] for group in row.groups}


def line(agency, secretary, code, **more):
    given = {"name": f"Hồ sơ {code}", "place": "Kho", "medium": "paper"} | more
    return records.series_save(agency, acting=secretary, code=code, **given)


def test_a_line_of_records_stands_at_its_clauses_and_the_whole_list_can_be_opened(
    agency, secretary, edition, clause, client
):
    for number in range(1, 5):
        line(agency, secretary, f"HS.{number:02d}", clauses=[clause("9.2")] if number == 4 else [])
    assert shown(secretary, edition, TODAY, "9.2.1")["records"] == ["HS.04 Hồ sơ HS.04"]
    assert len(shown(secretary, edition, TODAY, "7.5.3.2")["records"]) == 3
    assert "records" not in shown(secretary, edition, TODAY, "9.3.1")
    client.force_login(secretary.user)
    page = client.get(reverse("evidence")).content.decode()
    assert f'href="{reverse("library:series-list")}"' in page.split("HS.03", 1)[1][:600]


def test_quality_objectives_stand_at_their_clause(agency, secretary, edition, write, approve, staff, unit):
    made = documents.document_create(
        agency, acting=staff, kind="objectives", code="MTCL", title="Mục tiêu", owner=unit
    )
    approve(write(made))
    for code in ("6.2.1", "6.2.2"):
        assert shown(secretary, edition, TODAY, code)["objectives_document"] == ["MTCL Mục tiêu (01/00)"]


def test_a_past_day_shows_lines_processes_and_titles_as_they_were(
    agency, secretary, edition, clause, on, document, write, approve
):
    process = {"kind": "core", "inputs": "Đơn", "outputs": "Giấy"}
    kept = line(agency, secretary, "HS.01", clauses=[clause("9.2")])
    ended = line(agency, secretary, "HS.02")
    served = processes.process_save(agency, acting=secretary, code="P1", name="Cũ", **process)
    version = approve(write(document))
    section = version.sections.get()
    Section.objects.filter(pk=section.pk).update(clause=clause("7.4"))
    later = TODAY + dt.timedelta(days=30)
    on(later)
    same = {"name": "Đổi tên", "place": "Kho", "medium": "paper"}
    records.series_save(
        agency, acting=secretary, series=kept, code="HS.01", clauses=[clause("9.3")], active=True, **same
    )
    records.series_save(
        agency, acting=secretary, series=ended, code="HS.02", active=False, **same | {"name": ended.name}
    )
    new = {"code": "P1", "name": "Mới", "active": False}
    processes.process_save(agency, acting=secretary, process=served, **new, **process)
    line(agency, secretary, "HS.03")
    document_change(document, acting=secretary, title="Tên mới của tài liệu")

    then = shown(secretary, edition, TODAY, "7.5.3.2")["records"]
    assert then == ["HS.01 Hồ sơ HS.01", "HS.02 Hồ sơ HS.02"]
    assert shown(secretary, edition, later, "7.5.3.2")["records"] == ["HS.01 Đổi tên", "HS.03 Hồ sơ HS.03"]
    assert shown(secretary, edition, TODAY, "9.2.1")["records"] == ["HS.01 Hồ sơ HS.01"]
    assert "records" not in shown(secretary, edition, later, "9.2.1")
    assert shown(secretary, edition, later, "9.3.1")["records"] == ["HS.01 Đổi tên"]
    assert shown(secretary, edition, TODAY, "4.4.1")["processes"] == ["P1 Cũ"]
    assert "processes" not in shown(secretary, edition, later, "4.4.1")
    old = [one.version.document for one in rows_then(all_sections(agency, TODAY), TODAY, 5)]
    assert [one.title for one in old] == ["Kiểm soát thông tin dạng văn bản"]
    assert all_sections(agency, later).rows[0].version.document.title == "Tên mới của tài liệu"


def test_the_manual_names_the_justification_of_what_does_not_apply(
    agency, secretary, edition, clause, write, approve, on
):
    made = documents.document_create(agency, acting=secretary, kind="manual", title="Sổ tay", code="STCL")
    version = versions.version_start(made, acting=secretary)
    sections = [
        {"number": code, "title": f"Mục {code}", "text": text, "clause": clause(code)}
        for code, text in (("8.2", ""), ("8.3", ""), ("8.5.1", "Kiểm soát"))
    ]
    sections.append({"number": "0", "title": "Mở đầu", "text": "Lời nói đầu", "clause": None})
    writing.sections_add(version, acting=secretary, sections=sections)
    for code, why in (("8.3", "Không thiết kế dịch vụ."), ("8.5.1.f", "Kết quả kiểm tra được.")):
        standard.applicability_set(
            agency, clause(code), acting=secretary, applicable=False, justification=why, valid_from=TODAY
        )
    for code, why in (("8.2.3.1.e", "Không nhận yêu cầu hai lần."), ("9", "Không có mục nào cả.")):
        standard.applicability_set(
            agency, clause(code), acting=secretary, applicable=False, justification=why, valid_from=TODAY
        )
    said = exclusions(rows().get(pk=version.pk))
    assert set(said) == {clause(code).pk for code in ("8.2", "8.3", "8.5.1", "9")}
    assert "8.2.3.1.e" in said[clause("8.2").pk][0], "at the nearest section above it"
    assert "Không thiết kế dịch vụ." in said[clause("8.3").pk][0]
    assert "8.5.1.f" in said[clause("8.5.1").pk][0]
    DocumentVersion.objects.filter(pk=version.pk).update(
        state="approved", effective_on=TODAY, approved_at=timezone.now(), content_hash="x"
    )
    version = rows().get(pk=version.pk)
    paper = str(papers.content(version, None))
    assert "Không thiết kế dịch vụ." in paper and "Kết quả kiểm tra được." in paper
    text = " ".join(
        page.extract_text() for page in PdfReader(io.BytesIO(rendering.version_pdf(version, TODAY))).pages
    )
    assert "Không thiết kế dịch vụ." in " ".join(text.split())
