"""A nonconformity opens from any record by one click, says where it came from, and is seen from there."""

from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from audits.models import Finding, Nonconformity
from audits.services import reviews as services
from dossiers.models import Dossier, Procedure
from dossiers.models.procedure import procedure_id
from feedback.services import feedback_record
from qms import registry
from risks.models import Risk
from tests.audits.cases import TODAY, june, people  # noqa: F401
from tests.audits.test_reviews import concluded, decide, hold, prepare
from tests.objectives import build

FORM = {
    "title": "Lỗi",
    "grade": "minor",
    "process": "QT.04",
    "requirement": "Phải có",
    "detected_on": "15/06/2026",
}
FORM |= {"description": "Không có", "evidence": "3/20"}


def dossier(people):  # noqa: F811
    key = procedure_id(people.agency, "1")
    procedure = Procedure.objects.create(id=key, agency=people.agency, code="1", name="Cấp phép")
    return Dossier.objects.create(
        id=procedure_id(people.agency, "h1"), agency=people.agency, code="HS-01", procedure=procedure,
        unit=people.unit, online_level="full", channel="online", status="done", received_at=timezone.now(),
        due_original_at=timezone.now(),
        row_hash="x", as_of=timezone.now(), import_seq=1,
    )  # fmt: skip


def complaint(people):  # noqa: F811
    return feedback_record(
        people.agency, acting=people.secretary, kind="complaint", channel="phone", subject="Trả kết quả chậm",
        content="Quá hạn ba ngày", received_on=TODAY, unit=people.unit,
    )  # fmt: skip


def target(people):  # noqa: F811
    people.units = [people.unit, people.other]
    made = build.draft(people.agency, people, year=2026, manual_units=people.units)
    return build.into_force(made, people).targets.get(formula="RESOLVED")


def risk(people):  # noqa: F811
    return Risk.objects.create(
        agency=people.agency, kind="risk", unit=people.unit, code="RR-09", event="Trễ hạn", process="Cấp phép"
    )


def review_topic(people):  # noqa: F811
    return hold(prepare(people), people).inputs.get(topic="nonconformities")


def review_decision(people):  # noqa: F811
    return concluded(people)[1]


ORIGINS = {
    "dossier": dossier,
    "complaint": complaint,
    "objective": target,
    "risk": risk,
    "review": review_topic,
    "review ": review_decision,
}


@pytest.mark.parametrize("origin", ORIGINS)
def test_one_click_from_the_record_to_its_case(people, client, origin):  # noqa: F811
    record = ORIGINS[origin](people)
    links = [one.url for one in registry.actions_for(record, people.secretary)]
    (address,) = [url for url in links if url.startswith(reverse("audits:nc-create"))]
    client.force_login(people.secretary.user)
    page = client.get(address)
    form = page.context["form"]
    assert form.initial["origin"] == origin.strip()
    facts = page.context["source"]
    data = FORM | {"unit": people.unit.pk, "origin": form.initial["origin"]}
    assert client.post(address, data).status_code == 302
    case = Nonconformity.objects.get()
    assert (case.origin, case.source_id) == (origin.strip(), record.pk)
    assert case.source_kind == record._meta.label_lower and case.source_url == facts.url
    assert facts.url in client.get(case.get_absolute_url()).text, "the case leads back"
    again = client.get(address)
    assert case.code in again.text, "who opens a second one is told of the first"


def test_a_self_report_needs_no_record_and_anybody_may(people, client):  # noqa: F811
    client.force_login(people.staff.user)
    address = reverse("audits:nc-create")
    assert client.get(address).context["form"].initial["origin"] == Nonconformity.Origin.REPORT
    assert client.post(address, FORM | {"unit": people.unit.pk, "origin": "report"}).status_code == 302
    assert Nonconformity.objects.get().reported_by == people.staff


def test_a_review_shows_the_cases_that_came_from_it(people, client):  # noqa: F811
    review = prepare(people)
    client.force_login(people.secretary.user)
    assert "nonconformities/new/" not in client.get(review.get_absolute_url()).text, "not before the meeting"
    review = hold(review, people)
    decision = decide(review, people)
    topic = review.inputs.get(topic="audits")
    services.input_discuss(topic, acting=people.secretary, opinion="", conclusion="Chậm xử lý phát hiện")
    for record in (topic, decision):
        address = f"{reverse('audits:nc-create')}?source={registry.source_key(record)}"
        page = client.get(address)
        title = page.context["form"].initial["title"]
        assert title in {"Chậm xử lý phát hiện", decision.text}, "what was concluded is what is wrong"
        data = FORM | {"title": title, "unit": people.unit.pk, "origin": "review"}
        assert client.post(address, data).status_code == 302
    page = client.get(review.get_absolute_url())
    for case in Nonconformity.objects.all():
        assert f'<a href="{case.get_absolute_url()}">{case.code}</a>' in page.text
    rows = {entry["row"].topic: entry["cases"] for entry in page.context["inputs"]}
    assert len(rows["audits"]) == 1 and rows["risks"] == []
    # What concerns another agency is not read, whoever knows its key.
    address = f"{reverse('audits:nc-create')}?source={registry.source_key(topic)}"
    from tests import factories

    client.force_login(factories.person(factories.agency(), "secretary").user)
    assert "source" not in client.get(address).context


def test_an_observation_leads_to_no_case(people):  # noqa: F811
    seen = Finding(agency=people.agency, grade="observation", unit=people.unit)
    links = [one.url for one in registry.actions_for(seen, people.secretary)]
    assert not any(url.startswith(reverse("audits:nc-create")) for url in links)


def test_reviews_and_programmes_are_taken_out_as_workbooks(people, client):  # noqa: F811
    from audits.services import programmes

    review, _decision = concluded(people)
    programmes.programme_open(people.agency, acting=people.secretary, year=2026)
    client.force_login(people.leader.user)

    def book(name):
        answer = client.get(reverse(f"audits:{name}"))
        return CalamineWorkbook.from_filelike(BytesIO(answer.getvalue())).get_sheet_by_index(0).to_python()

    rows = book("review-export")
    assert rows[1][0] == review.code and rows[1][10:13] == [1, 0, 0]
    assert book("programme-list-export")[1][:2] == [2026, 1]
    client.force_login(people.superior.user)
    for name in ("review-export", "programme-list-export"):
        assert client.get(reverse(f"audits:{name}")).status_code == 403
