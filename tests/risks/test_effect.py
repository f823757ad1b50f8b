"""Whether actions worked: judged at their date by evidence or a linked figure; without effect they reopen."""

import datetime as dt

import pytest
from django.urls import reverse

from qms import clock
from qms.exceptions import Invalid
from qms.models import Notification, Role
from risks.models import ActionJudgement, Risk, RiskAction
from risks.services import actions
from risks.work import waiting_work
from tests import factories
from tests.risks.conftest import TODAY, plan
from tests.risks.test_every_source import figure, target_of


@pytest.fixture
def done(make_risk, scaled, unit, staff):
    """An action tied to a target that stood at 8 of 10, reported done, its day of judgement come."""
    target = target_of(scaled, unit)
    action = plan(make_risk(3, 4, ready=False), staff, target=target, criterion="100 % được bồi dưỡng")
    actions.action_report(action, acting=staff, note="Đã cử", reference="Chứng nhận 12")
    RiskAction.objects.filter(pk=action.pk).update(deadline=TODAY - dt.timedelta(90), judge_on=TODAY)
    action.refresh_from_db()
    return action


def test_a_linked_figure_is_shown_before_the_judgement_and_kept_with_it(done, head, login):
    client = login(head)
    assert "80" in client.get(done.get_absolute_url()).content.decode()
    address = reverse("risks:action-judge", args=[done.pk])
    page = client.get(address).content.decode()
    assert "8/10" in page and "100 % được bồi dưỡng" in page
    values = {"verdict": "ineffective", "grounds": "Tỷ lệ mới đạt 80 %", "deadline": "01/08/2026"}
    assert client.post(address, values).status_code == 302
    judgement = ActionJudgement.objects.get()
    known = {key: judgement.figure[key] for key in ("code", "numerator", "denominator", "status")}
    assert known == {
        "code": done.target.code,
        "numerator": 8,
        "denominator": 10,
        "status": "not_achieved",
    }
    # What comes later does not change what the judgement rested on.
    figure(done.target, 10, 10, "achieved")
    judgement.refresh_from_db()
    assert judgement.figure["numerator"] == 8
    assert "8/10" in client.get(done.get_absolute_url()).content.decode()


def test_without_effect_it_is_open_again_until_a_later_round_works(done, head, staff, monkeypatch):
    actions.action_judge(done, acting=head, effective=False, grounds="Chưa đạt", deadline=dt.date(2026, 8, 1))
    done.refresh_from_db()
    assert (done.state, done.round, done.deadline, done.done_on) == ("open", 2, dt.date(2026, 8, 1), None)
    assert done.judge_on == dt.date(2026, 8, 1) + dt.timedelta(90)
    assert Notification.objects.filter(person=staff, key=f"risk-action-reopened:{done.pk}:2").exists()
    assert Risk.objects.get().effectiveness == "ineffective"
    assert f"risk-action:{done.pk}" in {item.key for item in waiting_work(staff)}
    monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 11, 2))
    actions.action_report(done, acting=staff, note="Cử đủ", reference="Chứng nhận 20")
    done.refresh_from_db()
    figure(done.target, 10, 10, "achieved")
    actions.action_judge(done, acting=head, effective=True, grounds="Đạt 100 %")
    done.refresh_from_db()
    assert (done.state, Risk.objects.get().effectiveness) == ("effective", "effective")
    assert list(done.judgements.values_list("round", "verdict").order_by("round")) == [
        (1, "ineffective"),
        (2, "effective"),
    ]
    assert list(done.evidence.values_list("round", "reference").order_by("round")) == [
        (1, "Chứng nhận 12"),
        (2, "Chứng nhận 20"),
    ]


def test_nobody_judges_early_without_grounds_or_without_a_new_deadline(done, head):
    for wrong in (
        {"effective": True, "grounds": " "},
        {"effective": False, "grounds": "x"},
        {"effective": False, "grounds": "x", "deadline": TODAY},
    ):
        with pytest.raises(Invalid):
            actions.action_judge(done, acting=head, **wrong)
    RiskAction.objects.filter(pk=done.pk).update(judge_on=TODAY + dt.timedelta(1))
    done.refresh_from_db()
    with pytest.raises(Invalid):
        actions.action_judge(done, acting=head, effective=True, grounds="x")


def test_on_its_day_the_judgement_is_asked_of_somebody_who_may(done, head, staff, secretary):
    key = f"risk-judge:{done.pk}:1"
    asked = {
        name: key in {item.key for item in waiting_work(who)} for name, who in people(head, staff, secretary)
    }
    assert asked == {"head": True, "staff": False, "secretary": False}
    # The unit head's own action is judged by whoever keeps the registers.
    RiskAction.objects.filter(pk=done.pk).update(owner=head)
    asked = {
        name: key in {item.key for item in waiting_work(who)} for name, who in people(head, staff, secretary)
    }
    assert asked == {"head": False, "staff": False, "secretary": True}
    # Likewise where the role is held for every unit.
    every = factories.person(done.agency, Role.UNIT_HEAD)
    assert every.has_role(Role.UNIT_HEAD, unit=done.risk.unit)
    RiskAction.objects.filter(pk=done.pk).update(owner=every)
    assert key in {item.key for item in waiting_work(secretary)}
    RiskAction.objects.filter(pk=done.pk).update(judge_on=TODAY + dt.timedelta(1))
    assert key not in {item.key for item in waiting_work(secretary)}


def people(head, staff, secretary):
    return (("head", head), ("staff", staff), ("secretary", secretary))
