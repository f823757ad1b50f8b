"""The evidence matrix: every clause that applies with its records, gaps, age, any day, one agency only."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from documents.models import LegalBasis
from qms import agency_settings, audit, clock, history, registry
from qms.models import AuditEntry, Clause, ClauseMapping, OrgUnit, Role, StandardEdition
from qms.selectors.evidence import evidence_matrix, months_before
from qms.services import standard
from risks.models import PlannedChange
from risks.policies import insider
from tests import factories

D = dt.date
ON = D(2026, 3, 31)
WHY = "Cơ quan không thiết kế dịch vụ mới."


@pytest.fixture
def edition(db):
    standard.editions_load()
    return StandardEdition.objects.get(code="TCVN ISO 9001:2015")


@pytest.fixture
def provide(monkeypatch):
    """Replace what the apps provide: `provide(("9.2.2",), Evidence, …)`."""
    monkeypatch.setattr(registry.evidence, "entries", [])

    def add(clauses, *pieces, **fields):
        def find(_agency, on):
            kept = tuple(one for one in pieces if one.date <= on)
            return registry.EvidenceFound(kept, len(kept))

        key = f"test{len(registry.evidence.entries)}"
        registry.evidence.add(registry.EvidenceProvider(key, "Bản ghi thử", clauses, find, **fields))

    return add


def piece(day, **fields):
    return registry.Evidence("Bản ghi", "/ban-ghi/", day, "done", **fields)


def row(matrix, code):
    return next(one for one in matrix.rows if one.clause.code == code)


def basis(agency, number, day):
    return LegalBasis.objects.create(
        agency=agency, kind="Quyết định", number=number, issuer="Bộ", issued_on=day, about="về thử nghiệm"
    )


def test_clauses_are_shown_missing_old_or_excluded_and_counted(agency, secretary, edition, provide):
    exclude = Clause.objects.get(edition=edition, code="8.3")
    standard.applicability_set(
        agency, exclude, acting=secretary, applicable=False, justification=WHY, valid_from=D(2025, 1, 1)
    )
    whole = evidence_matrix(secretary, agency, edition, ON)
    assert (whole.shown, whole.gaps, whole.stale) == (0, whole.applicable, 0)
    provide(("9.2",), piece(D(2026, 1, 5)))
    provide(("6.2.1", "8.3"), piece(D(2024, 1, 5)))
    provide(("5.3",), piece(D(2020, 1, 1), stands=True))
    provide(("7.2",), piece(D(2026, 1, 1), valid_until=D(2026, 3, 30)))
    found = evidence_matrix(secretary, agency, edition, ON)
    assert row(found, "9.2").is_heading
    assert row(found, "9.2.1").groups and row(found, "9.2.2").groups
    assert row(found, "6.2.1").stale and row(found, "7.2").stale
    assert not row(found, "5.3").stale
    assert row(found, "6.2.2").gap
    assert row(found, "8.3").row.reason == WHY and not row(found, "8.3").groups
    assert not any(one.clause.code.startswith("8.3.") for one in found.rows)
    assert (found.shown, found.stale, found.gaps) == (5, 2, found.applicable - 5)
    assert {one.clause.code for one in found.narrowed("stale") if not one.is_heading} == {"6.2.1", "7.2"}
    assert [one.clause.code for one in found.narrowed(clause="9.2")] == ["9.2", "9.2.1", "9.2.2"]
    agency_settings.put(agency, "qms.evidence_months", 60, acting=None, valid_from=D(2025, 1, 1))
    assert not row(evidence_matrix(secretary, agency, edition, ON), "6.2.1").stale
    assert months_before(D(2026, 3, 31), 1) == D(2026, 2, 28)


def test_a_past_day_shows_what_was_there_on_it(agency, secretary, edition):
    basis(agency, "01/QĐ", D(2025, 5, 1))
    basis(agency, "02/QĐ", D(2026, 2, 1))

    def titles(on):
        found = row(evidence_matrix(secretary, agency, edition, on), "7.5.3.2")
        return [one.evidence.title[:16] for _group, one in found.lines]

    assert titles(ON) == ["Quyết định 02/QĐ", "Quyết định 01/QĐ"]
    assert titles(D(2025, 12, 31)) == ["Quyết định 01/QĐ"]
    assert row(evidence_matrix(secretary, agency, edition, D(2025, 4, 30)), "7.5.3.2").gap


def test_the_state_shown_is_that_of_the_day(agency, secretary, edition):
    words = dict.fromkeys(("purpose", "consequences", "integrity", "resources", "responsibilities"), "…")
    PlannedChange.objects.create(
        agency=agency, code="TĐ-01", title="Gộp phòng", kind="organisation", state="done", **words,
        takes_effect_on=D(2026, 1, 1), follow_up_on=D(2026, 3, 1), concluded_on=D(2026, 3, 1),
        decided_at=dt.datetime(2025, 12, 1, 2, tzinfo=dt.UTC),
    )  # fmt: skip

    def state(on):
        found = row(evidence_matrix(secretary, agency, edition, on), "6.3")
        return [(one.evidence.date, one.evidence.state) for _group, one in found.lines]

    assert state(D(2025, 11, 30)) == []
    assert state(D(2026, 2, 1)) == [(D(2025, 12, 1), "approved")]
    assert state(ON) == [(D(2026, 3, 1), "done")]


def test_another_agency_s_records_never_appear(agency, other_agency, secretary, edition, client, login):
    basis(other_agency, "99/QĐ", D(2026, 1, 1))
    theirs = factories.unit(other_agency, "Phòng của người khác")
    login(secretary)
    text = client.get(reverse("evidence")).content.decode()
    assert "99/QĐ" not in text and theirs.name not in text
    for provider in registry.evidence:
        for one in provider.find(agency, ON):
            assert one.date <= ON
    assert next(p for p in registry.evidence if p.key == "legal_bases").find(agency, ON).total == 0


def test_every_provider_names_clauses_of_the_standard_and_costs_the_same(
    agency, edition, django_assert_num_queries, django_assert_max_num_queries
):
    codes = set(edition.clauses.values_list("code", flat=True))
    keys = [provider.key for provider in registry.evidence]
    assert len(keys) == len(set(keys)) > 20
    for provider in registry.evidence:
        assert set(provider.clauses) <= codes, provider.key
        with django_assert_max_num_queries(3):  # the third looks into the trail, for marks without a date
            provider.find(agency, ON)
    roles = next(p for p in registry.evidence if p.key == "roles")
    for _number in range(5):
        factories.person(agency, Role.STAFF)
    with django_assert_num_queries(2):
        found = roles.find(agency, ON)
    assert (len(found.newest), found.total) == (registry.EVIDENCE_SHOWN, 5)


def test_the_page_filters_and_exports(agency, secretary, edition, client, login):
    basis(agency, "01/QĐ", D(2025, 5, 1))
    login(secretary)
    page = client.get(reverse("evidence"), {"on": "31/12/2025", "clause": "7.5"})
    text = page.content.decode()
    assert page.context["on"] == D(2025, 12, 31)
    assert "01/QĐ" in text and f"{page.context['matrix'].shown}/{page.context['matrix'].applicable}" in text
    assert {one.clause.code[:3] for one in page.context["rows"]} == {"7.5"}
    gaps = client.get(reverse("evidence"), {"show": "gaps"}).context["rows"]
    assert all(one.gap or one.is_heading for one in gaps)
    assert client.get(reverse("evidence"), {"on": "31/12/9999", "clause": "x"}).status_code == 200
    answer = client.get(reverse("evidence-xlsx"), {"on": "31/12/2025", "clause": "7.5"})
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    lines = list(sheet.iter_rows(values_only=True))[1:]
    assert any(
        line[0] == "7.5.3.2" and "01/QĐ" in line[5] and line[7].date() == D(2025, 5, 1) for line in lines
    )
    assert AuditEntry.objects.filter(verb="qms.export.downloaded").exists()


def test_the_superior_agency_sees_how_many_but_not_which_of_what_is_not_published(
    agency, edition, client, login, provide
):
    provide(("6.1.1",), piece(D(2026, 1, 5)), policy=insider)
    login(factories.person(agency, Role.SUPERIOR))
    text = client.get(reverse("evidence")).content.decode()
    assert "/ban-ghi/" not in text and "Bản ghi thử" in text


def test_without_an_edition_the_page_says_so(secretary, client, login):
    login(secretary)
    assert client.get(reverse("evidence")).status_code == 200


def test_another_edition_carries_evidence_and_exclusions_over_and_says_what_changes(
    agency, secretary, edition, provide, client, login
):
    draft = StandardEdition.objects.get(is_draft=True)
    exclude = Clause.objects.get(edition=edition, code="8.3")
    standard.applicability_set(
        agency, exclude, acting=secretary, applicable=False, justification=WHY, valid_from=D(2025, 1, 1)
    )
    provide(("6.1.2", "9.2.1"), piece(D(2026, 1, 5)))
    found = evidence_matrix(secretary, agency, draft, ON)
    assert found.carried_from == edition
    assert row(found, "6.1.3").groups and row(found, "9.2").groups
    assert row(found, "8.3").row.reason == WHY and not row(found, "8.3").needs
    assert not any(one.clause.code.startswith("8.3.") for one in found.rows)
    assert row(found, "4.1").changed and row(found, "4.1").came_from[0].note
    assert sum(found.carried.values()) == found.applicable + len(found.dropped)

    new = Clause.objects.create(edition=draft, code="7.7", title_vi="Mới", title_en="New", order=900)
    ClauseMapping.objects.filter(source__code="10.3", target__edition=draft).delete()
    again = evidence_matrix(secretary, agency, draft, ON)
    assert row(again, "7.7").is_new and row(again, "7.7").gap and new.pk
    assert [one.clause.code for one in again.dropped] == ["10.3"]
    assert {"4.1", "7.7"} <= {one.clause.code for one in again.narrowed("changed")}

    login(secretary)
    text = client.get(reverse("evidence"), {"edition": str(draft.pk)}).content.decode()
    assert draft.code in text and "10.3" in text
    answer = client.get(reverse("evidence-xlsx"), {"edition": str(draft.pk)})
    lines = list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)
    assert any(line[0] == "6.1.3" and "6.1.2" in (line[10] or "") for line in lines)
    assert any(line[0] == "10.3" for line in lines)


def test_values_of_a_past_day_are_read_of_one_agency_only(agency, other_agency):
    ours, theirs = (factories.unit(one) for one in (agency, other_agency))
    for unit in (ours, theirs):
        audit.record("qms.unit.changed", unit, {"name": ("Cũ", "Mới")}, acting=None)
    before = clock.today() - dt.timedelta(days=1)
    assert history.values_before(OrgUnit, before, "name", agency) == {str(ours.pk): "Cũ"}
