"""Nonconformities: the gates of every step, on the server, whoever asks."""

import datetime as dt

import pytest

from audits import noticing
from audits import policies_improvement as policies
from audits.models import CorrectiveAction, Nonconformity, Recurrence
from audits.services import corrective, effect, nonconformities, plan, similar
from audits.workflow_improvement import CASE
from library.models import ControlledDocument
from qms import agency_settings
from qms.exceptions import DomainError, IllegalTransition, Invalid, Refused
from qms.models import AuditEntry, Notification
from risks.models import Suggestion
from risks.services import suggestions
from tests import factories
from tests.audits.cases import (  # noqa: F401
    TODAY,
    WAY,
    analyse,
    answer_all,
    clause,
    correct,
    decide,
    do_actions,
    fresh,
    june,
    lead,
    make_plan,
    open_case,
    people,
)

State = Nonconformity.State


def test_a_case_goes_its_whole_way_and_the_trail_tells_it(people, june):  # noqa: F811
    case = lead(open_case(people), people, "closed", june)
    assert case.code == "KPH-2026-001" and case.effective and case.closed_by == people.secretary
    verbs = list(
        AuditEntry.objects.filter(subject_id=str(case.pk)).order_by("at", "id").values_list("verb", flat=True)
    )
    for verb in ("opened", "analysis_begun", "submitted", "approved", "finished", "judged", "closed"):
        assert f"audits.nonconformity.{verb}" in verbs
    assert Notification.objects.filter(person=people.verifier, key__startswith="nc-check").count() == 1


# Every step from every state it must not be taken from.
STEPS = {
    "analyse": lambda case, p: nonconformities.analysis_begin(case, acting=None),
    "waive": lambda case, p: nonconformities.analysis_waive(case, acting=None, reason="Nhỏ"),
    "submit": lambda case, p: plan.plan_submit(case, acting=None),
    "approve": lambda case, p: plan.plan_approve(case, acting=None),
    "return": lambda case, p: plan.plan_return(case, acting=None, reason="Thiếu"),
    "pass": lambda case, p: effect.effect_judge(case, acting=None, effective=True, grounds="x"),
    "fail": lambda case, p: effect.effect_judge(case, acting=None, effective=False, grounds="x"),
    "close": lambda case, p: effect.nonconformity_close(case, acting=None),
    "reopen": lambda case, p: effect.nonconformity_reopen(case, acting=None, reason="Chưa xong"),
    "cancel": lambda case, p: effect.nonconformity_cancel(case, acting=None, reason="Nhầm"),
}


@pytest.mark.parametrize("state", [*WAY, "reopened", "cancelled"])
def test_no_step_is_taken_from_a_state_it_does_not_lead_from(people, june, state):  # noqa: F811
    case = open_case(people)
    if state == "reopened":
        case = lead(case, people, "checking", june)
        june(TODAY + dt.timedelta(100))
        effect.effect_judge(case, acting=people.verifier, effective=False, grounds="Vẫn thiếu")
    elif state == "cancelled":
        effect.nonconformity_cancel(case, acting=None, reason="Nhầm")
    else:
        case = lead(case, people, state, june)
    june(TODAY + dt.timedelta(120))
    allowed = {step.name for step in CASE.open_steps(state)}
    for name in set(STEPS) - allowed:
        with pytest.raises((IllegalTransition, Invalid)):
            STEPS[name](fresh(case), people)
        assert fresh(case).state == state


