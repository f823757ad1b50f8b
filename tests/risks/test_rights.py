"""Who may not: every service of the app against people without the right, with the reason in words."""

import datetime as dt
import html
import re
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.urls import reverse

from qms.exceptions import Refused
from qms.models import Role
from risks.models import ContextCategory, LibraryRisk, Register, Risk, RiskAction, RiskScore, Suggestion
from risks.selectors.scale import scale_in_force
from risks.services import (
    actions,
    changes,
    context,
    papering,
    registers,
    risks,
    scale,
    start,
    suggestions,
    transfer,
)
from tests import factories
from tests.risks.conftest import TODAY, plan
from tests.risks.test_suggestions import CHANGE

pytestmark = pytest.mark.usefixtures("english")
SOON = TODAY + dt.timedelta(20)


@pytest.fixture
def world(scaled, unit, staff, head, leader, secretary, committee_head, other_agency, make_risk):
    """A unit with everything the app keeps, and people who have no business with it."""
    other = factories.unit(scaled)
    risk = make_risk(3, 4, ready=False)
    Risk.objects.filter(pk=risk.pk).update(drafted_by=head)
    risk.refresh_from_db()
    change = changes.change_create(scaled, acting=head, unit=unit, **CHANGE)
    suggestion = Suggestion.objects.create(
        agency=scaled, key="k", provider="test", source_kind="other", title="x", reason="y", unit=unit,
        seen_on=TODAY,
    )  # fmt: skip
    category = ContextCategory.objects.filter(agency=scaled, side="external").first()
    party_category = ContextCategory.objects.filter(agency=scaled, side="party").first()
    party = context.party_add(scaled, acting=None, category=party_category, name="Doanh nghiệp")
    return SimpleNamespace(
        agency=scaled,
        unit=unit,
        risk=risk,
        action=plan(risk, staff),
        source=risks.source_add(risk, acting=None, kind="other", label="Biên bản"),
        change=change,
        step=changes.step_add(change, acting=None, description="Bước", owner=staff, deadline=SOON),
        touch=changes.touch_add(change, acting=None, kind="document", label="QT.01"),
        suggestion=suggestion,
        category=category,
        issue=context.issue_add(scaled, acting=None, category=category, title="Vấn đề", effect="both"),
        party=party,
        need=context.need_add(party, acting=None, kind="need", text="Đúng hạn"),
        library=LibraryRisk.objects.filter(agency=scaled).first(),
        staff=staff,
        head=head,
        leader=leader,
        secretary=secretary,
        committee_head=committee_head,
        stranger=factories.person(scaled, Role.STAFF, unit=other),
        other_head=factories.person(scaled, Role.UNIT_HEAD, unit=other),
        foreigner=factories.person(other_agency, Role.LEADER, Role.SECRETARY, Role.COMMITTEE_HEAD),
    )


def register(w, state="draft", whole=False):
    place = None if whole else w.unit
    made = Register.objects.filter(agency=w.agency, unit=place).first()
    made = made or registers.register_open(w.agency, acting=None, year=2026, unit=place)
    Register.objects.filter(pk=made.pk).update(state=state, drafted_by=w.head)
    made.refresh_from_db()
    return made


def submitted(w):
    w.change.refresh_from_db()
    return changes.change_submit(w.change, acting=None) if w.change.state == "draft" else w.change


def done(w):
    """The action reported done, its day of judgement come."""
    RiskAction.objects.filter(pk=w.action.pk).update(state="done", judge_on=TODAY)
    w.action.refresh_from_db()
    return w.action


