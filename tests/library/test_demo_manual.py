"""The manual of the demonstration: what it names is found from the matrix of evidence."""

import re

import pytest

from library.models import ControlledDocument, DocumentVersion
from qms import clock, demo
from qms.models import Agency, Person, StandardEdition
from qms.selectors.evidence import WRITTEN_FOR, evidence_matrix

pytestmark = pytest.mark.django_db
MANUAL = "STCL"
EXCLUDED = {"7.1.5", "8.3", "8.4", "8.5.1.f"}
PROCEDURES = {
    "7.5": "QT.TĐC.01",
    "6.1": "QT.TĐC.02",
    "9.2": "QT.TĐC.03",
    "10.2": "QT.TĐC.04",
    "8.7": "QT.TĐC.04",
}


@pytest.fixture
def matrix(demonstration, db):
    agency = Agency.objects.get(code=demo.CODE)
    reader = Person.objects.get(agency=agency, user__username="thuky")
    return evidence_matrix(reader, agency, StandardEdition.objects.get(code=WRITTEN_FOR), clock.today())


def manual_version():
    agency = Agency.objects.get(code=demo.CODE)
    return DocumentVersion.objects.effective(clock.today()).get(agency=agency, document__code=MANUAL)


def test_every_clause_that_applies_leads_to_the_manual(matrix):
    missing = [
        row.clause.code
        for row in matrix.rows
        if row.row.applicable
        and not row.is_heading
        and not any(piece.evidence.title.startswith(f"{MANUAL}:") for _group, piece in row.lines)
    ]
    assert missing == []


def test_every_exclusion_stands_there_with_its_justification(matrix):
    out = {row.clause.code: row.row.reason for row in matrix.rows if not row.row.applicable}
    assert set(out) == EXCLUDED and all(out.values())


def test_the_procedures_are_found_at_their_clauses(matrix):
    for start, code in PROCEDURES.items():
        rows = [row for row in matrix.rows if re.match(rf"{re.escape(start)}(\.|$)", row.clause.code)]
        titles = [piece.evidence.title for row in rows for _group, piece in row.lines]
        assert any(code in title for title in titles), (start, code)


def test_every_document_the_manual_names_is_in_the_library(matrix):
    version = manual_version()
    text = "\n".join(version.sections.values_list("text", flat=True))
    named = set(re.findall(r"\b(?:QT|BM)\.[\w.]*\d|\b[CM]SCL\b|\bMTCL\b", text))
    there = set(ControlledDocument.objects.filter(agency=version.agency).values_list("code", flat=True))
    assert {"QT.TĐC.01", "QT.TĐC.02", "QT.TĐC.03", "QT.TĐC.04"} <= named
    assert named - there == set()
