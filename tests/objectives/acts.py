"""Everything a person can do in the yearly cycle, on one record of every kind, and who may.

A row names the act, how the records are put before it, who may, and who of those is kept from it by the
separation of duties. `tests/objectives/test_separation.py` walks it over.
"""

import datetime as dt
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from objectives.models import ObjectiveReview, RoleGroup
from objectives.services import (
    cascade,
    continuing,
    draft_targets,
    draft_tasks,
    drafting,
    life,
    manual,
    plans,
    plans_clone,
    plans_import,
    plans_life,
    plans_work,
    publishing,
    reviews,
    sets_import,
    telling,
)
from qms import clock, files
from qms.models import Role
from tests import factories
from tests.objectives import build, plan_build

YEAR = 2026
TABLE = "TT\tNội dung\tChủ trì\tThời gian\n1\tViệc một\tPhòng Một\tQuý II\n"
GOALS = "TT\tMục tiêu\tMức đạt\tChủ trì\tThời gian\n7\tSố lớp bồi dưỡng\t≥ 05 lớp\tPhòng Một\tQuý II\n"


@dataclass(frozen=True)
class Act:
    """One act: `call(acting)` after `setting` (fields of a record of the world) was put."""

    name: str
    who: frozenset[str]
    call: Any
    setting: tuple[tuple[str, dict[str, Any]], ...] = ()
    why: str = "roles may do this"
    """Words of the reason for whoever has no part in it."""
    kept: tuple[str, str] = ("", "")
    """Who has the right and is kept from it here by the separation of duties, and the words of the reason."""


def everybody(agency, people):
    """One person for every part somebody may have: own and other unit, committee, board, and far away."""
    one, two = people.units
    standing = factories.unit(
        agency, "Phòng TĐC", code="TDC", is_standing_unit=True, handles_procedures=False
    )
    cast = {
        "secretary": people.secretary,
        "chief": people.committee_head,
        "leader": people.leader,
        "member": factories.person(agency, Role.COMMITTEE_MEMBER),
        "standing head": factories.person(agency, Role.UNIT_HEAD, unit=standing),
        "head": people.head,
        "staff": people.staff,
        "desk": factories.person(agency, Role.ONE_STOP, unit=one),
        "other head": people.other_head,
        "other staff": factories.person(agency, Role.STAFF, unit=two),
        "auditor": factories.person(agency, Role.AUDITOR),
        "clerk": people.clerk,
        "admin": factories.person(agency, Role.ADMIN),
        "superior": people.superior,
    }
    far = factories.agency()
    for role in (Role.SECRETARY, Role.COMMITTEE_HEAD, Role.LEADER):
        cast[f"far {role}"] = factories.person(far, role)
    there = factories.unit(far, "Phòng Một", code="P1")
    cast["far unit_head"] = factories.person(far, Role.UNIT_HEAD, unit=there)
    return cast


def everything(agency, people):
    """One record of every kind in the year under way, a draft of the next, and everybody."""
    secretary, head = people.secretary, people.head
    running = build.into_force(build.draft(agency, people, YEAR), people)
    counted, reported = running.targets.order_by("created_at")
    entry = manual.manual_entry_record(
        reported, unit=people.units[0], period=f"{YEAR}-Q1", numerator=1, denominator=2, acting=people.staff
    )
    draft = build.draft(agency, people, YEAR + 2)  # next year's is started below
    objective = draft.objectives.first()
    of_unit = cascade.unit_set_derive(running, unit=people.units[0], targets=[reported], acting=head)
    review = reviews.review_start(running, kind="half", acting=secretary)
    goals = sets_import.import_read(draft, pasted=GOALS, acting=secretary)

    plan = plan_build.into_force(plan_build.draft(agency, people, YEAR), people)
    item = plan_build.item(plan, "1")  # planned "if needed", led by the first unit
    third = plan_build.item(plan, "3")  # the units with procedures take part
    plans_work.evidence_add(item, file=files.store(agency, "a.pdf", b"%PDF-1.7 a", acting=head), acting=head)
    next_plan = plan_build.draft(agency, people, YEAR + 1)
    rows = plans_import.import_read(next_plan, pasted=TABLE, acting=secretary)
    return SimpleNamespace(
        agency=agency, cast=everybody(agency, people), units=people.units, running=running,
        counted=counted, reported=reported, entry=entry, draft=draft, objective=objective,
        target=objective.targets.first(), task=objective.tasks.first(), of_unit=of_unit, review=review,
        line=review.lines.first(), goals=goals, plan=plan, item=item, third=third,
        proof=item.evidence.get(), next_plan=next_plan, next_item=next_plan.items.get(number="2"),
        rows=rows,
    )  # fmt: skip


