"""Management reviews: collected, frozen, concluded; decisions that open the next one; papers."""

import datetime as dt

import pytest
from django.urls import reverse

from audits import papers_review as papers
from audits.agenda import TOPICS
from audits.models import ManagementReview
from audits.services import effect, plan
from audits.services import reviews as services
from audits.services.review_papers import review_paper
from documents.content import Kind
from qms import registry
from qms.exceptions import DomainError, IllegalTransition, Invalid, Refused
from tests import factories
from tests.audits.cases import (  # noqa: F401
    TODAY,
    do_actions,
    fresh,
    june,
    lead,
    make_plan,
    open_case,
    people,
)


def prepare(people, **fields):  # noqa: F811
    values = {
        "title": "Họp xem xét của lãnh đạo năm 2026",
        "period_from": dt.date(2026, 1, 1),
        "period_to": dt.date(2026, 12, 31),
        "planned_on": TODAY,
        "chair": people.leader,
        "secretary": people.secretary,
    }
    return services.review_open(people.agency, acting=people.secretary, year=2026, **(values | fields))


def supplement_all(review, people):  # noqa: F811
    for row in review.inputs.all():
        if row.is_missing:
            services.input_supplement(row, acting=people.secretary, note="Không phát sinh trong kỳ")


def hold(review, people):  # noqa: F811
    supplement_all(review, people)
    present = [people.leader, people.secretary]
    return services.review_hold(
        review, acting=people.secretary, held_on=TODAY, present=present, place="Phòng họp A"
    )


def decide(review, people, **fields):  # noqa: F811
    values = {
        "kind": "improvement",
        "text": "Bổ sung cảnh báo trước hạn cho mọi quy trình",
        "owner": people.head,
        "deadline": TODAY + dt.timedelta(60),
    }
    return services.decision_add(review, acting=people.secretary, **(values | fields))


def concluded(people):  # noqa: F811
    review = hold(prepare(people), people)
    decision = decide(review, people)
    return services.review_conclude(review, acting=people.leader, conclusion="Phù hợp, có hiệu lực"), decision


def test_the_agenda_is_filled_from_the_records_and_names_what_is_missing(people):  # noqa: F811
    open_case(people, grade="major")
    review = prepare(people)
    rows = {row.topic: row for row in review.inputs.all()}
    assert list(rows) == [topic.code for topic in TOPICS] and len(TOPICS) == 12
    texts = " ".join(line["text"] for line in rows["nonconformities"].lines)
    assert "KPH-2026-001" in texts
    missing = services.missing_inputs(review)
    assert {"providers", "resources"} <= set(missing) and "nonconformities" not in missing
    with pytest.raises(Invalid):
        services.review_hold(
            review, acting=people.secretary, held_on=TODAY, present=[people.leader, people.secretary]
        )


def test_inputs_are_frozen_copies_once_the_meeting_is_held(people):  # noqa: F811
    review = prepare(people)
    services.input_supplement(review.inputs.get(topic="providers"), acting=people.head, note="Hai đơn vị")
    open_case(people)
    services.review_collect(review, acting=people.secretary)
    row = review.inputs.get(topic="providers")
    assert row.note == "Hai đơn vị", "what people added stays"
    review = hold(review, people)
    before = review.inputs.get(topic="nonconformities").lines
    open_case(people, title="Mới")
    for late in (
        lambda: services.review_collect(review, acting=people.secretary),
        lambda: services.input_supplement(row, acting=people.secretary, note="x"),
        lambda: services.review_change(review, acting=people.secretary, place="x"),
    ):
        with pytest.raises(Refused):
            late()
    assert review.inputs.get(topic="nonconformities").lines == before
    assert len(review.digest) == 64


def test_who_may_do_what(people):  # noqa: F811
    with pytest.raises(Refused):
        services.review_open(
            people.agency,
            acting=people.head,
            year=2026,
            title="x",
            period_from=TODAY,
            period_to=TODAY,
            planned_on=TODAY,
            chair=people.leader,
            secretary=people.secretary,
        )
    review = prepare(people)
    stranger = factories.person(factories.agency(), "leader")
    with pytest.raises(Refused):
        services.review_collect(review, acting=people.outsider)
    with pytest.raises(Refused):
        services.input_supplement(review.inputs.first(), acting=people.staff, note="x")
    with pytest.raises(Invalid):
        prepare(people, secretary=people.leader)
    with pytest.raises(DomainError):
        decide(review, people)  # not before the meeting
    review = hold(review, people)
    decide(review, people)
    for wrong in (people.secretary, people.committee_head, stranger):
        with pytest.raises(Refused):
            services.review_conclude(review, acting=wrong, conclusion="x")
    with pytest.raises(Invalid):
        services.review_conclude(review, acting=people.leader, conclusion=" ")


def test_a_review_ends_with_a_decision_that_becomes_work_and_opens_the_next(people, june):  # noqa: F811
    review = hold(prepare(people), people)
    with pytest.raises(Invalid):
        services.review_conclude(review, acting=people.leader, conclusion="Phù hợp")
    decision = decide(review, people)
    assert not [item for item in registry.all_work(people.head) if item.key.startswith("review-decision")]
    services.review_conclude(review, acting=people.leader, conclusion="Phù hợp")
    waiting = [item for item in registry.all_work(people.head) if item.key.startswith("review-decision")]
    assert len(waiting) == 1 and waiting[0].due == decision.deadline
    for again in (
        lambda: services.review_conclude(review, acting=people.leader, conclusion="x"),
        lambda: decide(review, people),
        lambda: services.decision_remove(decision, acting=people.secretary),
    ):
        with pytest.raises(DomainError):
            again()
    with pytest.raises(Refused):
        services.decision_report(decision, acting=people.outsider, note="x")
    following = prepare(people, title="Kỳ sau")
    assert following.previous == review
    line = following.inputs.get(topic="prior").lines[0]
    assert decision.text in line["text"] and line["tone"] == "in_progress"
    services.decision_report(decision, acting=people.head, note="Đã cấu hình")
    with pytest.raises(IllegalTransition):
        services.decision_report(decision, acting=people.head, note="Nữa")
    services.review_collect(following, acting=people.secretary)
    assert following.inputs.get(topic="prior").lines[0]["tone"] == "done"


