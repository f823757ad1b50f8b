"""Improvements in one list: decided, planned, recommended, with owner, day and result (10.3)."""

import datetime as dt

import pytest
from django.urls import reverse

from audits.models import Finding, ReviewDecision
from audits.selectors.improvements import improvement_keys, improvements
from audits.services import findings
from qms.models import Role
from risks.models import Risk, RiskAction, RiskSource
from tests import factories
from tests.audits.acts import everything, put  # noqa: F401 - a fixture
from tests.audits.conftest import TODAY


@pytest.fixture
def filled(world):
    """A decision of a concluded review, an action on an opportunity and one on a risk, an observation."""
    put(world.review, "concluded")
    risk = Risk.objects.create(
        agency=world.agency, code="CH-01", kind="opportunity", unit=world.unit, process="x",
        event="Ký số tại chỗ", owner=world.cast["head"],
    )  # fmt: skip
    other = Risk.objects.create(
        agency=world.agency, code="RR-01", kind="risk", unit=world.unit, process="x", event="Mất điện"
    )
    for one in (risk, other):
        RiskAction.objects.create(
            agency=world.agency, risk=one, description=f"Việc của {one.code}", owner=world.cast["doer"],
            deadline=TODAY - dt.timedelta(3), judge_on=TODAY,
        )  # fmt: skip
    finding = findings.finding_raise(
        world.audit, acting=world.cast["lead"], key="khoa-cai-tien", grade="observation", unit=world.unit,
        description="Nên gộp hai biểu mẫu",
    )  # fmt: skip
    return finding, risk


def shown(person, **asked):
    return {row.source: row for row in improvements(improvement_keys(person, asked))}


def test_every_improvement_has_its_source_owner_day_and_result(world, filled):
    finding, risk = filled
    me = world.cast["secretary"]
    decision = f"{world.review.code}/{world.decision.number}"
    rows = shown(me)
    assert set(rows) == {decision, "CH-01", finding.code}, "no risks, no nonconformities"
    assert rows["CH-01"].status == "overdue" and rows["CH-01"].owner == str(world.cast["doer"])
    assert not rows[finding.code].follow
    RiskSource.objects.create(
        agency=world.agency, risk=risk, kind="nonconformity", label="x", url=finding.get_absolute_url()
    )
    assert shown(me)[finding.code].follow == risk.get_absolute_url()
    ReviewDecision.objects.filter(pk=world.decision.pk).update(state="done", done_on=TODAY, done_note="Xong")
    assert shown(me, state="done")[decision].result == "Xong"
    assert set(shown(me, state="late")) == {"CH-01"} == set(shown(me, kind="opportunity"))
    assert not shown(me, unit=str(world.other.pk), kind="finding")
    Finding.objects.filter(pk=finding.pk).update(state="withdrawn")
    assert finding.code not in shown(me)
    assert not shown(factories.person(factories.agency(), Role.SECRETARY))


def test_an_action_of_a_dropped_opportunity_is_not_late_for_ever(world, filled):
    _finding, risk = filled
    me = world.cast["secretary"]
    Risk.objects.filter(pk=risk.pk).update(state="closed")
    assert "CH-01" not in shown(me) and "CH-01" not in shown(me, state="late")
    RiskAction.objects.filter(risk=risk).update(state="done", done_on=TODAY)
    assert "CH-01" in shown(me), "what was carried out stays"


def test_the_list_is_read_and_taken_out(client, world, filled):
    client.force_login(world.cast["doer"].user)
    page = client.get(reverse("audits:improvement-list"))
    assert page.status_code == 200 and "Nên gộp hai biểu mẫu" in page.content.decode()
    book = client.get(reverse("audits:improvement-export"))
    assert book.getvalue()[:2] == b"PK"
    for close in book._resource_closers:
        close()
    client.force_login(world.cast["superior"].user)
    assert client.get(reverse("audits:improvement-list")).status_code == 403
