"""Writing down, scoring, treating, accepting; actions until they have effect."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from qms.exceptions import IllegalTransition, Invalid, Refused
from qms.models import AuditEntry, Notification, Role
from risks.models import ActionJudgement, Risk, RiskAction, RiskScore
from risks.services import actions, risks
from tests import factories
from tests.risks.conftest import TODAY, plan


def test_codes_count_per_unit_and_kind(make_risk, scaled):
    assert make_risk().code == "RR-PT-01"
    assert make_risk().code == "RR-PT-02"
    assert make_risk(kind=Risk.Kind.OPPORTUNITY).code == "CH-PT-01"
    assert make_risk(of=None).code == f"RR-{scaled.code}-01"


def test_people_of_another_unit_may_not_write(scaled, unit):
    other = factories.person(scaled, Role.STAFF, unit=factories.unit(scaled))
    with pytest.raises(Refused, match="Phòng Thử"):
        risks.risk_create(scaled, acting=other, kind="risk", unit=unit, process="p", event="e")


def test_a_score_is_a_line_and_the_newest_counts(make_risk, staff):
    risk = make_risk(3, 4)
    risks.risk_score(risk, acting=staff, phase="after", first=2, second=3, note="Quý I không trễ")
    risk.refresh_from_db()
    assert (risk.before_value, risk.after_value, risk.value, risk.level) == (12, 6, 6, "medium")
    risks.risk_score(risk, acting=staff, phase="before", first=4, second=4)
    risk.refresh_from_db()
    assert (risk.before_value, risk.after_value, risk.value) == (16, None, 16)
    assert list(risk.scores.order_by("created_at").values_list("value", flat=True)) == [12, 6, 16]
    assert AuditEntry.objects.filter(verb="risks.risk.scored", subject_id=str(risk.pk)).count() == 3


def test_what_remains_is_never_higher_than_before(make_risk, staff):
    with pytest.raises(Invalid):
        risks.risk_score(make_risk(2, 2), acting=staff, phase="after", first=3, second=3)
    with pytest.raises(Invalid):
        risks.risk_score(make_risk(None), acting=staff, phase="after", first=1, second=1)


def test_levels_outside_the_scale_are_refused(make_risk, staff):
    with pytest.raises(Invalid) as caught:
        risks.risk_score(make_risk(), acting=staff, phase="before", first=6, second=0)
    assert {problem.where for problem in caught.value.problems} == {"first", "second"}


def test_a_missing_control_is_no_event():
    assert risks.wording_hint("Không có quy trình kiểm tra hồ sơ")
    assert not risks.wording_hint("Hồ sơ trả trễ hạn")


def test_accepting_a_high_risk_needs_a_leader_and_expires(make_risk, staff, head, leader, monkeypatch):
    risk = make_risk(4, 4)
    risks.risk_treat(risk, acting=staff, treatment="accept", reason="Chưa có kinh phí")
    with pytest.raises(Refused):
        risks.risk_accept(risk, acting=head, until=TODAY + dt.timedelta(90), reason="x")
    with pytest.raises(Invalid):
        risks.risk_accept(risk, acting=leader, until=TODAY + dt.timedelta(400), reason="x")
    made = risks.risk_accept(risk, acting=leader, until=TODAY + dt.timedelta(90), reason="Chờ dự toán")
    risk.refresh_from_db()
    assert (made.level_label, risk.accepted_until) == ("Cao", TODAY + dt.timedelta(90))
    from risks.selectors.risks import check_condition

    def expired(day):
        return Risk.objects.filter(check_condition("acceptance_expired", risk.agency, day)).exists()

    assert not expired(TODAY)
    assert expired(TODAY + dt.timedelta(91))


def test_whoever_drafted_a_risk_does_not_accept_it(scaled, leader):
    risk = risks.risk_create(scaled, acting=leader, kind="risk", unit=None, process="p", event="e")
    risks.risk_score(risk, acting=leader, phase="before", first=5, second=5)
    risks.risk_treat(risk, acting=leader, treatment="accept", reason="x")
    with pytest.raises(Refused):
        risks.risk_accept(risk, acting=leader, until=TODAY, reason="x")


def test_not_pursuing_an_opportunity_needs_a_reason(make_risk, staff):
    opportunity = make_risk(kind=Risk.Kind.OPPORTUNITY, ready=False)
    with pytest.raises(Invalid):
        risks.risk_treat(opportunity, acting=staff, pursue=False)
    risks.risk_treat(opportunity, acting=staff, pursue=False, reason="Chưa đủ dữ liệu")
    opportunity.refresh_from_db()
    assert opportunity.pursue is False


def test_an_action_is_done_with_evidence_and_judged_by_somebody_else(make_risk, staff, head):
    risk = make_risk()
    action = risk.actions.get()
    assert Notification.objects.filter(person=staff, topic="risks").count() == 1
    with pytest.raises(Invalid):
        actions.action_report(action, acting=staff, note="Xong")
    action = actions.action_report(action, acting=staff, note="Xong", reference="Sổ giao ban tuần 24")
    with pytest.raises(IllegalTransition):
        actions.action_report(action, acting=staff, note="Xong", reference="x")
    with pytest.raises(Invalid):
        actions.action_judge(action, acting=head, effective=True, grounds="Không còn hồ sơ trễ")
    RiskAction.objects.update(judge_on=TODAY, deadline=TODAY)
    action.refresh_from_db()
    with pytest.raises(Refused):
        actions.action_judge(action, acting=staff, effective=True, grounds="Không còn hồ sơ trễ")
    actions.action_judge(action, acting=head, effective=True, grounds="Không còn hồ sơ trễ")
    action.refresh_from_db()
    risk.refresh_from_db()
    assert (action.state, risk.effectiveness) == ("effective", "effective")


def test_an_ineffective_action_is_open_again_with_a_new_deadline(make_risk, staff, head):
    risk = make_risk()
    RiskAction.objects.update(judge_on=TODAY, deadline=TODAY)
    action = actions.action_report(risk.actions.get(), acting=staff, note="Xong", reference="Báo cáo")
    with pytest.raises(Invalid):
        actions.action_judge(action, acting=head, effective=False, grounds="Vẫn trễ 5 hồ sơ")
    later = TODAY + dt.timedelta(30)
    actions.action_judge(action, acting=head, effective=False, grounds="Vẫn trễ 5 hồ sơ", deadline=later)
    action.refresh_from_db()
    risk.refresh_from_db()
    assert (action.state, action.round, action.deadline, action.done_on) == ("open", 2, later, None)
    assert risk.effectiveness == "ineffective"
    assert Notification.objects.filter(person=staff, key__startswith="risk-action-reopened").exists()
    assert ActionJudgement.objects.get().round == 1


def test_a_strangers_report_is_refused(make_risk, scaled):
    action = make_risk().actions.get()
    stranger = factories.person(scaled, Role.STAFF, unit=factories.unit(scaled))
    with pytest.raises(Refused):
        actions.action_report(action, acting=stranger, note="x", reference="x")


def test_effect_is_not_judged_before_the_deadline(make_risk, staff):
    with pytest.raises(Invalid):
        plan(make_risk(), staff, judge_on=TODAY)


def test_the_pages_of_a_risk_from_writing_to_judging(scaled, unit, staff, head, login):
    client = login(staff)
    new = client.post(
        reverse("risks:risk-create"), {"process": "Cấp phép", "event": "Cấp sai thông tin", "owner": staff.pk}
    )
    risk = Risk.objects.get()
    assert new.url == reverse("risks:risk-score", args=[risk.pk, "before"])
    assert client.post(new.url, {"first": "3", "second": "5"}).status_code == 302
    assert (
        client.post(
            reverse("risks:risk-treatment", args=[risk.pk]), {"treatment": "reduce", "reason": ""}
        ).status_code
        == 302
    )
    planned = {"description": "Đối chiếu trước khi ký", "owner": staff.pk, "deadline": "30/06/2026"}
    assert client.post(reverse("risks:action-add", args=[risk.pk]), planned).status_code == 302
    action = RiskAction.objects.get()
    file = SimpleUploadedFile("bien-ban.pdf", b"%PDF-1.4 thu")
    report = {"done_on": "15/06/2026", "note": "Đã làm", "file": file}
    assert client.post(reverse("risks:action-report", args=[action.pk]), report).status_code == 302
    page = client.get(action.get_absolute_url())
    evidence = action.evidence.get()
    assert reverse("risks:evidence", args=[evidence.pk]) in page.content.decode()
    served = client.get(reverse("risks:evidence", args=[evidence.pk]))
    assert served.getvalue() == b"%PDF-1.4 thu"
    for name in ("risks:risk-detail", "risks:risk-edit", "risks:source-add"):
        assert client.get(reverse(name, args=[risk.pk])).status_code == 200
    RiskAction.objects.update(judge_on=TODAY)
    client = login(head)
    judged = client.post(
        reverse("risks:action-judge", args=[action.pk]), {"verdict": "effective", "grounds": "Không sai nữa"}
    )
    assert judged.status_code == 302
    risk.refresh_from_db()
    assert risk.effectiveness == "effective"
    assert "SHA-256" not in page.content.decode()


def test_the_line_of_scores_is_drawn_with_its_words(make_risk, staff, login):
    risk = make_risk(4, 4)
    risks.risk_score(risk, acting=staff, phase=RiskScore.Phase.AFTER, first=2, second=2)
    page = login(staff).get(risk.get_absolute_url()).content.decode()
    assert 'class="chart scoreline"' in page
    assert "15/06/2026: 16 Cao; 15/06/2026: 4 Thấp" in page


@pytest.mark.parametrize(
    "query",
    ["", "?q=tre+han", "?check=no_owner", "?cell=before-3-4", "?level=high", "?unit=xxx", "?unit=-",
     "?state=all&sort=-now", "?check=moved", "?check=old_scale", "?cell=x"],
)  # fmt: skip
def test_lists_and_exports_take_every_filter(query, make_risk, staff, login):
    make_risk(3, 4)
    client = login(staff)
    found = len(client.get(reverse("risks:risk-list") + query).context["rows"])
    shown = {"?check=no_owner": 0, "?unit=-": 0, "?check=moved": 0, "?check=old_scale": 0}
    assert found == shown.get(query, 1)
    sheet = client.get(reverse("risks:risk-export") + query)
    assert sheet.status_code == 200
    assert sheet.getvalue()


def test_the_superior_agency_sees_only_what_is_issued(scaled, login):
    client = login(factories.person(scaled, Role.SUPERIOR))
    assert client.get(reverse("risks:overview")).status_code == 403