FORBIDDEN = [
    # (state, who, what) of the people fixture
    ("open", "outsider", lambda c, p, me: nonconformities.nothing_to_correct(c, acting=me, reason="x")),
    ("open", "staff", lambda c, p, me: nonconformities.analysis_waive(c, acting=me, reason="x")),
    ("open", "secretary", lambda c, p, me: nonconformities.analysis_waive(c, acting=me, reason="x")),
    ("open", "head", lambda c, p, me: grade_as(c, me)),
    ("open", "outsider", lambda c, p, me: nonconformities.nonconformity_change(c, acting=me, title="x")),
    ("open", "head", lambda c, p, me: effect.nonconformity_cancel(c, acting=me, reason="x")),
    ("open", "staff", lambda c, p, me: effect.nonconformity_cancel(c, acting=me, reason="x")),
    ("analysis", "outsider", lambda c, p, me: analyse_as(c, me)),
    ("analysis", "staff", lambda c, p, me: plan.plan_submit(c, acting=me)),
    ("analysis", "superior", lambda c, p, me: plan.plan_submit(c, acting=me)),
    ("submitted", "head", lambda c, p, me: plan.plan_approve(c, acting=me)),
    ("submitted", "secretary", lambda c, p, me: plan.plan_approve(c, acting=me)),
    ("submitted", "verifier", lambda c, p, me: plan.plan_return(c, acting=me, reason="x")),
    ("in_progress", "outsider", lambda c, p, me: report_as(c, me)),
    ("in_progress", "head", lambda c, p, me: plan.verifier_choose(c, acting=me, verifier=p.other_head)),
    ("checking", "head", lambda c, p, me: judge_as(c, me)),
    ("checking", "staff", lambda c, p, me: judge_as(c, me)),
    ("checking", "committee_head", lambda c, p, me: judge_as(c, me)),
    ("to_close", "outsider", lambda c, p, me: decide_as(c, me)),
    ("to_close", "head", lambda c, p, me: effect.nonconformity_close(c, acting=me)),
    ("to_close", "verifier", lambda c, p, me: effect.nonconformity_close(c, acting=me)),
    ("closed", "head", lambda c, p, me: effect.nonconformity_reopen(c, acting=me, reason="x")),
]


def grade_as(case, me):
    nonconformities.nonconformity_grade(case, acting=me, grade="major", reason="x")


def judge_as(case, me):
    effect.effect_judge(case, acting=me, effective=True, grounds="x")


def analyse_as(case, me):
    nonconformities.cause_record(
        case,
        acting=me,
        method="fishbone",
        items=[{"category": "people", "text": "x"}],
        root_cause="x",
        category="people",
    )


def report_as(case, me):
    action = case.actions.filter(kind="corrective").first()
    corrective.action_report(action, acting=me, note="x", reference="x")


def decide_as(case, me):
    effect.change_decide(
        case, acting=me, risk_decision="none", risk_note="x", document_decision="none", document_note="x"
    )


@pytest.mark.parametrize("state", sorted({row[0] for row in FORBIDDEN}, key=WAY.index))
def test_who_may_not_is_refused(people, june, state):  # noqa: F811
    case = lead(open_case(people), people, state, june)
    stranger = factories.person(factories.agency(), "leader")
    for of, who, what in FORBIDDEN:
        if of != state:
            continue
        with pytest.raises(Refused):
            what(case, people, getattr(people, who))
        with pytest.raises(Refused, match=r"khác|another"):
            what(case, people, stranger)
        assert fresh(case).state == state, who


def test_the_correction_comes_before_the_cause(people):  # noqa: F811
    case = open_case(people)
    with pytest.raises(Invalid):
        nonconformities.analysis_begin(case, acting=people.head)
    with pytest.raises(Invalid):
        analyse(case, people)
    nonconformities.nothing_to_correct(case, acting=people.head, reason="Kết quả đã trả, không thu hồi được")
    assert nonconformities.analysis_begin(case, acting=people.head).state == State.ANALYSIS


@pytest.mark.parametrize("how", ["major", "recurring"])
def test_a_major_or_recurring_case_needs_its_cause(people, how, june):  # noqa: F811
    if how == "recurring":
        open_case(people, clause=clause())
        case = open_case(people, clause=clause())
        assert case.recurring
    else:
        case = open_case(people, grade="major")
    correct(case, people)
    with pytest.raises(Refused):
        nonconformities.analysis_waive(fresh(case), acting=people.head, reason="Việc nhỏ")
    with pytest.raises(Invalid):  # not even the portal itself
        nonconformities.analysis_waive(fresh(case), acting=None, reason="Việc nhỏ")


