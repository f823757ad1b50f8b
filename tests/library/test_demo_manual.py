"""The manual of the demonstration: what it names is found from the matrix of evidence."""

import json
import re

import pytest

from documents import packs
from documents.models import AuditPack
from library.models import ControlledDocument, DocumentVersion, RecordSeries
from objectives.demo import TRAINED_IN
from objectives.models import Target
from qms import clock, demo, files
from qms.models import Agency, ClauseApplicability, Person, StandardEdition
from qms.selectors.evidence import WRITTEN_FOR, evidence_matrix
from training import selectors

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


def test_every_kind_of_records_stands_at_clauses_of_the_matrix(matrix):
    agency = Agency.objects.get(code=demo.CODE)
    for one in RecordSeries.objects.filter(agency=agency).prefetch_related("clauses"):
        codes = {clause.code for clause in one.clauses.all()}
        assert codes, one
        rows = [row for row in matrix.rows for code in codes if re.match(rf"{code}(\.|$)", row.clause.code)]
        groups = [group for row in rows for group in row.groups if group.provider.key == "records"]
        assert any(one in group.found.rows for group in groups), one


def test_the_manual_is_issued_as_a_paper_with_the_reasons_of_what_does_not_apply(demonstration, db):
    paper = manual_version().paper
    assert paper is not None and paper.is_issued and paper.number
    said = json.dumps(paper.content, ensure_ascii=False)
    agency = Agency.objects.get(code=demo.CODE)
    reasons = ClauseApplicability.objects.filter(agency=agency, applicable=False)
    assert {one.clause.code for one in reasons} == EXCLUDED
    assert all(" ".join(one.justification.split()) in said for one in reasons)


def test_the_pack_of_the_end_of_2025_opens_and_verifies(demonstration, db):
    agency = Agency.objects.get(code=demo.CODE)
    pack = AuditPack.objects.get(agency=agency)
    assert pack.state == AuditPack.State.READY and pack.gaps == 0
    verdict = packs.verify(files.read(pack.file))
    assert verdict.holds and verdict.manifest["as_of"] == "2025-12-31"
    said = {row["code"]: row for row in verdict.manifest["clauses"]}
    assert not said["8.3"]["applies"] and said["8.3"]["justification"]


def test_training_targets_count_from_the_records_of_training(demonstration, db):
    agency = Agency.objects.get(code=demo.CODE)
    targets = Target.objects.filter(objective_set__agency=agency, objective_set__year=TRAINED_IN)
    found = dict(targets.filter(objective_set__unit=None).values_list("code", "formula"))
    if found:  # the objectives of that year are there in that year alone
        assert (found["4a"], found["4b"]) == ("TRAINED", "TRAINED_INTAKE")
    assert selectors.year_report(agency, TRAINED_IN).trained.trained > 0
