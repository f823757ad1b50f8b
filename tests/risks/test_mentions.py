"""A document, a procedure and a target say which planned changes and entries of the register name them."""

import pytest
from django.urls import reverse

from dossiers.models import Procedure
from dossiers.models.procedure import procedure_id
from library.services.documents import document_create
from qms import mentions
from qms.models import Role
from risks.models import RiskSource
from risks.services import changes
from risks.services.risks import source_add
from tests import factories
from tests.risks.test_every_source import target_of
from tests.risks.test_suggestions import CHANGE


@pytest.fixture
def change(scaled, head, unit):
    return changes.change_create(scaled, acting=head, unit=unit, **CHANGE)


@pytest.fixture
def named(scaled, unit, staff):
    """A document, a procedure and a target, each with the page it is looked at on."""
    document = document_create(scaled, acting=staff, kind="procedure", title="Tiếp nhận", owner=unit)
    procedure = Procedure.objects.create(
        id=procedure_id(scaled, "2.001"), agency=scaled, code="2.001", name="Cấp phép viễn thông"
    )
    return {"document": document, "procedure": procedure, "target": target_of(scaled, unit)}


def test_pages_of_others_name_the_planned_changes_that_touch_them(change, named, head, login):
    client = login(head)
    for thing, record in named.items():
        assert change.code not in client.get(record.get_absolute_url()).content.decode(), thing
        changes.touch_add(change, acting=head, what_changes="Bước 3 và biểu mẫu", **{thing: record})
        page = client.get(record.get_absolute_url()).content.decode()
        assert change.get_absolute_url() in page and "Bước 3 và biểu mẫu" in page, thing


def test_the_page_of_a_procedure_names_changes_and_entries(change, named, make_risk, scaled, head, login):
    procedure = named["procedure"]
    changes.touch_add(change, acting=head, procedure=procedure)
    risk = make_risk(procedure=procedure)
    desk = login(factories.person(scaled, Role.SECRETARY))
    page = desk.get(reverse("dossiers:procedure-change", args=[procedure.pk])).content.decode()
    assert change.get_absolute_url() in page and risk.get_absolute_url() in page


def test_the_page_of_a_target_names_the_entries_that_come_from_it(named, make_risk, head, login):
    risk = make_risk()
    source_add(risk, acting=head, kind=RiskSource.Kind.OBJECTIVE, target=named["target"])
    assert risk.get_absolute_url() in login(head).get(named["target"].get_absolute_url()).content.decode()


def test_the_superior_agency_and_other_agencies_see_no_work_on_changes(change, named, head, other_agency):
    changes.touch_add(change, acting=head, document=named["document"])
    assert mentions.of(named["document"], head)
    for person in (factories.person(change.agency, Role.SUPERIOR), factories.person(other_agency)):
        assert mentions.of(named["document"], person) == {}


def test_mentions_take_the_same_queries_for_two_and_for_many(
    scaled, named, make_risk, head, unit, django_assert_num_queries
):
    procedure = named["procedure"]
    for number in range(4):
        change = changes.change_create(scaled, acting=head, unit=unit, **CHANGE)
        changes.touch_add(change, acting=head, procedure=procedure)
        make_risk(procedure=procedure, event=f"Sự kiện {number}")
    assert head.roles
    with django_assert_num_queries(2):
        found = mentions.of(procedure, head)
    assert [len(rows) for rows in found.values()] == [4, 4]
