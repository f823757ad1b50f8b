"""Reminders and escalation come once each; figures decide by themselves; repeats propose a risk."""

import datetime as dt

from django.utils import timezone

from audits import noticing, reminders
from audits.models import Audit, Finding
from qms.models import Notification
from tests.audits.cases import (  # noqa: F401
    TODAY,
    clause,
    fresh,
    june,
    lead,
    open_case,
    people,
)


def keys(person, start):
    rows = Notification.objects.filter(person=person, key__startswith=start)
    return list(rows.order_by("created_at").values_list("key", flat=True))


def test_owner_then_head_then_committee_and_never_twice(people, june):  # noqa: F811
    case = lead(open_case(people), people, "in_progress", june)
    action = case.actions.get(kind="corrective")
    start = f"nc-action-due:{action.pk}"
    for days, staff, head, committee in (
        (0, 0, 0, 0),
        (24, 1, 0, 0),
        (31, 2, 0, 0),
        (38, 3, 0, 0),
        (44, 3, 1, 0),
        (58, 4, 1, 1),
    ):
        june(TODAY + dt.timedelta(days))
        for _again in range(2):
            reminders.remind(people.agency)
        found = [len(keys(one, start)) for one in (people.staff, people.head, people.committee_head)]
        assert found == [staff, head, committee], days


def test_a_finding_nobody_answers_is_told_again_and_further_up(people, june):  # noqa: F811
    day = june(TODAY)
    words = {"objective": "x", "scope": "x", "criteria": "x"}
    audit = Audit.objects.create(
        agency=people.agency, code="ĐG-1", title="x", starts_on=day, ends_on=day, **words
    )  # fmt: skip
    finding = Finding.objects.create(
        agency=people.agency, audit=audit, code="PH-1", key="khoa-1", grade="minor", unit=people.unit,
        clause=clause(), description="x", requirement="x", evidence="x", raised_at=timezone.now(),
    )  # fmt: skip
    start = f"finding-due:{finding.pk}"
    for days, head, committee in ((0, 1, 0), (6, 2, 0), (13, 3, 0), (34, 4, 1)):
        june(TODAY + dt.timedelta(days))
        for _again in range(2):
            reminders.remind(people.agency)
        assert [len(keys(one, start)) for one in (people.head, people.committee_head)] == [head, committee], (
            days
        )
    Finding.objects.update(state="disputed", answer_note="x", answered_at=timezone.now())
    reminders.remind(people.agency)
    assert len(keys(people.committee_head, start)) == 2, "the decision is asked of the committee's head"


def test_repeats_propose_a_risk(people):  # noqa: F811
    open_case(people, clause=clause())
    assert not list(noticing.repeated(people.agency, TODAY))
    case = open_case(people, clause=clause())
    found = list(noticing.repeated(people.agency, TODAY))
    assert [one.source_kind for one in found] == ["nonconformity"]
    assert case.code in found[0].reason and found[0].unit == people.unit