COMMITTEE = frozenset({"secretary", "chief", "member"})
APPROVERS = frozenset({"chief", "leader"})
PLANNERS = COMMITTEE | {"standing head"}
OF_UNIT = COMMITTEE | {"head"}
PUBLISHERS = frozenset({"secretary", "chief"})
PEOPLE_OF_UNIT = frozenset({"head", "staff", "desk"})
WORKERS = PEOPLE_OF_UNIT | {"secretary"}
BOARD = APPROVERS | {"member"}


def acts(w):
    """All acts."""
    found = []
    by = w.cast
    day, soon = dt.date(YEAR, 7, 20), dt.date(YEAR, 8, 20)
    unit, other = w.units

    def act(name, record, who, service, *, of=None, why="roles may do this", kept=("", ""), **values):
        """`of`: how records stand before it, by name."""

        def call(me):
            one = getattr(w, record)
            service(type(one).objects.get(pk=one.pk), acting=me, **values)

        setting = tuple((of or {}).items())
        found.append(Act(name, frozenset(who), call, setting, why, kept))

    def free(name, who, call, why="roles may do this"):
        found.append(Act(name, frozenset(who), call, (), why))

    # Objectives of the agency: the committee drafts, another approves
    free("set: create", COMMITTEE, lambda me: drafting.objective_set_create(
        agency=w.agency, year=2030, title="Mục tiêu", acting=me))  # fmt: skip
    free("set: create for a unit", OF_UNIT, lambda me: drafting.objective_set_create(
        agency=w.agency, year=2030, title="Mục tiêu", unit=unit, acting=me),
        why="Only the head of the unit")  # fmt: skip
    act("set: change", "draft", COMMITTEE, drafting.objective_set_update, title="x", window_rule="calendar")
    act("set: legal bases", "draft", COMMITTEE, publishing.set_bases, bases=[])
    act("set: discard", "draft", COMMITTEE, drafting.objective_set_discard)
    act("objective: add", "draft", COMMITTEE, drafting.objective_add, text="x")
    act("objective: change", "objective", COMMITTEE, drafting.objective_update, number="1", text="x",
        plan_text="")  # fmt: skip
    act("part: move", "objective", COMMITTEE, drafting.part_move, up=False)
    act("part: remove", "target", COMMITTEE, drafting.part_remove)
    act("target: add", "objective", COMMITTEE, draft_targets.target_add, text="x", figure=90,
        formula="MANUAL", units=[unit])  # fmt: skip
    act(
        "target: change",
        "target",
        COMMITTEE,
        draft_targets.target_update,
        code="1a",
        units=[],
        text="x",
        figure=90,
        formula="RESOLVED",
    )
    act("task: add", "objective", COMMITTEE, draft_tasks.task_add, text="x", leads=[unit])
    act("task: change", "task", COMMITTEE, draft_tasks.task_update, text="x", time_text="", method="",
        leads=[unit], coordinators=[])  # fmt: skip
    act("set: import, read", "draft", COMMITTEE, sets_import.import_read, pasted=GOALS)
    act("set: import, columns", "goals", COMMITTEE, sets_import.import_map, columns={"objective": 1}, start=1)
    act("set: import, choices", "goals", COMMITTEE, sets_import.import_choose, choices={})
    act("set: import, take", "goals", COMMITTEE, sets_import.import_take)
    act("set: import, discard", "goals", COMMITTEE, sets_import.import_discard)
    act("set: submit", "draft", COMMITTEE, life.set_submit)
    sent = {"draft": {"state": "in_review", "drafter": by["chief"]}}
    drafted = ("chief", "Who drafted the objectives does not approve them.")
    act("set: return", "draft", {"leader"}, life.set_return, of=sent, kept=drafted, reason="x")
    act("set: approve", "draft", {"leader"}, life.set_approve, of=sent, kept=drafted)
    approved = {"draft": {"state": "approved", "approver": by["leader"]}}
    act("set: take back", "draft", COMMITTEE, life.set_reopen, of=approved, reason="x")
    act("set: prepare the decision", "draft", PUBLISHERS, publishing.set_publish, of=approved,
        signer=by["leader"])  # fmt: skip
    act("set: close the year", "running", APPROVERS, life.set_close)

    # Objectives of a unit: its head commits, the secretary or the board accepts
    only_head = "Only the head of"
    act("unit set: derive", "running", COMMITTEE | {"other head"}, cascade.unit_set_derive, unit=other,
        targets=[w.reported], why=only_head)  # fmt: skip
    act("unit set: change", "of_unit", OF_UNIT, drafting.objective_set_update, title="x",
        window_rule="calendar", why=only_head)  # fmt: skip
    act("unit set: commit", "of_unit", {"head"}, life.set_submit, why=only_head)
    sent = {"of_unit": {"state": "in_review", "submitted_by": by["head"]}}
    act("unit set: return", "of_unit", APPROVERS | {"secretary"}, life.set_return, of=sent, reason="x")
    act("unit set: accept", "of_unit", APPROVERS | {"secretary"}, life.set_approve, of=sent)
    own_draft = {"of_unit": {"state": "in_review", "drafter": by["secretary"], "submitted_by": by["head"]}}
    act("unit set: accept one's own draft", "of_unit", APPROVERS, life.set_approve, of=own_draft,
        kept=("secretary", "Who drafted the objectives does not approve them."))  # fmt: skip
    committed = {"of_unit": {"state": "in_review", "submitted_by": by["chief"]}}
    act("unit set: accept what one committed to", "of_unit", {"leader", "secretary"}, life.set_approve,
        of=committed, kept=("chief", "Who committed to the objectives does not accept them."))  # fmt: skip
    approved = {"of_unit": {"state": "approved", "approver": by["leader"]}}
    act("unit set: start", "of_unit", OF_UNIT, publishing.unit_set_start, of=approved, why=only_head)

    # Measures: the unit enters, its head or the committee confirms what another entered
    entering = {"period": f"{YEAR}-Q2", "numerator": 1, "denominator": 2, "unit": unit}
    act("figure: enter", "reported", WORKERS, manual.manual_entry_record, why="Only people of", **entering)
    entered = ("head", "Who entered the figures does not confirm them")
    act("figure: confirm", "entry", OF_UNIT, manual.manual_entry_confirm, why=only_head)
    act("figure: return", "entry", OF_UNIT, manual.manual_entry_return, why=only_head, reason="x")
    mine = {"entry": {"entered_by": by["head"]}}
    act("figure: confirm one's own", "entry", COMMITTEE, manual.manual_entry_confirm, of=mine, kept=entered,
        why=only_head)  # fmt: skip
    act("figure: return one's own", "entry", COMMITTEE, manual.manual_entry_return, of=mine, kept=entered,
        why=only_head, reason="x")  # fmt: skip

    # Reviews: the committee drafts, the board comments, another approves
    act("review: draft", "running", COMMITTEE, reviews.review_start, kind="half")
    act("review: figures anew", "review", COMMITTEE, reviews.review_refresh)
    act("review: judge a line", "line", COMMITTEE, reviews.review_line_judge, status="achieved",
        status_reason="x", cause="x", measure="x")  # fmt: skip
    act("review: assessment", "review", COMMITTEE, reviews.review_conclude, conclusion="x")
    act("review: comment", "review", BOARD, reviews.review_comment, text="x")
    act("review: submit", "review", COMMITTEE, reviews.review_submit)
    sent = {"review": {"state": ObjectiveReview.State.IN_REVIEW, "drafter": by["chief"]}}
    drafted = ("chief", "Who drafted the review does not approve it.")
    act("review: return", "review", {"leader"}, reviews.review_return, of=sent, kept=drafted, reason="x")
    act("review: approve", "review", {"leader"}, reviews.review_approve, of=sent, kept=drafted)
    approved = {"review": {"state": ObjectiveReview.State.APPROVED,
            "approved_at": clock.now(), "approver": by["leader"],
                           "conclusion": "x"}}  # fmt: skip
    act("review: prepare the report", "review", COMMITTEE, reviews.review_report, of=approved,
        signer=by["leader"])  # fmt: skip

    # Making known
    staff = frozenset(name for name in by if name != "superior" and not name.startswith("far"))
    act("set: make known", "running", COMMITTEE, telling.set_tell, due=soon)
    act("set: acknowledge", "running", staff, telling.set_acknowledge,
        why="A superior agency sees published objectives only.")  # fmt: skip
    act("unit set: make known", "of_unit", OF_UNIT, telling.set_tell, due=soon, why=only_head,
        of={"of_unit": {"state": "in_force", "in_force_from": day}})  # fmt: skip
    act(
        "unit set: acknowledge",
        "of_unit",
        PEOPLE_OF_UNIT,
        telling.set_acknowledge,
        why="another unit|superior agency",
        of={"of_unit": {"state": "in_force", "in_force_from": day}},
    )

    # A new year
    act("year: start", "running", COMMITTEE, continuing.year_start)

    # The annual plan: the committee and the standing unit draft, another approves
    free("plan: create", PLANNERS, lambda me: plans.plan_create(
        agency=w.agency, year=2030, title="Kế hoạch", acting=me))  # fmt: skip
    act("plan: next year's", "plan", PLANNERS, plans_clone.plan_clone, year=YEAR + 2)
    act("plan: change", "next_plan", PLANNERS, plans.plan_update, title="x")
    act("plan: legal bases", "next_plan", PLANNERS, plans.plan_bases, bases=[])
    act("plan: discard", "next_plan", PLANNERS, plans.plan_discard)
    act("item: add", "next_plan", PLANNERS, plans.item_add, text="x", leads=[RoleGroup.ALL_UNITS])
    act("item: change", "next_item", PLANNERS, plans.item_update, text="x", number="2", time_text="Quý I",
        leads=[unit], coordinators=[], is_optional=False, fulfilled_by="")  # fmt: skip
    act("item: move", "next_item", PLANNERS, plans.item_move, to="up")
    act("item: take out", "next_item", PLANNERS, plans.item_archive)
    act("item: bring back", "next_item", PLANNERS, plans.item_restore,
        of={"next_item": {"archived_at": clock.now()}})  # fmt: skip
    act("plan: import, read", "next_plan", PLANNERS, plans_import.import_read, pasted=TABLE)
    act("plan: import, columns", "rows", PLANNERS, plans_import.import_map, columns={"text": 1}, start=1)
    act("plan: import, take", "rows", PLANNERS, plans_import.import_take)
    act("plan: import, discard", "rows", PLANNERS, plans_import.import_discard)
    act("plan: submit", "next_plan", PLANNERS, plans_life.plan_submit)
    sent = {"next_plan": {"state": "in_review", "drafter": by["chief"]}}
    drafted = ("chief", "Who drafted the plan does not approve it.")
    act("plan: return", "next_plan", {"leader"}, plans_life.plan_return, of=sent, kept=drafted, reason="x")
    act("plan: approve", "next_plan", {"leader"}, plans_life.plan_approve, of=sent, kept=drafted)
    approved = {"next_plan": {"state": "approved", "approver": by["leader"]}}
    act("plan: take back", "next_plan", PLANNERS, plans_life.plan_reopen, of=approved, reason="x")
    act("plan: prepare the paper", "next_plan", PUBLISHERS, plans_life.plan_publish, of=approved,
        signer=by["leader"])  # fmt: skip

    # Its items: who leads works and reports, the committee or a leader confirms what another reported
    leads, takes_part = "Only who leads this item and", "Only who leads this item or takes part"
    act("item: word on the progress", "item", OF_UNIT | PEOPLE_OF_UNIT, plans_work.item_note, text="x",
        why=takes_part)  # fmt: skip
    act("item: word of who takes part", "third", OF_UNIT | PEOPLE_OF_UNIT | {"other head", "other staff"},
        plans_work.item_note, text="x", why=takes_part)  # fmt: skip
    act("item: evidence", "item", OF_UNIT | PEOPLE_OF_UNIT, plans_work.evidence_add, url="/x", title="x",
        why=takes_part)  # fmt: skip
    act("item: withdraw evidence", "proof", OF_UNIT | PEOPLE_OF_UNIT, plans_work.evidence_withdraw,
        why=takes_part)  # fmt: skip
    act("item: begin", "item", WORKERS, plans_work.item_begin, why=leads)
    act("item: report as done", "item", WORKERS, plans_work.item_report, why=leads)
    act("item: no occurrence", "item", WORKERS, plans_work.item_not_needed, why=leads, reason="x")
    waiting = {
        "item": {
            "state": "waiting",
            "done_on": day,
            "reported_by": by["secretary"],
            "reported_at": clock.now(),
        }
    }
    reported = ("secretary", "Who reported the item as done does not confirm it.")
    confirming = {"chief", "member", "leader"}
    act("item: confirm", "item", confirming, plans_work.item_confirm, of=waiting, kept=reported)
    act("item: return the report", "item", confirming, plans_work.item_return, of=waiting, kept=reported,
        reason="x")  # fmt: skip
    act("item: cancel", "item", APPROVERS, plans_work.item_cancel, reason="x")
    done = {"item": {"state": "done", "done_on": day, "confirmed_by": by["chief"],
                     "reported_by": by["head"]}}  # fmt: skip
    act("item: open again", "item", COMMITTEE, plans_work.item_reopen, of=done, reason="x")
    return found


def put(w, act):
    """The records as they stand before an act."""
    for name, fields in act.setting:
        one = getattr(w, name)
        type(one).objects.filter(pk=one.pk).update(**fields)