def test_a_minor_new_case_may_be_closed_without_cause_with_a_reason(people):  # noqa: F811
    case = open_case(people)
    correct(case, people)
    with pytest.raises(Invalid):
        nonconformities.analysis_waive(case, acting=people.head, reason=" ")
    nonconformities.analysis_waive(case, acting=people.head, reason="Lỗi đánh máy một lần")
    with pytest.raises(Invalid):
        effect.nonconformity_close(fresh(case), acting=people.secretary)
    decide(fresh(case), people)
    closed = effect.nonconformity_close(fresh(case), acting=people.secretary)
    assert closed.state == State.CLOSED and closed.effective is None


def test_a_plan_is_submitted_whole(people):  # noqa: F811
    case = lead(open_case(people), people, "analysis", None)
    wheres = lambda: {problem.where for problem in plan.plan_problems(fresh(case))}  # noqa: E731
    assert wheres() == {"cause", "similar", "actions", "check"}
    analyse(case, people)
    assert wheres() == {"similar", "actions", "check"}
    similar.similar_not_asked(case, acting=people.head, reason="Chỉ phòng này làm")
    make_plan(fresh(case), people, due_on=TODAY + dt.timedelta(30))
    assert wheres() == {"check"}, "the check must come after the last deadline"
    with pytest.raises(Invalid):
        plan.plan_submit(fresh(case), acting=people.head)


def test_the_verifier_stands_outside_the_unit_and_its_actions(people, june):  # noqa: F811
    case = lead(open_case(people), people, "analysis", june)
    for wrong in (people.staff, people.head):
        with pytest.raises(Invalid):
            make_plan(case, people, verifier=wrong)
    case = lead(open_case(people, title="Hai"), people, "checking", june)
    june(TODAY + dt.timedelta(100))
    people.verifier.unit = people.unit  # moved into the unit since
    people.verifier.save(update_fields=["unit"])
    check = plan.check_of(fresh(case))
    assert not policies.can_verify(check.verifier, check)
    plan.verifier_choose(case, acting=people.committee_head, verifier=people.other_head)
    check = effect.effect_judge(fresh(case), acting=people.other_head, effective=True, grounds="Đủ")
    assert check.verdict == "effective"


def test_the_approver_had_no_part_in_the_plan(people, june):  # noqa: F811
    case = lead(open_case(people, owner=people.leader), people, "submitted", june)
    with pytest.raises(Refused):
        plan.plan_approve(case, acting=people.leader)
    assert plan.plan_approve(case, acting=people.committee_head).state == State.IN_PROGRESS


def test_effect_is_not_judged_before_its_day(people, june):  # noqa: F811
    case = lead(open_case(people), people, "checking", june)
    with pytest.raises(Invalid):
        effect.effect_judge(case, acting=people.verifier, effective=True, grounds="Sớm")


def test_an_ineffective_case_is_open_again_in_a_further_round(people, june):  # noqa: F811
    case = lead(open_case(people), people, "checking", june)
    june(TODAY + dt.timedelta(100))
    effect.effect_judge(case, acting=people.verifier, effective=False, grounds="Tháng 8 còn 2 hồ sơ")
    case = fresh(case)
    assert (case.state, case.round, case.effective) == (State.REOPENED, 2, False)
    assert case.due_on > TODAY + dt.timedelta(100)
    assert {p.where for p in plan.plan_problems(case)} == {"cause", "actions", "check"}
    assert Notification.objects.filter(person=people.head, key=f"nc-reopened:{case.pk}:2").exists()
    make_plan(case, people, deadline=TODAY + dt.timedelta(130))
    plan.plan_submit(fresh(case), acting=people.head)
    plan.plan_approve(fresh(case), acting=people.committee_head)
    do_actions(case, people)
    june(TODAY + dt.timedelta(200))
    effect.effect_judge(fresh(case), acting=people.verifier, effective=True, grounds="Hai tháng không thiếu")
    assert [row.verdict for row in case.checks.order_by("round")] == ["ineffective", "effective"]


