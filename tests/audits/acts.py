"""One record of every kind, everybody who may have to do with it, and everything a person can do."""

import datetime as dt
from types import SimpleNamespace

import pytest

from audits import papers_review
from audits.models import (
    Answer,
    Audit,
    AuditMember,
    AuditProgramme,
    AuditQuestion,
    AuditSession,
    CauseCategory,
    CorrectiveAction,
    Finding,
    ManagementReview,
    Nonconformity,
    ReviewDecision,
    SimilarCase,
)
from audits.selectors.proposals import proposals
from audits.services import (
    audits,
    case_transfer,
    checklists,
    corrective,
    declarations,
    effect,
    findings,
    grading,
    library,
    nonconformities,
    papering,
    plan,
    programmes,
    review_papers,
    reviews,
    sessions,
    similar,
    wholefile,
)
from qms import clock, sheets
from qms.models import Role
from tests import factories
from tests.audits import cases
from tests.audits.conftest import TODAY

SOON = TODAY + dt.timedelta(days=30)
FILL = {
    Finding: {"disputed": {"answer_note": "x"}},
    Nonconformity: {
        "closed": {"closed_on": TODAY, "risk_decision": "none", "document_decision": "none"},
        "cancelled": {"cancelled_reason": "x"},
    },
    CorrectiveAction: {"done": {"done_on": TODAY}},
    ManagementReview: {
        "held": {"held_on": TODAY, "digest": "x"},
        "concluded": {"held_on": TODAY, "digest": "x"},
        "cancelled": {"cancelled_reason": "x"},
    },
    ReviewDecision: {"done": {"done_on": TODAY, "done_note": "x"}},
}
"""What the constraints of the database ask of a record in a state."""


def put(record, state):
    """The record in a state, whatever led there."""
    model = type(record)
    model.objects.filter(pk=record.pk).update(state=state, **FILL.get(model, {}).get(state, {}))
    return model.objects.get(pk=record.pk)


