"""Editions of the standard as data, and which clauses apply to an agency, from when, and why not."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from qms.exceptions import Invalid, Refused
from qms.models import AuditEntry, Clause, ClauseApplicability, ClauseMapping, Role, StandardEdition
from qms.selectors import standard as read
from qms.services import standard
from tests import factories

D = dt.date
NOW = D(2025, 11, 5)
WHY = "Cơ quan không thiết kế dịch vụ mới."


@pytest.fixture
def edition(db):
    standard.editions_load()
    return StandardEdition.objects.get(code="TCVN ISO 9001:2015")


@pytest.fixture
def draft(edition):
    return StandardEdition.objects.get(is_draft=True)


def clause(edition, code):
    return Clause.objects.get(edition=edition, code=code)


def test_the_edition_has_every_clause_in_order_with_both_titles(edition):
    codes = list(edition.clauses.order_by("order").values_list("code", flat=True))
    assert [code for code in codes if "." not in code] == ["4", "5", "6", "7", "8", "9", "10"]
    numbered = [code for code in codes if code[-1].isdigit()]
    key = [tuple(int(part) for part in code.split(".")) for code in numbered]
    assert key == sorted(key)
    assert {"4.4.2", "6.1.2", "7.1.5.2", "7.5.3.2", "8.2.3.1", "8.5.6", "9.2.2", "9.3.3", "10.3"} <= set(
        codes
    )
    assert not edition.clauses.filter(title_vi="").exists()
    assert not edition.clauses.filter(title_en="").exists()
    letter = clause(edition, "8.5.1.f")
    assert letter.parent.code == "8.5.1"
    assert letter.parent.parent.code == "8.5"


def test_loading_again_adds_nothing_and_keeps_corrections(edition):
    Clause.objects.filter(pk=clause(edition, "4.1").pk).update(title_vi="Đã sửa")
    assert standard.editions_load() == 0
    assert clause(edition, "4.1").title_vi == "Đã sửa"
    assert ClauseMapping.objects.count() > 80


def test_an_exclusion_covers_the_clauses_below_until_one_is_said_to_apply(agency, secretary, edition):
    say = {"acting": secretary, "valid_from": NOW}
    standard.applicability_set(agency, clause(edition, "8.3"), applicable=False, justification=WHY, **say)
    standard.applicability_set(agency, clause(edition, "8.3.6"), applicable=True, **say)
    excluded = standard.excluded_codes(agency, edition, NOW)
    assert {"8.3", "8.3.1", "8.3.5"} <= set(excluded)
    assert "8.3.6" not in excluded
    assert "8.4" not in excluded
    assert excluded["8.3.1"] == WHY
    assert standard.excluded_codes(agency, edition, D(2025, 11, 4)) == {}
    rows = {row.clause.code: row for row in read.clause_rows(agency, edition, NOW)}
    assert (rows["8.3"].applicable, rows["8.3.1"].applicable, rows["8.3.6"].applicable) == (
        False,
        False,
        True,
    )
    assert rows["8.3.1"].own is None


def test_a_single_letter_can_be_excluded(agency, secretary, edition):
    standard.applicability_set(
        agency,
        clause(edition, "8.5.1.f"),
        acting=secretary,
        applicable=False,
        justification=WHY,
        valid_from=NOW,
    )
    assert list(standard.excluded_codes(agency, edition, NOW)) == ["8.5.1.f"]


@pytest.mark.parametrize("justification", ["", "   ", "không"])
def test_an_exclusion_needs_a_justification(agency, secretary, edition, justification):
    with pytest.raises(Invalid):
        standard.applicability_set(
            agency,
            clause(edition, "8.3"),
            acting=secretary,
            applicable=False,
            justification=justification,
            valid_from=NOW,
        )


def test_the_database_refuses_an_exclusion_without_justification_too(agency, edition):
    with pytest.raises(IntegrityError), transaction.atomic():
        ClauseApplicability.objects.create(
            agency=agency, clause=clause(edition, "8.3"), applicable=False, valid_from=NOW
        )


def test_applicability_has_a_history_and_is_in_the_trail(agency, secretary, edition):
    target = clause(edition, "8.4")
    say = {"acting": secretary}
    standard.applicability_set(agency, target, applicable=False, justification=WHY, valid_from=NOW, **say)
    standard.applicability_set(agency, target, applicable=True, valid_from=D(2026, 6, 1), **say)
    assert "8.4" in standard.excluded_codes(agency, edition, D(2026, 5, 31))
    assert "8.4" not in standard.excluded_codes(agency, edition, D(2026, 6, 1))
    first = ClauseApplicability.objects.get(clause=target, applicable=False)
    assert first.valid_to == D(2026, 5, 31)
    entries = AuditEntry.objects.filter(verb="qms.clause.applicability_changed")
    assert entries.first().changes["applicable"] == [False, True]
    assert entries.last().note == WHY
    with pytest.raises(Invalid):
        standard.applicability_set(agency, target, applicable=True, valid_from=NOW, **say)


def test_who_may_not_say_what_applies(agency, other_agency, edition):
    for stranger in (factories.person(agency, Role.STAFF), factories.person(other_agency, Role.SECRETARY)):
        with pytest.raises(Refused):
            standard.applicability_set(
                agency, clause(edition, "8.3"), acting=stranger, applicable=True, valid_from=NOW
            )


def test_one_agencys_exclusions_are_not_anothers(agency, other_agency, secretary, edition):
    standard.applicability_set(
        agency, clause(edition, "8.3"), acting=secretary, applicable=False, justification=WHY, valid_from=NOW
    )
    assert standard.excluded_codes(other_agency, edition, NOW) == {}


def test_editions_are_compared_by_their_mapping(edition, draft):
    found = read.editions_compare(edition, draft)
    kinds = {(row.source.code, row.target.code): row.kind for row in found.rows}
    assert kinds["4.3", "4.3"] == "same"
    assert kinds["6.1.2", "6.1.3"] == "moved"
    assert kinds["5.1.1", "5.1.1"] == "changed"
    assert found.added == []
    numbered = {code for code in edition.clauses.values_list("code", flat=True) if code[-1].isdigit()}
    assert {source for source, _target in kinds} == numbered


def test_the_pages_show_say_and_compare(agency, secretary, edition, draft, login):
    client = login(secretary)
    page = client.get("/standard/")
    assert "Bối cảnh của tổ chức" in page.text
    assert client.get("/standard/?edition=ISO 9001:2026").status_code == 200
    assert client.get("/standard/?show=all").text.count("<tr") > 270
    target = clause(edition, "8.3")
    address = f"/standard/clauses/{target.pk}/"
    assert client.get(address).status_code == 200
    say = {"applicable": "0", "valid_from": "05/11/2025"}
    refused = client.post(address, say)
    assert refused.status_code == 422
    assert "lý do" in refused.text
    assert client.post(address, say | {"justification": WHY}).status_code == 302
    assert WHY in client.get("/standard/?show=excluded").text
    assert "6.1.3" in client.get("/standard/compare/").text
    assert "4.3" in client.get("/standard/compare/?show=all").text


def test_a_specialist_reads_and_does_not_say(agency, edition, login):
    client = login(factories.person(agency, Role.STAFF))
    target = clause(edition, "8.3")
    assert client.get(f"/standard/clauses/{target.pk}/").status_code == 200
    say = {"applicable": "0", "justification": WHY, "valid_from": "05/11/2025"}
    assert client.post(f"/standard/clauses/{target.pk}/", say).status_code == 403


def test_titles_follow_the_language_of_the_page(edition):
    from django.utils.translation import override

    row = clause(edition, "4.1")
    with override("en"):
        assert row.title == "Understanding the organization and its context"
    with override("vi"):
        assert row.title == "Hiểu tổ chức và bối cảnh của tổ chức"