def test_a_document_of_the_portal_is_named_itself(people, june):  # noqa: F811
    case = lead(open_case(people), people, "checking", june)
    document = ControlledDocument.objects.create(
        agency=people.agency, code="QT.BCVT.04", title="Cấp phép bưu chính", kind="procedure"
    )
    other = factories.agency()
    foreign = ControlledDocument.objects.create(agency=other, code="QT.01", title="x", kind="procedure")
    said = {"acting": people.head, "risk_decision": "none", "risk_note": "x"}
    with pytest.raises(Invalid):
        effect.change_decide(case, document_decision="revised", document=foreign, **said)
    with pytest.raises(Invalid):
        effect.change_decide(case, document_decision="revised", **said)
    effect.change_decide(case, document_decision="revised", document=document, **said)
    assert fresh(case).document == document
    said["document_note"] = "Quy trình vẫn đúng"
    effect.change_decide(case, document_decision="none", document=document, **said)
    assert fresh(case).document is None


def test_a_further_return_is_told_again_after_the_first_was_decided(people, june):  # noqa: F811
    open_case(people, clause=clause())
    second = open_case(people, clause=clause(), title="Lần hai")
    found = list(noticing.repeated(people.agency, TODAY))
    suggestions.suggestions_write(people.agency, {noticing.PROVIDER: found}, TODAY)
    first = Suggestion.objects.get()
    assert first.url == second.get_absolute_url()
    suggestions.suggestion_dismiss(first, acting=people.secretary, reason="Đã có trong Bảng")
    third = open_case(people, clause=clause(), title="Lần ba")
    for _night in range(2):
        found = list(noticing.repeated(people.agency, TODAY))
        suggestions.suggestions_write(people.agency, {noticing.PROVIDER: found}, TODAY)
    again = Suggestion.objects.exclude(pk=first.pk).get()
    assert again.state == "open" and again.url == third.get_absolute_url()
    first.refresh_from_db()
    assert first.state == "dismissed"


def test_closing_waits_for_answers_and_decisions(people, june):  # noqa: F811
    case = lead(open_case(people), people, "to_close", june)
    assert {p.where for p in effect.close_problems(fresh(case))} == {"similar", "decision"}
    with pytest.raises(Invalid):
        decide_as_unfounded(case, people)
    answer_all(case, people)
    decide(case, people)
    assert not effect.close_problems(fresh(case))


def decide_as_unfounded(case, people):  # noqa: F811
    effect.change_decide(
        case, acting=people.head, risk_decision="updated", document_decision="none", document_note="x"
    )


def test_others_are_asked_and_a_found_case_is_opened_there(people, june):  # noqa: F811
    case = lead(open_case(people, clause=clause()), people, "submitted", june)
    row = case.similar_cases.get()
    with pytest.raises(Refused):
        similar.similar_answer(row, acting=people.staff, answer="none", words="Không")
    with pytest.raises(Invalid):
        similar.similar_answer(row, acting=people.outsider, answer="none", words=" ")
    done = similar.similar_answer(row, acting=people.outsider, answer="found", words="Có 1 hồ sơ")
    assert done.opened.unit == people.other and done.opened.similar_to == case
    assert not done.opened.recurring, "the same cause found elsewhere at once is no recurrence"
    with pytest.raises(Invalid):
        similar.similar_answer(row, acting=people.other_head, answer="none", words="Đổi ý")