@pytest.fixture(name="world")
def everything(agency, running, programme, secretary, committee_head, head, unit, other_unit, clauses, lead,
          second, items, auditor):  # fmt: skip
    """One record of every kind, and everybody who may have to do with it."""
    standing_unit = factories.unit(agency, "Phòng TĐC", is_standing_unit=True)
    member = Role.COMMITTEE_MEMBER
    cast = {
        "secretary": secretary,
        "standing": factories.person(agency, Role.UNIT_HEAD, unit=standing_unit),
        "chief": committee_head,
        "leader": factories.person(agency, Role.LEADER),
        "member": factories.person(agency, member),
        "head": head,
        "owner": factories.person(agency, Role.STAFF, unit=unit),
        "doer": factories.person(agency, Role.STAFF, unit=unit),
        "other head": factories.person(agency, Role.UNIT_HEAD, unit=other_unit),
        "other staff": factories.person(agency, Role.STAFF, unit=other_unit),
        "lead": lead,
        "auditor": second,
        "verifier": auditor(standing_unit),
        "clerk": factories.person(agency, Role.CLERK),
        "desk": factories.person(agency, Role.ONE_STOP),
        "admin": factories.person(agency, Role.ADMIN),
        "superior": factories.person(agency, Role.SUPERIOR),
    }
    far = factories.agency()
    for role in (Role.SECRETARY, Role.COMMITTEE_HEAD, Role.LEADER):
        cast[f"far {role}"] = factories.person(far, role)
    people = SimpleNamespace(
        agency=agency, unit=unit, other=other_unit, head=cast["head"], staff=cast["doer"],
        verifier=cast["verifier"], other_head=cast["other head"], committee_head=committee_head,
        secretary=secretary,
    )  # fmt: skip
    finding = findings.finding_raise(
        running, acting=second, key="khoa-000001", grade="minor", item=items[0], description="x", evidence="x"
    )
    case = cases.open_case(people, owner=cast["owner"], acting=secretary, due_on=SOON)
    correction = corrective.action_plan(
        case, acting=head, kind="correction", description="x", owner=cast["doer"], deadline=SOON
    )
    corrective.action_report(correction, acting=head, note="x", reference="x")
    nonconformities.analysis_begin(cases.fresh(case), acting=head)
    similar.similar_ask(case, acting=head, units=[other_unit], due_on=SOON)
    cases.make_plan(cases.fresh(case), people, deadline=SOON)
    action = case.actions.get(kind="corrective")
    extension = corrective.extension_ask(
        action, acting=cast["doer"], new_deadline=SOON + dt.timedelta(days=9), reason="x"
    )
    review = reviews.review_open(
        agency, acting=secretary, year=2026, title="x", form="own", period_from=dt.date(2026, 1, 1),
        period_to=dt.date(2026, 12, 31), planned_on=SOON, chair=cast["leader"], secretary=secretary,
    )  # fmt: skip
    for row in review.inputs.all():
        reviews.input_supplement(row, acting=secretary, note="x")
    review = put(review, "held")
    decision = reviews.decision_add(
        review, acting=secretary, kind="improvement", text="x", owner=cast["head"], deadline=SOON
    )
    draft = programmes.programme_open(agency, acting=None, year=2027)
    AuditProgramme.objects.filter(pk=draft.pk).update(drafted_by=cast["standing"])
    entry = programmes.entry_add(draft, acting=None, unit=unit, month=7, clauses=[clauses["7.5"]])
    spare = AuditSession.objects.create(
        agency=agency, audit=running, unit=unit, starts_at=running.sessions.get().ends_at,
        ends_at=running.sessions.get().ends_at + dt.timedelta(hours=2),
    )  # fmt: skip
    spare.clauses.set([clauses["7.5"]])
    return SimpleNamespace(
        spare=spare, questions=library_of(agency), proposal=proposals(draft)[0].key,
        batch=case_transfer.import_preview(agency, acting=secretary, name="so.xlsx", content=workbook()),
        declaration=declarations.declaration_prepare(agency, activities="x", acting=None),
        agency=agency, cast=cast, programme=draft, entry=entry, audit=running,
        session=running.sessions.first(),
        item=items[1], finding=finding, case=case, action=action, extension=extension,
        check=case.checks.get(), similar=case.similar_cases.first(), review=review, decision=decision,
        clauses=clauses, unit=unit, other=other_unit,
    )  # fmt: skip


def workbook():
    """A workbook with one case that cannot be taken over: it only has a title and a unit."""
    with sheets.workbook(["Nội dung không phù hợp", "Đơn vị"], [["x", "y"]]) as file:
        return file.read()


def untried(batch):
    """A preview whose lines were read but not tried yet."""
    batch.lines = [line | {"result": ""} for line in batch.lines]
    batch.save(update_fields=["lines"])
    return batch


def library_of(agency):
    """The questions of the agency."""
    return list(AuditQuestion.objects.filter(agency=agency))


SECRETARIAT = {"secretary", "standing"}
PLANNERS = SECRETARIAT | {"lead"}
HANDLERS = SECRETARIAT | {"owner", "head"}
REPORTERS = HANDLERS | {"doer"}
APPROVERS = {"chief", "leader"}
PAPERERS = SECRETARIAT
"""The lead auditor too when they may draft papers at all; this one may not."""
ANY = ("open",)
CASTLESS = {"superior", "far secretary", "far committee_head", "far leader"}


