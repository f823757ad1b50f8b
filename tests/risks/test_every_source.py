"""What the portal notices by itself: once in the list, accepted into a filled entry or dismissed for good."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.models import Nonconformity, Recurrence
from audits.noticing import repeated
from documents.models import LegalBasis
from dossiers import generator, services
from dossiers.models import Procedure
from dossiers.models.procedure import procedure_id
from feedback.models import Feedback
from objectives.models import Figure, Measurement
from qms import jobs
from qms.models import Job, OrgUnitChange, Role
from risks import noticing
from risks.models import Risk, Suggestion
from risks.services import changes, suggestions
from risks.services.risks import risk_create, source_add
from tests import factories
from tests.objectives.build import draft, into_force
from tests.risks.conftest import TODAY
from tests.risks.test_suggestions import CHANGE, SAMPLE


def target_of(agency, unit, numerator=8, denominator=10, status="not_achieved"):
    """A target of the year in force, with its present figure."""
    who = SimpleNamespace(
        units=[unit, factories.unit(agency)],
        secretary=factories.person(agency, Role.SECRETARY),
        leader=factories.person(agency, Role.LEADER),
    )
    made = into_force(draft(agency, who, year=TODAY.year, manual_units=who.units), who)
    target = made.targets.get(formula="MANUAL")
    figure(target, numerator, denominator, status)
    return target


def figure(target, numerator, denominator, status, formula=None):
    cell = {
        "agency": target.agency,
        "target": target,
        "period": str(TODAY.year),
        "formula": formula or target.formula,
    }
    measured = Measurement.objects.create(
        **cell,
        formula_version=1,
        numerator=numerator,
        denominator=denominator,
        status=status,
        computed_at=timezone.now(),
    )
    Figure.objects.filter(**cell).delete()
    return Figure.objects.create(**cell, measurement=measured, checked_at=timezone.now())


def cluster(agency, unit):
    for name in generator.UNITS:
        factories.unit(agency, name)
    with SAMPLE.open("rb") as content:
        services.import_now(agency, name=SAMPLE.name, content=content, acting=None)


def repeated_case(agency, unit):
    values = {
        "agency": agency, "year": 2026, "title": "Giấy hẹn ghi sai ngày trả", "origin": "self",
        "grade": "minor", "owner": factories.person(agency, Role.UNIT_HEAD, unit=unit), "unit": unit,
        "process": "QT.PT.01", "description": "x", "requirement": "Ghi đúng ngày hẹn trả",
        "evidence": "x", "root_cause": "Nhập tay", "due_on": TODAY,
    }  # fmt: skip
    first = Nonconformity.objects.create(code="KPH-1", detected_on=TODAY - dt.timedelta(90), **values)
    later = Nonconformity.objects.create(code="KPH-2", detected_on=TODAY - dt.timedelta(5), **values)
    Recurrence.objects.create(agency=agency, later=later, earlier=first, shared=["unit"], found_on=TODAY)


def legal_basis(agency, unit):
    LegalBasis.objects.create(
        agency=agency, kind="Nghị định", number="61/2018/NĐ-CP", issuer="Chính phủ",
        issued_on=dt.date(2018, 4, 23), about="về cơ chế một cửa", expires_on=TODAY - dt.timedelta(10),
    )  # fmt: skip


def planned_change(agency, unit):
    head = factories.person(agency, Role.UNIT_HEAD, unit=unit)
    changes.change_submit(changes.change_create(agency, acting=head, unit=unit, **CHANGE), acting=head)


def changed_unit(agency, unit):
    change = OrgUnitChange.objects.create(agency=agency, kind="renamed", on=TODAY - dt.timedelta(3))
    change.before.set([unit])
    change.after.set([unit])


def complaint(agency, unit, number, finding="founded", **fields):
    values = {
        "code": f"PA-{number}", "kind": "complaint", "channel": "phone", "subject": "Chờ quá giờ hẹn",
        "content": "x", "unit": unit, "received_on": TODAY - dt.timedelta(30 - number), "deadline": TODAY,
        "first_deadline": TODAY, "state": "answered", "finding": finding, "answer": "Xin lỗi",
        "answered_on": TODAY,
    }  # fmt: skip
    return Feedback.objects.create(agency=agency, **(values | fields))


def complaints(agency, unit):
    procedure = Procedure.objects.create(
        id=procedure_id(agency, "9.9"), agency=agency, code="9.9", name="Cấp phép bưu chính"
    )
    for number in (1, 2):
        complaint(agency, unit, number, procedure=procedure)


SOURCES = {
    "targets": (target_of, "objective", "6.2"),
    "overdue": (cluster, "dossiers", "8.5.1"),
    "nonconformities": (repeated_case, "nonconformity", None),
    "legal": (legal_basis, "legal", "7.5.3"),
    "changes": (planned_change, "change", "6.3"),
    "units": (changed_unit, "unit", "5.3"),
    "complaints": (complaints, "complaint", "8.2.1"),
}


@pytest.fixture(params=SOURCES)
def noticed(request, scaled, unit):
    """(provider, kind of source, clause) after something happened that its provider notices."""
    happen, kind, clause = SOURCES[request.param]
    happen(scaled, unit)
    jobs.run_here(suggestions.suggestions_request(scaled))
    return request.param, kind, clause


def test_it_appears_once_is_accepted_filled_in_or_dismissed_for_good(noticed, scaled, secretary, login):
    provider, kind, clause = noticed
    rows = Suggestion.objects.filter(provider=provider)
    before = set(rows.values_list("pk", flat=True))
    assert before and set(rows.values_list("state", flat=True)) == {"open"}
    jobs.run_here(suggestions.suggestions_request(scaled))
    assert set(rows.values_list("pk", flat=True)) == before, "seen again it stays one suggestion"

    client = login(secretary)
    first = rows.order_by("title").first()
    page = client.get(reverse("risks:suggestion-list")).content.decode()
    assert page.count(f"/suggestions/{first.pk}/accept/") == 1
    risk_url = client.post(reverse("risks:suggestion-accept", args=[first.pk])).url
    risk = Risk.objects.get()
    assert risk_url == risk.get_absolute_url()
    assert risk.process and risk.event and risk.unit == first.unit
    assert clause is None or risk.clause is None or risk.clause.code.startswith(clause.split(".")[0])
    source = risk.sources.get()
    assert source.kind == kind and first.reason[:60] in source.label and source.url == first.url
    assert {"objective": source.target, "change": source.change}.get(kind, True)
    first.refresh_from_db()
    assert (first.state, first.risk, first.decided_by) == ("accepted", risk, secretary)

    # What follows it up is known from then on; a dismissal is kept with its reason and not asked again.
    Suggestion.objects.filter(pk=first.pk).update(state="open", risk=None)
    dismiss = reverse("risks:suggestion-dismiss", args=[first.pk])
    assert client.post(dismiss, {"reason": " "}).status_code == 422
    client.post(dismiss, {"reason": "Đã nằm trong rủi ro khác"})
    jobs.run_here(suggestions.suggestions_request(scaled))
    first.refresh_from_db()
    assert (first.state, first.decision_note) == ("dismissed", "Đã nằm trong rủi ro khác")
    assert rows.count() == len(before)
    decided = client.get(reverse("risks:suggestion-list"), {"state": "dismissed"}).content.decode()
    assert "Đã nằm trong rủi ro khác" in decided


@pytest.mark.parametrize(
    ("numerator", "denominator", "status", "found"),
    [
        (8, 10, "not_achieved", "80"),
        (97, 100, "at_risk", "97"),
        (10, 10, "achieved", ""),
        (0, 0, "no_data", ""),
    ],
)
def test_targets_are_noticed_by_their_present_figure(scaled, unit, numerator, denominator, status, found):
    target = target_of(scaled, unit, numerator, denominator, status)
    items = list(noticing.targets_in_danger(scaled, TODAY))
    assert [item.draft["target"] for item in items] == ([str(target.pk)] if found else [])
    if found:
        assert target.code in items[0].title and found in items[0].reason
        assert items[0].url == target.get_absolute_url()


def test_a_target_met_only_by_the_published_formula_is_noticed(scaled, unit):
    """99 of 100 are on time; ten more are open and overdue, and the stricter rate counts them."""
    target = target_of(scaled, unit, 10, 10, "achieved").objective_set.targets.get(formula="RESOLVED")
    assert target.companion is not None
    figure(target, 99, 100, "achieved")
    assert not list(noticing.targets_in_danger(scaled, TODAY))
    figure(target, 99, 110, "not_achieved", formula=target.companion.code)
    (item,) = noticing.targets_in_danger(scaled, TODAY)
    assert item.draft["target"] == str(target.pk) and "10" in item.reason


def test_a_target_followed_up_already_leads_to_its_entry(scaled, unit):
    target = target_of(scaled, unit)
    risk = risk_create(scaled, acting=None, kind="risk", unit=unit, process="x", event="y")
    source_add(risk, acting=None, kind="other", target=target)
    assert [item.risk for item in noticing.targets_in_danger(scaled, TODAY)] == [risk.pk]
    assert risk.sources.get().kind == "objective"


def test_targets_of_other_years_and_drafts_are_left_out(scaled, unit):
    target = target_of(scaled, unit)
    assert not list(noticing.targets_in_danger(scaled, TODAY.replace(year=TODAY.year + 1)))
    type(target.objective_set).objects.update(state="superseded")
    assert not list(noticing.targets_in_danger(scaled, TODAY))


def test_complaints_count_when_justified_recent_and_about_one_thing(scaled, unit):
    complaint(scaled, unit, 1)
    complaint(scaled, unit, 2, finding="unfounded")
    complaint(scaled, unit, 3, finding="", state="in_progress", answer="", answered_on=None)
    complaint(scaled, unit, 4, kind="suggestion")
    complaint(scaled, unit, 5, received_on=TODAY - dt.timedelta(500))
    complaint(scaled, factories.unit(scaled), 6)
    assert not list(noticing.repeated_complaints(scaled, TODAY))
    complaint(scaled, unit, 7, finding="partly")
    (item,) = noticing.repeated_complaints(scaled, TODAY)
    assert item.unit == unit and "PA-7" in item.reason and "2" in item.reason


def test_an_import_of_dossiers_looks_for_risks_by_itself(scaled, unit):
    assert not Job.objects.filter(kind=suggestions.JOB).exists()
    cluster(scaled, unit)
    assert Job.objects.filter(kind=suggestions.JOB, agency=scaled).exists()


def test_a_case_decided_on_under_its_former_key_is_not_suggested_again(scaled, unit):
    repeated_case(scaled, unit)
    (item,) = repeated(scaled, TODAY)
    values = {
        "agency": scaled,
        "provider": "nonconformities",
        "url": item.url,
        "unit": unit,
        "seen_on": TODAY,
    }
    former = Suggestion.objects.create(
        key=f"nonconformity:{unit.pk}:QT.PT.01", source_kind="nonconformity", **values
    )
    assert list(repeated(scaled, TODAY)), "waiting still: the present key takes its place"
    Suggestion.objects.filter(pk=former.pk).update(state="dismissed", decision_note="Đã xử lý")
    assert not list(repeated(scaled, TODAY))
