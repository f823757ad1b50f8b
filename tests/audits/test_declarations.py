"""Declarations of conformity: what must exist before, the paper, what makes the agency declare anew."""

import datetime as dt

import pytest
from django.urls import reverse

from audits import declarations as about
from audits.models import SelfDeclaration
from audits.registration_declarations import waiting
from audits.services import declarations as services
from documents.models import Paper, PaperState
from dossiers.models import Procedure
from qms import registry
from qms.exceptions import Invalid, Refused
from qms.models import AuditEntry, ClauseApplicability, Role
from tests import factories

TODAY = dt.date(2026, 7, 10)


@pytest.fixture
def procedure(agency, clauses):
    return Procedure.objects.create(
        agency=agency, code="1.001", name="Cấp giấy chứng nhận", field="Hoạt động KH&CN"
    )


@pytest.fixture
def leader(agency):
    return factories.person(agency, Role.LEADER, position="Phó Giám đốc")


@pytest.fixture
def all_there(monkeypatch):
    monkeypatch.setattr(about, "needs_of", lambda agency, on: [about.Need("x", True, "", "/")])


def prepared(agency, secretary):
    return services.declaration_prepare(agency, activities="Giải quyết TTHC", acting=secretary)


def issue(paper, number=7):
    """What issuing does, without printing and signing."""
    Paper.objects.filter(pk=paper.pk).update(
        state=PaperState.ISSUED, number=number, year=2026, issued_on=TODAY
    )
    paper.refresh_from_db()
    services.declaration_enforce(paper, None)


def test_the_scope_is_copied_and_what_is_missing_is_named(
    agency, secretary, procedure, leader, client, login
):
    one = prepared(agency, secretary)
    assert [row["code"] for row in one.exclusions] == ["8.4"]
    assert one.procedures[0]["title"] == "Cấp giấy chứng nhận" and one.edition.code == "TCVN X"
    missing = {str(need.label) for need in about.needs_of(agency, TODAY) if need.compulsory and not need.met}
    assert len(missing) == 4
    with pytest.raises(Invalid, match="xem xét của lãnh đạo"):
        services.declaration_paper(one, signer=leader, acting=secretary)
    with pytest.raises(Invalid):
        prepared(agency, secretary)
    with pytest.raises(Refused):
        services.declaration_refresh(one, acting=factories.person(agency, Role.STAFF))
    login(secretary)
    text = client.get(one.get_absolute_url()).content.decode()
    assert "Cấp giấy chứng nhận" in text and "không thuê ngoài" in text
    assert client.get(reverse("audits:declarations")).context["met"] >= 3


def test_the_paper_comes_into_force_ticks_the_plan_and_a_new_scope_asks_for_another(
    agency, secretary, procedure, leader, clauses, all_there, monkeypatch
):
    told = []
    monkeypatch.setattr(registry.fulfilment_listeners, "entries", [told.append])
    one = prepared(agency, secretary)
    paper = services.declaration_paper(one, signer=leader, acting=secretary)
    said = str(paper.content)
    assert "8.4" in said and "Cấp giấy chứng nhận" in said and "KT." in said
    assert about.declared_in(agency, 2026) is None
    issue(paper)
    one.refresh_from_db()
    assert one.state == "in_force" and told == [agency]
    assert about.declared_in(agency, 2026).on == TODAY
    kind = next(kind for kind in registry.fulfilments if kind.key == "self_declaration")
    assert kind.find(agency, 2025) is None
    assert about.evidence(agency, TODAY).total == 1
    assert about.changes_since(one, TODAY) == [] and list(waiting(secretary)) == []

    Procedure.objects.create(agency=agency, code="1.002", name="Thủ tục mới", field="KH")
    ClauseApplicability.objects.update(valid_to=TODAY - dt.timedelta(days=1))
    found = about.changes_since(one, TODAY)
    assert [(change.before, change.after) for change in found] == [("8.4", ""), ("", "1.002")]
    (work,) = waiting(secretary)
    assert work.url == reverse("audits:declarations")
    assert list(waiting(leader)) == []

    next_one = prepared(agency, secretary)
    issue(services.declaration_paper(next_one, signer=leader, acting=secretary), 8)
    one.refresh_from_db()
    next_one.refresh_from_db()
    assert (one.state, one.ended_on, next_one.state) == ("replaced", TODAY, "in_force")
    services.declaration_end(next_one.paper, None)
    assert about.in_force(agency) is None
    assert AuditEntry.objects.filter(verb="audits.declaration.made").count() == 2


def test_pages_prepare_change_and_draft_and_stay_inside_the_agency(
    agency, other_agency, secretary, leader, procedure, all_there, client, login
):
    login(secretary)
    made = client.post(reverse("audits:declaration-new"), {"activities": "Giải quyết thủ tục"})
    one = SelfDeclaration.objects.get()
    assert made.url == one.get_absolute_url()
    client.post(reverse("audits:declaration-edit", args=[one.pk]), {"activities": "Chữ khác"})
    client.post(reverse("audits:declaration-refresh", args=[one.pk]))
    one.refresh_from_db()
    assert one.activities == "Chữ khác"
    answer = client.post(reverse("audits:declaration-paper", args=[one.pk]), {"signer": str(leader.pk)})
    one.refresh_from_db()
    assert answer.url == one.paper.get_absolute_url()
    assert client.get(one.get_absolute_url()).status_code == 200
    login(factories.person(other_agency, Role.SECRETARY))
    assert client.get(one.get_absolute_url()).status_code == 404
    login(leader)
    assert client.get(reverse("audits:declaration-new")).status_code == 403