def test_minutes_and_notice_are_papers(people):  # noqa: F811
    review = prepare(people)
    with pytest.raises(Invalid):
        review_paper(review, purpose=papers.MINUTES, signer=people.leader, acting=people.secretary)
    review, decision = concluded(people)
    minutes = review_paper(review, purpose=papers.MINUTES, signer=people.leader, acting=people.secretary)
    notice = review_paper(review, purpose=papers.NOTICE, signer=people.leader, acting=people.secretary)
    assert (minutes.kind, notice.kind) == (Kind.MINUTES, Kind.NOTICE)
    for paper in (minutes, notice):
        assert decision.text in paper.typed.model_dump_json()
    with pytest.raises(Invalid):
        review_paper(review, purpose=papers.MINUTES, signer=people.leader, acting=people.secretary)
    assert papers.minutes_of_the_year(people.agency, 2026) is None, "not issued yet"


def test_the_pages_of_a_review(people, client, other_agency):  # noqa: F811
    client.force_login(people.secretary.user)
    assert client.get(reverse("audits:review-list")).status_code == 200
    new = reverse("audits:review-create")
    assert client.get(new).status_code == 200
    values = {
        "title": "Họp năm 2026",
        "form": "annual",
        "period_from": "01/01/2026",
        "period_to": "31/12/2026",
        "planned_on": "20/12/2026",
        "chair": people.leader.pk,
        "secretary": people.secretary.pk,
    }
    assert client.post(new, values).status_code == 302
    review = ManagementReview.objects.get()

    def at(name, thing=review):
        return reverse(f"audits:{name}", args=[thing.pk])

    assert client.get(at("review-detail")).status_code == 200
    for name in ("review-edit", "review-invite", "review-hold", "review-cancel"):
        assert client.get(at(name)).status_code == 200
    invited = [people.leader.pk, people.secretary.pk, people.head.pk]
    assert client.post(at("review-invite"), {"people": invited}).status_code == 302
    assert client.post(at("review-collect")).status_code == 302
    row = review.inputs.first()
    assert client.get(at("input-supplement", row)).status_code == 200
    supplement_all(review, people)
    meeting = {"held_on": "15/06/2026", "starts_at": "8:00", "ends_at": "10:00", "present": invited[:2]}
    assert client.post(at("review-hold"), meeting).status_code == 302
    words = {"opinion": "Đồng ý", "conclusion": "Tiếp tục"}
    assert client.post(at("input-discuss", row), words).status_code == 302
    decision = {
        "kind": "resources",
        "text": "Bổ sung một máy quét",
        "owner": people.head.pk,
        "deadline": "30/09/2026",
    }
    assert client.get(at("decision-add")).status_code == 200
    assert client.post(at("decision-add"), decision).status_code == 302
    one = review.decisions.get()
    assert client.get(at("decision-edit", one)).status_code == 200
    assert "Bổ sung một máy quét" in client.get(at("review-detail")).text
    client.force_login(people.leader.user)
    assert client.get(at("review-conclude")).status_code == 200
    assert client.post(at("review-conclude"), {"conclusion": "Phù hợp"}).status_code == 302
    client.force_login(people.head.user)
    assert client.get(at("decision-report", one)).status_code == 200
    done = {"done_on": "15/06/2026", "note": "Đã mua"}
    assert client.post(at("decision-report", one), done).status_code == 302
    client.force_login(people.secretary.user)
    assert client.get(at("review-minutes")).status_code == 200
    assert client.post(at("review-minutes"), {"signer": people.leader.pk}).status_code == 302
    assert client.get(at("review-detail")).status_code == 200
    assert client.get(reverse("audits:decision-export")).getvalue()
    client.force_login(factories.person(other_agency, "secretary").user)
    for name in ("review-detail", "review-hold", "review-conclude"):
        assert client.get(at(name)).status_code == 404


def test_a_failed_check_reopens_and_the_review_reports_what_became_of_it(people, june):  # noqa: F811
    case = lead(open_case(people, grade="major"), people, "checking", june)
    june(TODAY + dt.timedelta(100))
    effect.effect_judge(case, acting=people.verifier, effective=False, grounds="Còn 2 hồ sơ")
    review = prepare(people)
    lines = {line["text"]: line for line in review.inputs.get(topic="nonconformities").lines}
    assert any(case.code in text for text in lines), "a major case that is open again is named"
    make_plan(fresh(case), people, deadline=TODAY + dt.timedelta(130))
    plan.plan_submit(fresh(case), acting=people.head)
    plan.plan_approve(fresh(case), acting=people.committee_head)
    do_actions(case, people)
    june(TODAY + dt.timedelta(190))
    effect.effect_judge(fresh(case), acting=people.verifier, effective=True, grounds="Không còn")
    services.review_collect(review, acting=people.secretary)
    figures = [line["figure"] for line in review.inputs.get(topic="nonconformities").lines]
    assert any("(1/1)" in figure for figure in figures), "effective of those judged"
