"""The agenda of a review: every input of 9.3.2 has a live source, also providers and resources."""

import datetime as dt

import pytest

from audits import agenda
from audits.agenda_means import providers, resources
from audits.services import reviews as services
from qms.models import Clause, ClauseApplicability, StandardEdition
from risks.models import ContextCategory, ContextIssue, InterestedParty, PartyNeed
from tests import factories
from tests.audits.cases import TODAY, june, open_case, people  # noqa: F401
from tests.audits.test_reviews import concluded, prepare
from training.models import Course, Participation

YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@pytest.fixture(name="clause")
def clause_8_4():
    edition = StandardEdition.objects.create(
        code="THỬ 9001", title_vi="t", title_en="t", published_on=dt.date(2015, 9, 15)
    )
    return Clause.objects.create(edition=edition, code="8.4", title_vi="t", title_en="t", order=84)


def course(agency, **fields):
    values = {"code": f"L-{fields.get('form', 'internal')}", "title": "Lớp", "trainer": "x", "state": "held"}
    values |= {"starts_on": TODAY, "ends_on": TODAY, "effect_due": TODAY}
    return Course.objects.create(agency=agency, **(values | fields))


def category(agency, side, code):
    return ContextCategory.objects.create(agency=agency, side=side, code=code, name=code)


def test_every_topic_names_its_letter_and_its_source():
    assert [topic.ref for topic in agenda.TOPICS] == [
        "a", "b", "c.1", "c.2", "c.3", "c.4", "c.5", "c.6", "c.7", "d", "e", "f",
    ]  # fmt: skip
    assert all(str(topic.source) for topic in agenda.TOPICS)


def test_providers_are_filled_from_scope_context_cases_and_courses(people, clause):  # noqa: F811
    agency = people.agency
    assert list(providers(agency, YEAR)) == [], "nothing is made up"
    ClauseApplicability.objects.create(
        agency=agency,
        clause=clause,
        applicable=False,
        justification="không thuê ngoài",
        valid_from=factories.START,
    )
    ContextIssue.objects.create(
        agency=agency, category=category(agency, "external", "suppliers"), title="Phụ thuộc một nhà mạng"
    )
    party = InterestedParty.objects.create(
        agency=agency, category=category(agency, "party", "software"), name="Cơ quan quản lý phần mềm"
    )
    PartyNeed.objects.create(agency=agency, party=party, kind="need", text="Báo lỗi trong ngày")
    case = open_case(people, clause=clause)
    seat = {"agency": agency, "course": course(agency, form="external"), "person": people.staff}
    Participation.objects.create(**seat, presence="attended", effect="effective", effect_grounds="x")
    lines = {line.text: line.figure for line in providers(agency, YEAR)}
    texts = " ".join(lines)
    for words in ("không thuê ngoài", "Phụ thuộc một nhà mạng", "Cơ quan quản lý phần mềm", case.code):
        assert words in texts
    assert any("(1/1)" in figure for figure in lines.values())
    assert not any(case.code in line.text for line in providers(agency, (TODAY - dt.timedelta(99), YEAR[0])))


def test_resources_are_filled_from_courses_decisions_and_context(people):  # noqa: F811
    agency = people.agency
    assert list(resources(agency, YEAR)) == []
    course(agency)
    course(agency, form="online", state="planned")
    ContextIssue.objects.create(
        agency=agency, category=category(agency, "internal", "facilities"), title="Máy quét đã cũ"
    )
    review, _decision = concluded(people)
    type(_decision).objects.update(kind="resources", text="Mua một máy quét")
    lines = {line.text: line for line in resources(agency, YEAR)}
    texts = " ".join(lines)
    assert "Máy quét đã cũ" in texts and f"{review.code}, 1: Mua một máy quét" in texts
    assert any("(1/2)" in line.figure for line in lines.values())


def test_the_review_keeps_what_was_collected_and_shows_where_from(people, client):  # noqa: F811
    ContextIssue.objects.create(
        agency=people.agency,
        category=category(people.agency, "internal", "staff"),
        title="Thiếu một biên chế",
    )
    review = prepare(people)
    assert "resources" not in services.missing_inputs(review)
    assert "Thiếu một biên chế" in review.inputs.get(topic="resources").lines[0]["text"]
    client.force_login(people.leader.user)
    page = client.get(review.get_absolute_url())
    for topic in agenda.TOPICS:
        assert str(topic.source) in page.text


def test_what_another_agency_recorded_is_not_collected(people):  # noqa: F811
    other = factories.agency()
    course(other)
    ContextIssue.objects.create(agency=other, category=category(other, "internal", "staff"), title="x")
    assert list(resources(people.agency, YEAR)) == []