UNIT = "Only people of .+ and the ISO secretary"
OTHER = "another agency"
KEEPER = "Only the ISO secretary and the head of the standing unit"
CASES = {
    "write a risk": (
        lambda w, p: risks.risk_create(w.agency, acting=p, kind="risk", unit=w.unit, process="x", event="y"),
        {"stranger": UNIT, "other_head": UNIT, "leader": UNIT, "foreigner": OTHER},
    ),
    "write a risk of the agency": (
        lambda w, p: risks.risk_create(w.agency, acting=p, kind="risk", unit=None, process="x", event="y"),
        {"staff": "Only these roles", "head": "Only these roles"},
    ),
    "change a risk": (
        lambda w, p: risks.risk_change(w.risk, acting=p, event="Khác"),
        {"stranger": UNIT, "other_head": UNIT, "foreigner": OTHER},
    ),
    "score a risk": (
        lambda w, p: risks.risk_score(w.risk, acting=p, phase=RiskScore.Phase.BEFORE, first=1, second=1),
        {"stranger": UNIT, "leader": UNIT, "foreigner": OTHER},
    ),
    "treat a risk": (
        lambda w, p: risks.risk_treat(w.risk, acting=p, treatment="reduce"),
        {"stranger": UNIT, "foreigner": OTHER},
    ),
    "accept a risk": (
        lambda w, p: risks.risk_accept(w.risk, acting=p, until=SOON, reason="x"),
        {
            "staff": "Only these roles",
            "head": "Only these roles",
            "secretary": "Only these roles",
            "committee_head": "Only these roles",
            "foreigner": OTHER,
        },
    ),
    "name a source": (
        lambda w, p: risks.source_add(w.risk, acting=p, kind="other", label="x"),
        {"stranger": UNIT, "foreigner": OTHER},
    ),
    "take a source away": (
        lambda w, p: risks.source_remove(w.source, acting=p),
        {"stranger": UNIT, "foreigner": OTHER},
    ),
    "plan an action": (
        lambda w, p: actions.action_add(w.risk, acting=p, description="x", owner=w.staff, deadline=SOON),
        {"stranger": UNIT, "foreigner": OTHER},
    ),
    "change an action": (
        lambda w, p: actions.action_change(w.action, acting=p, deadline=SOON),
        {"stranger": UNIT, "foreigner": OTHER},
    ),
    "report an action": (
        lambda w, p: actions.action_report(w.action, acting=p, note="x", reference="y"),
        {"stranger": "the unit head and the ISO secretary", "leader": "the unit head", "foreigner": OTHER},
    ),
    "judge an action": (
        lambda w, p: actions.action_judge(done(w), acting=p, effective=True, grounds="x"),
        {
            "staff": "The owner of an action does not judge its effect",
            "stranger": "Only the unit head, the ISO secretary and the ISO committee",
            "other_head": "Only the unit head",
            "foreigner": OTHER,
        },
    ),
    "cancel an action": (
        lambda w, p: actions.action_cancel(w.action, acting=p, reason="x"),
        {"stranger": UNIT, "foreigner": OTHER},
    ),
    "open a register": (
        lambda w, p: registers.register_open(w.agency, acting=p, year=2026, unit=w.unit),
        {"stranger": UNIT, "other_head": UNIT, "foreigner": OTHER},
    ),
    "open the agency's register": (
        lambda w, p: registers.register_open(w.agency, acting=p, year=2026),
        {"staff": KEEPER, "head": KEEPER, "leader": KEEPER, "committee_head": KEEPER, "foreigner": OTHER},
    ),
    "keep every row": (
        lambda w, p: registers.rows_keep(register(w), acting=p),
        {"stranger": UNIT, "foreigner": OTHER},
    ),
    "drop a row": (
        lambda w, p: registers.row_decide(register(w).rows.first(), acting=p, decision="dropped", note="x"),
        {"stranger": UNIT, "foreigner": OTHER},
    ),
    "adopt the new scale": (
        lambda w, p: registers.register_adopt_scale(register(w), acting=p),
        {"stranger": UNIT, "foreigner": OTHER},
    ),
    "submit a register": (
        lambda w, p: registers.register_submit(register(w), acting=p),
        {"stranger": UNIT, "other_head": UNIT, "foreigner": OTHER},
    ),
    "submit the agency's register": (
        lambda w, p: registers.register_submit(register(w, whole=True), acting=p),
        {"staff": KEEPER, "head": KEEPER, "leader": KEEPER},
    ),
    "confirm a register": (
        lambda w, p: registers.register_confirm(register(w, "submitted"), acting=p),
        {
            "staff": "Only the head of",
            "other_head": "Only the head of",
            "secretary": "Only the head of",
            "leader": "Only the head of",
            "head": "Whoever drew the register up",
            "foreigner": OTHER,
        },
    ),
    "return a register": (
        lambda w, p: registers.register_return(register(w, "submitted"), acting=p, note="x"),
        {"staff": KEEPER, "other_head": KEEPER, "leader": KEEPER, "foreigner": OTHER},
    ),
    "return the agency's register": (
        lambda w, p: registers.register_return(register(w, "submitted", whole=True), acting=p, note="x"),
        {"staff": "Only these roles", "secretary": "Only these roles", "head": "Only these roles"},
    ),
    "consolidate": (
        lambda w, p: registers.register_consolidate(
            register(w, whole=True), register(w, "confirmed"), acting=p
        ),
        {"staff": KEEPER, "head": KEEPER, "leader": KEEPER, "foreigner": OTHER},
    ),
    "approve": (
        lambda w, p: registers.register_approve(register(w, "submitted", whole=True), acting=p),
        {
            "staff": "Only these roles",
            "head": "Only these roles",
            "secretary": "Only these roles",
            "foreigner": OTHER,
        },
    ),
    "draft a paper": (
        lambda w, p: papering.register_paper(
            register(w, "approved", whole=True), purpose="risks.register", signer=w.leader, acting=p
        ),
        {"staff": KEEPER, "head": KEEPER, "leader": KEEPER, "foreigner": OTHER},
    ),
    "take from the library": (
        lambda w, p: transfer.library_take(w.agency, acting=p, unit=w.unit, items=[w.library]),
        {"stranger": UNIT, "foreigner": OTHER},
    ),
    "add to the library": (
        lambda w, p: transfer.library_add(w.risk, acting=p, group="x"),
        {"staff": KEEPER, "head": KEEPER, "leader": KEEPER, "foreigner": OTHER},
    ),
    "import": (
        lambda w, p: transfer.import_preview(register(w), acting=p, name="x.xlsx", content=b""),
        {"stranger": UNIT, "foreigner": OTHER},
    ),
    "change the scale": (
        lambda w, p: scale.scale_change(w.agency, acting=p, label="x", data=scale_in_force(w.agency).data),
        {"staff": KEEPER, "head": KEEPER, "leader": KEEPER, "foreigner": OTHER},
    ),
    "load the starting data": (
        lambda w, p: start.starting_data_load(w.agency, acting=p),
        {"staff": KEEPER, "head": KEEPER, "leader": KEEPER, "foreigner": OTHER},
    ),
    "write an issue": (
        lambda w, p: context.issue_add(w.agency, acting=p, category=w.category, title="x", effect="both"),
        {"staff": "Only these roles", "stranger": "Only these roles"},
    ),
    "change an issue": (
        lambda w, p: context.issue_change(w.issue, acting=p, title="x"),
        {"staff": "Only these roles", "foreigner": OTHER},
    ),
    "change a party": (
        lambda w, p: context.party_change(w.party, acting=p, name="x"),
        {"staff": "Only these roles", "foreigner": OTHER},
    ),
    "write a need": (
        lambda w, p: context.need_add(w.party, acting=p, kind="need", text="x"),
        {"staff": "Only these roles", "foreigner": OTHER},
    ),
    "retire a need": (
        lambda w, p: context.need_retire(w.need, acting=p),
        {"staff": "Only these roles", "foreigner": OTHER},
    ),
    "review the context": (
        lambda w, p: context.context_review(w.issue, acting=p, year=2026, outcome="kept"),
        {"staff": "Only these roles", "foreigner": OTHER},
    ),
    "keep the rest of the context": (
        lambda w, p: context.context_keep_rest(w.agency, acting=p, year=2026),
        {"staff": "Only these roles", "foreigner": OTHER},
    ),
    "plan a change": (
        lambda w, p: changes.change_create(w.agency, acting=p, **CHANGE),
        {"staff": "Only these roles", "stranger": "Only these roles"},
    ),
    "edit a change": (
        lambda w, p: changes.change_edit(w.change, acting=p, title="x"),
        {"staff": KEEPER, "other_head": KEEPER, "leader": KEEPER, "foreigner": OTHER},
    ),
    "name what a change touches": (
        lambda w, p: changes.touch_add(w.change, acting=p, kind="document", label="x"),
        {"staff": KEEPER, "foreigner": OTHER},
    ),
    "take a touch away": (
        lambda w, p: changes.touch_remove(w.touch, acting=p),
        {"staff": KEEPER, "foreigner": OTHER},
    ),
    "plan a step": (
        lambda w, p: changes.step_add(w.change, acting=p, description="x", owner=w.staff, deadline=SOON),
        {"staff": KEEPER, "other_head": KEEPER, "foreigner": OTHER},
    ),
    "report a step": (
        lambda w, p: changes.step_done(w.step, acting=p, note="x"),
        {"stranger": KEEPER, "foreigner": OTHER},
    ),
    "ask for opinions": (
        lambda w, p: changes.change_submit(w.change, acting=p),
        {"staff": KEEPER, "other_head": KEEPER, "foreigner": OTHER},
    ),
    "give an opinion": (
        lambda w, p: changes.opinion_give(submitted(w), acting=p, stance="agree"),
        {"staff": "Only those who were asked", "stranger": "Only those who were asked"},
    ),
    "decide on a change": (
        lambda w, p: changes.change_decide(submitted(w), acting=p, approve=True),
        {"staff": "Only these roles", "head": "Only these roles", "secretary": "Only these roles"},
    ),
    "take a change back": (
        lambda w, p: changes.change_withdraw(submitted(w), acting=p),
        {"staff": KEEPER, "leader": KEEPER, "foreigner": OTHER},
    ),
    "cancel a change": (
        lambda w, p: changes.change_cancel(w.change, acting=p, reason="x"),
        {"staff": KEEPER, "leader": KEEPER, "foreigner": OTHER},
    ),
    "accept a suggestion": (
        lambda w, p: suggestions.suggestion_accept(w.suggestion, acting=p),
        {"stranger": UNIT, "leader": UNIT, "foreigner": OTHER},
    ),
    "dismiss a suggestion": (
        lambda w, p: suggestions.suggestion_dismiss(w.suggestion, acting=p, reason="x"),
        {"stranger": UNIT, "leader": UNIT, "foreigner": OTHER},
    ),
}


