"""What documents say of a clause stands at that clause in the matrix, and comes along in a pack."""

import datetime as dt

from django.utils import timezone

from library.evidence import all_sections, files, scope_documents, sections
from library.models import DocumentVersion, Section
from qms.models import Clause, StandardEdition
from qms.selectors.evidence import WRITTEN_FOR, evidence_matrix
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