def acts(w):
    """(name, record, states in which it is possible, who may, call(acting)): everything a person can do."""

    def fresh(name):
        return type(getattr(w, name)).objects.get(pk=getattr(w, name).pk)

    day = dt.timedelta(days=1)
    clause = w.clauses["8.5"]
    steps = [{"question": "x", "answer": "a"}, {"question": "a", "answer": "b"}]
    everyone = set(w.cast) - CASTLESS
    start = w.session.starts_at
    living = ("open", "analysis", "reopened", "submitted", "in_progress", "checking", "to_close")
    planning, asking = ("analysis", "reopened"), ("open", "analysis", "reopened")
    on_site = ("under_way", "reporting")
    ahead = ("planned", "notified")

    def programme(name, states, who, service, **values):
        return name, "programme", states, who, lambda me: service(fresh("programme"), acting=me, **values)

    def audit(name, states, who, service, **values):
        return name, "audit", states, who, lambda me: service(fresh("audit"), acting=me, **values)

    def finding(name, states, who, service, **values):
        return name, "finding", states, who, lambda me: service(fresh("finding"), acting=me, **values)

    def case(name, states, who, service, **values):
        return name, "case", states, who, lambda me: service(fresh("case"), acting=me, **values)

    def review(name, states, who, service, **values):
        return name, "review", states, who, lambda me: service(fresh("review"), acting=me, **values)

    cause = {"method": "whys", "items": steps, "root_cause": "x", "category": CauseCategory.METHOD}
    planned = {"description": "x", "owner": w.cast["doer"], "deadline": SOON}
    check = {
        "method": "verifier",
        "criterion": "x",
        "due_on": SOON + 60 * day,
        "verifier": w.cast["verifier"],
    }
    decided = {"risk_decision": "none", "risk_note": "x", "document_decision": "none", "document_note": "x"}
    ask = {"units": [w.unit, w.other], "due_on": SOON}
    entry = {"unit": w.unit, "month": 3, "clauses": [clause]}
    later = {"starts_at": start + dt.timedelta(hours=4), "ends_at": start + dt.timedelta(hours=5)}
    topic = w.review.inputs.first()
    decision = {"kind": "improvement", "text": "x", "owner": w.cast["head"], "deadline": SOON}
    days = {"starts_on": TODAY + 20 * day, "ends_on": TODAY + 21 * day}
    meeting = {"title": "x", "form": "own", "planned_on": SOON, "chair": w.cast["leader"]}
    meeting |= {"period_from": TODAY, "period_to": SOON, "secretary": w.cast["secretary"]}
    own_grades = [{"word": one, "behaviour": one} for one in ("major", "minor", "observation")]
    question = {"clause_code": "8.5", "text": "x", "requirement": "x"}
    expert = {"person": w.cast["doer"], "post": AuditMember.Post.EXPERT}
    signer = {"signer": w.cast["leader"]}

    def anytime(name, who, service, *about, **values):
        return name, "case", ANY, who, lambda me: service(*about, acting=me, **values)

    def spare():
        return AuditSession.objects.select_related("audit", "unit").get(pk=w.spare.pk)

    def released(act):
        Audit.objects.filter(pk=w.audit.pk).update(appointed_on=None, appointment="")
        return act(fresh("audit"))

    def nothing_done(act):
        rows = CorrectiveAction.objects.filter(nonconformity=w.case, kind="correction")
        rows.update(state="cancelled", cancelled_reason="x")
        SimilarCase.objects.filter(nonconformity=w.case).delete()
        return act(fresh("case"))

    return [
        anytime("open programme", SECRETARIAT, programmes.programme_open, w.agency, year=2030),
        programme("take proposal", ["draft"], SECRETARIAT, programmes.proposal_take, key=w.proposal),
        programme("draft programme paper", ["approved"], SECRETARIAT, papering.programme_paper, **signer),
        anytime("record competence", SECRETARIAT, programmes.competence_record, w.cast["doer"], title="x",
                obtained_on=TODAY),
        anytime("plan audit", SECRETARIAT, audits.audit_create, w.agency, title="x", objective="x", scope="x",
                criteria="x", **days),
        anytime("load library", SECRETARIAT, library.library_load, w.agency),
        anytime("add question", SECRETARIAT, library.question_add, w.agency, **question),
        anytime("change grades", SECRETARIAT, grading.scale_change, w.agency, grades=own_grades),
        ("read workbook", "case", ANY, SECRETARIAT, lambda me: case_transfer.import_preview(
            w.agency, acting=me, name="so.xlsx", content=workbook())),
        ("take workbook over", "batch", ["preview"], SECRETARIAT,
         lambda me: case_transfer.import_commit(fresh("batch"), acting=me)),
        ("take workbook over by a job", "batch", ["preview"], SECRETARIAT,
         lambda me: case_transfer.import_enqueue(fresh("batch"), acting=me)),
        ("try workbook again", "batch", ["preview"], SECRETARIAT,
         lambda me: case_transfer.import_try_again(untried(fresh("batch")), acting=me)),
        ("discard workbook", "batch", ["preview"], SECRETARIAT,
         lambda me: case_transfer.import_discard(fresh("batch"), acting=me)),
        anytime("change question", SECRETARIAT, library.question_change, w.questions[0], text="mới"),
        anytime("retire question", SECRETARIAT, library.question_retire, w.questions[0]),
        audit("hand in report", ["reporting"], {"lead"}, audits.audit_report, conclusion="x"),
        ("edit session", "audit", ahead, PLANNERS,
         lambda me: sessions.session_edit(spare(), acting=me, clauses=[clause])),
        ("remove session", "audit", ahead, PLANNERS, lambda me: sessions.session_remove(spare(), acting=me)),
        ("make checklist", "audit", ahead, PLANNERS,
         lambda me: checklists.checklist_make(spare(), acting=me)),
        ("add member", "audit", ahead, PLANNERS,
         lambda me: released(lambda one: sessions.member_add(one, acting=me, **expert))),
        ("remove member", "audit", ahead, PLANNERS, lambda me: released(
            lambda one: sessions.member_remove(one.members.exclude(post="lead").get(), acting=me))),
        audit("draft decision", ["planned"], PAPERERS, papering.audit_paper, field="decision", **signer),
        audit("draft plan paper", ahead, PAPERERS, papering.audit_paper, field="plan", **signer),
        audit("draft report", ["reported", "closed"], PAPERERS, papering.audit_paper, field="report",
              **signer),
        anytime("take whole file", everyone, wholefile.audit_file_start, w.audit, form="zip"),
        ("nothing to correct", "case", ["open"], HANDLERS, lambda me: nothing_done(
            lambda one: nonconformities.nothing_to_correct(one, acting=me, reason="x"))),
        ("ask nobody", "case", asking, HANDLERS, lambda me: nothing_done(
            lambda one: similar.similar_not_asked(one, acting=me, reason="x"))),
        anytime("prepare review", SECRETARIAT, reviews.review_open, w.agency, year=2026, **meeting),
        review("draft minutes", ["held", "concluded"], SECRETARIAT, review_papers.review_paper,
               purpose=papers_review.MINUTES, **signer),
        review("draft notice", ["concluded"], SECRETARIAT, review_papers.review_paper,
               purpose=papers_review.NOTICE, **signer),
        anytime("prepare declaration", SECRETARIAT, declarations.declaration_prepare, w.agency,
                activities="x"),
        anytime("refresh declaration", SECRETARIAT, declarations.declaration_refresh, w.declaration,
                activities="mới"),
        anytime("draft declaration", SECRETARIAT, declarations.declaration_paper, w.declaration, **signer),
        programme("edit", ["draft"], SECRETARIAT, programmes.programme_edit, objective="mới"),
        programme("add entry", ["draft"], SECRETARIAT, programmes.entry_add, **entry),
        ("edit entry", "programme", ["draft"], SECRETARIAT,
         lambda me: programmes.entry_edit(w.entry, acting=me, clauses=[clause])),
        ("remove entry", "programme", ["draft"], SECRETARIAT,
         lambda me: programmes.entry_remove(type(w.entry).objects.get(pk=w.entry.pk), acting=me)),
        programme("submit", ["draft"], SECRETARIAT, programmes.programme_submit),
        programme("return", ["submitted"], {"chief"}, programmes.programme_return, reason="x"),
        programme("approve", ["submitted"], {"chief"}, programmes.programme_approve),
        programme("revise", ["approved"], SECRETARIAT, programmes.programme_revise, reason="x"),
        audit("edit plan", ahead, PLANNERS, audits.audit_edit, title="mới"),
        audit("send plan", ["planned"], PLANNERS, audits.audit_notify),
        audit("take plan back", ["notified"], PLANNERS, audits.audit_recall),
        audit("add session", ahead, PLANNERS, sessions.session_add, unit=w.unit, clauses=[clause], **later),
        audit("propose auditors", ahead, PLANNERS, sessions.auditors_propose),
        audit("appoint", ahead, PLANNERS, sessions.team_appoint, document="QĐ 2", on=TODAY),
        audit("release", ["planned"], PLANNERS, sessions.team_release),
        audit("cancel", ahead, PLANNERS, audits.audit_cancel, reason="x"),
        audit("start", ["notified"], {"lead"}, audits.audit_start),
        audit("record meeting", on_site, {"lead"}, audits.meeting_record, kind="opening", held_at=clock.now(),
              attendees="x", minutes="x"),
        audit("finish", ["under_way"], {"lead"}, audits.audit_finish),
        audit("resume", ["reporting"], {"lead"}, audits.audit_resume),
        audit("close", ["reported"], {"chief"}, audits.audit_close),
        audit("raise", on_site, {"lead", "auditor"}, findings.finding_raise, key="khoa-000002",
              grade="strength", unit=w.unit, description="x"),
        ("answer", "audit", on_site, {"lead", "auditor"}, lambda me: checklists.answer_give(
            type(w.item).objects.get(pk=w.item.pk), acting=me, answer=Answer.CONFORM, version=0,
            key="khoa-000003")),
        ("photo", "audit", on_site, {"lead", "auditor"}, lambda me: checklists.evidence_add(
            type(w.item).objects.get(pk=w.item.pk), acting=me, key="khoa-000004", name="a.pdf",
            content=b"%PDF-1.7 x")),
        ("own question", "audit", [*ahead, *on_site], PLANNERS, lambda me: checklists.item_add(
            w.session.checklist, acting=me, clause=clause, text="x")),
        ("own question on site", "audit", [*on_site, *ahead], {"lead", "auditor"},
         lambda me: checklists.item_add(w.session.checklist, acting=me, clause=clause, text="x")),
        finding("acknowledge", ["raised"], {"head"}, findings.finding_acknowledge),
        finding("dispute", ["raised"], {"head"}, findings.finding_dispute, reason="x"),
        finding("uphold", ["raised", "disputed"], {"chief"}, findings.finding_decide, uphold=True,
                reason="x"),
        finding("withdraw", ["raised", "disputed"], {"chief"}, findings.finding_decide, uphold=False,
                reason="x"),
        finding("take back", ["raised"], {"auditor", "lead"}, findings.finding_take_back, reason="x"),
        case("change", living, SECRETARIAT, nonconformities.nonconformity_change, title="mới"),
        case("grade", living, SECRETARIAT | APPROVERS, nonconformities.nonconformity_grade, grade="major",
             reason="x"),
        case("evidence", living, HANDLERS, corrective.evidence_attach, reference="x"),
        case("begin analysis", ["open"], HANDLERS, nonconformities.analysis_begin),
        case("waive", ["open"], {"head"}, nonconformities.analysis_waive, reason="x"),
        case("cause", planning, HANDLERS, nonconformities.cause_record, **cause),
        case("ask units", asking, HANDLERS, similar.similar_ask, **ask),
        ("answer for a unit", "case", living, {"other head", "other staff", "lead", "auditor"},
         lambda me: similar.similar_answer(fresh("similar"), acting=me, answer="none", words="x")),
        case("plan correction", asking, HANDLERS, corrective.action_plan, kind="correction", **planned),
        case("plan action", planning, HANDLERS, corrective.action_plan, **planned),
        ("change action", "case", planning, HANDLERS,
         lambda me: corrective.action_change(fresh("action"), acting=me, description="mới")),
        case("plan check", planning, HANDLERS, plan.check_plan, **check),
        case("submit", planning, HANDLERS, plan.plan_submit),
        case("approve", ["submitted"], APPROVERS, plan.plan_approve),
        case("return", ["submitted", "in_progress"], APPROVERS, plan.plan_return, reason="x"),
        ("report action", "case", ["in_progress"], REPORTERS, lambda me: corrective.action_report(
            fresh("action"), acting=me, note="x", reference="x")),
        case("name verifier", ["in_progress", "checking"], APPROVERS, plan.verifier_choose,
             verifier=w.cast["lead"]),
        case("judge", ["checking"], {"verifier"}, effect.effect_judge, effective=True, grounds="x"),
        case("judge ineffective", ["checking"], {"verifier"}, effect.effect_judge, effective=False,
             grounds="x"),
        case("decide", ["in_progress", "checking", "to_close"], HANDLERS, effect.change_decide, **decided),
        case("close", ["to_close"], SECRETARIAT | {"chief"}, effect.nonconformity_close),
        case("reopen", ["to_close", "closed"], SECRETARIAT | APPROVERS, effect.nonconformity_reopen,
             reason="x"),
        case("cancel", ["open", "analysis", "reopened", "submitted", "in_progress"], SECRETARIAT | APPROVERS,
             effect.nonconformity_cancel, reason="x"),
        ("cancel action", "action", ["open"], HANDLERS,
         lambda me: corrective.action_cancel(fresh("action"), acting=me, reason="x")),
        ("say how far it is", "action", ["open"], REPORTERS, lambda me: corrective.action_note(
            fresh("action"), acting=me, text="x")),
        ("ask for time", "action", ["open"], REPORTERS, lambda me: corrective.extension_ask(
            fresh("action"), acting=me, new_deadline=SOON + 3 * day, reason="x")),
        ("give time", "extension", ["asked"], APPROVERS,
         lambda me: corrective.extension_decide(fresh("extension"), acting=me, granted=True)),
        ("refuse time", "extension", ["asked"], APPROVERS,
         lambda me: corrective.extension_decide(fresh("extension"), acting=me, granted=False, note="x")),
        review("change review", ["preparing"], SECRETARIAT, reviews.review_change, title="mới"),
        review("collect", ["preparing"], SECRETARIAT, reviews.review_collect),
        review("invite", ["preparing"], SECRETARIAT, reviews.attendees_set, people=[w.cast["chief"]]),
        ("supplement", "review", ["preparing"],
         SECRETARIAT | APPROVERS | {"head", "other head", "member"},
         lambda me: reviews.input_supplement(topic, acting=me, note="mới")),
        review("hold", ["preparing"], SECRETARIAT, reviews.review_hold, held_on=TODAY,
               present=[w.cast["leader"], w.cast["secretary"]]),
        ("discuss", "review", ["held"], SECRETARIAT,
         lambda me: reviews.input_discuss(topic, acting=me, opinion="x", conclusion="x")),
        review("write decision", ["held"], SECRETARIAT, reviews.decision_add, **decision),
        ("change decision", "review", ["held"], SECRETARIAT,
         lambda me: reviews.decision_change(fresh("decision"), acting=me, text="mới")),
        ("remove decision", "review", ["held"], SECRETARIAT,
         lambda me: reviews.decision_remove(fresh("decision"), acting=me)),
        review("conclude", ["held"], {"leader"}, reviews.review_conclude, conclusion="x"),
        review("cancel review", ["preparing"], SECRETARIAT, reviews.review_cancel, reason="x"),
        ("report decision", "review", ["concluded"], SECRETARIAT | {"head"},
         lambda me: reviews.decision_report(fresh("decision"), acting=me, note="x")),
        ("report decision", "decision", ["open"], SECRETARIAT | {"head"},
         lambda me: reviews.decision_report(fresh("decision"), acting=me, note="x")),
        ("cancel decision", "decision", ["open"], APPROVERS,
         lambda me: reviews.decision_cancel(fresh("decision"), acting=me, reason="x")),
        ("record", "case", ANY, everyone, lambda me: cases.open_case(
            SimpleNamespace(agency=w.agency, unit=w.unit, staff=me), owner=w.cast["owner"])),
    ]  # fmt: skip