def test_the_wrong_person_is_refused_with_the_reason(world):
    """A refusal changes nothing, so that one world serves every case."""
    wrongly = []
    for what, (call, wrong) in CASES.items():
        for name, reason in wrong.items():
            try:
                with transaction.atomic():
                    call(world, getattr(world, name))
            except Refused as error:
                if re.search(reason, str(error)):
                    continue
                wrongly.append(f"{what}, {name}: {error}")
            else:
                wrongly.append(f"{what}, {name}: may")
    assert not wrongly


FORM = {"note": "x", "reason": "x", "stance": "agree", "until": "01/07/2026", "approve": "yes", "text": "x"}
PAGES = [
    ("risk-edit", "risk", {"process": "x", "event": "y"}),
    ("risk-score", "risk", {"first": 1, "second": 1}),
    ("risk-treatment", "risk", {"treatment": "reduce"}),
    ("risk-accept", "risk", FORM),
    ("source-add", "risk", {"kind": "other", "label": "x"}),
    ("source-remove", "source", {}),
    ("action-report", "action", {"done_on": "15/06/2026", "note": "x", "reference": "y"}),
    ("action-cancel", "action", FORM),
    ("library-add", "risk", {}),
    ("register-submit", "register", {}),
    ("rows-keep", "register", {}),
    ("register-return", "register", FORM),
    ("change-submit", "change", {}),
    ("change-cancel", "change", FORM),
    ("touch-remove", "touch", {}),
    ("step-done", "step", FORM),
    ("suggestion-accept", "suggestion", {}),
    ("suggestion-dismiss", "suggestion", FORM),
    ("issue-edit", "issue", {"title": "x", "effect": "both"}),
    ("need-retire", "need", {}),
]


def test_the_page_says_why_and_who_may(world, login):
    """The wrong person of the agency is told the reason; a person of another agency finds nothing (404)."""
    world.register = register(world)
    for page, name, data in PAGES:
        args = [getattr(world, name).pk, *(["before"] if page == "risk-score" else [])]
        address = reverse(f"risks:{page}", args=args)
        values = data | {"category": world.category.pk}
        answer = login(world.stranger).post(address, values)
        assert answer.status_code == 403, page
        reason = str(answer.context["reason"])
        assert len(reason) > 20 and reason in unescaped(answer), page
        assert login(world.foreigner).post(address, values).status_code == 404, page


def unescaped(answer):
    return html.unescape(answer.content.decode())