# --- Extensions --------------------------------------------------------------------------------------------
def test_more_time_is_granted_by_somebody_else_and_moves_the_check(people, june):  # noqa: F811
    case = lead(open_case(people), people, "in_progress", june)
    action = case.actions.get(kind="corrective")
    before = case.checks.get().due_on
    asked = corrective.extension_ask(
        action, acting=people.staff, new_deadline=TODAY + dt.timedelta(95), reason="Chờ Một cửa góp ý"
    )
    with pytest.raises(Invalid):
        corrective.extension_ask(
            action, acting=people.head, new_deadline=TODAY + dt.timedelta(99), reason="Nữa"
        )
    for wrong in (people.staff, people.head, people.secretary):
        with pytest.raises(Refused):
            corrective.extension_decide(asked, acting=wrong, granted=True)
    corrective.extension_decide(asked, acting=people.committee_head, granted=True)
    action.refresh_from_db()
    assert action.deadline == TODAY + dt.timedelta(95) and action.first_deadline == TODAY + dt.timedelta(30)
    assert case.checks.get().due_on == before + dt.timedelta(65)
    with pytest.raises(IllegalTransition):
        corrective.extension_decide(asked, acting=people.leader, granted=False, note="Muộn")


def test_evidence_is_compulsory_and_a_done_action_stays_done(people, june):  # noqa: F811
    case = lead(open_case(people), people, "in_progress", june)
    action = case.actions.get(kind="corrective")
    with pytest.raises(Invalid):
        corrective.action_report(action, acting=people.staff, note="Xong")
    with pytest.raises(Invalid):
        corrective.action_cancel(action, acting=people.head, reason="Thôi")
    corrective.action_report(action, acting=people.staff, note="Xong", reference="QT lần 3")
    for again in (
        lambda: corrective.action_report(action, acting=people.staff, note="Nữa", reference="x"),
        lambda: corrective.action_cancel(action, acting=people.head, reason="x"),
        lambda: corrective.action_change(action, acting=people.head, description="x"),
    ):
        with pytest.raises(DomainError):
            again()
    assert CorrectiveAction.objects.get(pk=action.pk).state == "done"


# --- Recurrence --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("same", "recurs"),
    [
        ({"clause", "process"}, True),
        ({"clause", "unit"}, False),
        ({"process"}, False),
        ({"unit", "cause", "clause"}, True),
        ({"unit", "cause", "process"}, True),
        ({"cause", "clause"}, False),
        (set(), False),
    ],
)
def test_what_makes_a_recurrence(people, june, same, recurs):  # noqa: F811
    first = open_case(people, clause=clause())
    lead(first, people, "analysis", june)
    analyse(fresh(first), people)
    second = open_case(
        people,
        unit=people.unit if "unit" in same else people.other,
        clause=clause() if "clause" in same else clause("7.5.3"),
        process="QT.BCVT.04" if "process" in same else "QT.KHAC.01",
    )
    lead_owner = people.head if "unit" in same else people.other_head
    nonconformities.nothing_to_correct(second, acting=lead_owner, reason="x")
    nonconformities.analysis_begin(second, acting=lead_owner)
    nonconformities.cause_record(
        second,
        acting=lead_owner,
        method="fishbone",
        items=[{"category": "method", "text": "x"}],
        root_cause="x",
        category="method" if "cause" in same else "tools",
    )
    assert fresh(second).recurring is recurs
    assert Recurrence.objects.filter(later=second, earlier=first).exists() is recurs


def test_the_window_is_the_agencys(people, june):  # noqa: F811
    old = open_case(people, clause=clause(), detected_on=TODAY - dt.timedelta(400), due_on=TODAY)
    assert open_case(people, clause=clause()).recurring
    agency_settings.put(people.agency, "audits.recurrence_months", 12, acting=None)
    Nonconformity.objects.exclude(pk=old.pk).filter(detected_on=TODAY).update(
        state="cancelled", cancelled_reason="Nhầm"
    )
    assert not open_case(people, clause=clause(), detected_on=TODAY).recurring
