"""Separation of duties: who had a part in something does not judge it, whatever their role.

Each case is tried twice: the person may as long as somebody else did the work, and is refused, with the
reason, once they did it themselves.
"""

from audits.models import (
    AuditMember,
    CorrectiveAction,
    EffectivenessCheck,
)
from audits.services import audits, corrective, effect, findings, nonconformities, plan, programmes, reviews
from qms.models import Person, RoleAssignment
from tests.audits.acts import everything  # noqa: F401 - a fixture
from tests.audits.conftest import TODAY
from tests.audits.test_every_step import attempt, judgeable, set_up  # noqa: F401 - a fixture


def change(part, name):
    """The person becomes who did it."""

    def own(w, me):
        record = getattr(w, part)
        type(record).objects.filter(pk=record.pk).update(**{name: me})

    return own


def heads(world):
    """The person heads the audited unit."""
    return lambda me: RoleAssignment.objects.create(
        agency=world.agency, person=me, role="unit_head", unit=world.unit, valid_from=TODAY
    )


def moved(world):
    """The person works in the unit of the case now."""
    return lambda me: Person.objects.filter(pk=me.pk).update(unit=world.unit)


def own_action(w, me):
    CorrectiveAction.objects.filter(kind="corrective").update(owner=me)


def leads(w, me):
    AuditMember.objects.filter(post="lead").update(person=me)


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def analysed(w, me):
    w.case.analyses.update(made_by=me)


def approve(w, me):
    return plan.plan_approve(fresh(w.case), acting=me)


def extend(w, me):
    return corrective.extension_decide(fresh(w.extension), acting=me, granted=True)


def judge(w, me):
    return effect.effect_judge(fresh(w.case), acting=me, effective=True, grounds="x")


def decide(w, me):
    return findings.finding_decide(fresh(w.finding), acting=me, uphold=True, reason="x")


OWN = [
    ("programme submitted", "chief", "programme", "submitted", change("programme", "drafted_by"),
     lambda w, me: programmes.programme_approve(fresh(w.programme), acting=me)),
    ("finding raised: answered", "head", "finding", "raised", change("finding", "raised_by"),
     lambda w, me: findings.finding_acknowledge(fresh(w.finding), acting=me)),
    ("finding raised: decided", "chief", "finding", "disputed", change("finding", "raised_by"), decide),
    ("finding disputed: decided", "chief", "finding", "disputed", change("finding", "answered_by"), decide),
    ("audit led: closed", "chief", "audit", "reported", leads,
     lambda w, me: audits.audit_close(fresh(w.audit), acting=me)),
    ("case owned: graded", "secretary", "case", "analysis", change("case", "owner"),
     lambda w, me: nonconformities.nonconformity_grade(fresh(w.case), acting=me, grade="major", reason="x")),
    ("plan made: approved", "chief", "case", "submitted", change("case", "submitted_by"), approve),
    ("case owned: plan approved", "leader", "case", "submitted", change("case", "owner"), approve),
    ("cause found: plan approved", "chief", "case", "submitted", analysed, approve),
    ("action owned: plan approved", "leader", "case", "submitted", own_action, approve),
    ("plan submitted: returned", "chief", "case", "submitted", change("case", "submitted_by"),
     lambda w, me: plan.plan_return(fresh(w.case), acting=me, reason="x")),
    ("time asked for: given", "chief", "extension", "asked", change("extension", "asked_by"), extend),
    ("action owned: time given", "leader", "extension", "asked", own_action, extend),
    ("action owned: effect judged", "verifier", "case", "checking", own_action, judge),
    ("case owned: effect judged", "verifier", "case", "checking", change("case", "owner"), judge),
    ("case owned: verifier named", "chief", "case", "checking", change("case", "owner"),
     lambda w, me: plan.verifier_choose(fresh(w.case), acting=me, verifier=w.cast["lead"])),
    ("case owned: closed", "secretary", "case", "to_close", change("case", "owner"),
     lambda w, me: effect.nonconformity_close(fresh(w.case), acting=me)),
    ("case owned: cancelled", "chief", "case", "analysis", change("case", "owner"),
     lambda w, me: effect.nonconformity_cancel(fresh(w.case), acting=me, reason="x")),
    ("minutes taken: concluded", "leader", "review", "held", change("review", "secretary"),
     lambda w, me: reviews.review_conclude(fresh(w.review), acting=me, conclusion="x")),
    ("decision owed: cancelled", "leader", "decision", "open", change("decision", "owner"),
     lambda w, me: reviews.decision_cancel(fresh(w.decision), acting=me, reason="x")),
]  # fmt: skip


def test_nobody_judges_their_own_work(world, judgeable):  # noqa: F811
    wrong = []
    for name, part, record, state, own, act in OWN:
        me = world.cast[part]
        for mine in (False, True):

            def trial(me=me, own=own, act=act, mine=mine):
                if mine:
                    own(world, me)
                return act(world, me)

            set_up(world, record, state)
            got = attempt(trial)
            if (got == "refused") != mine:
                wrong.append(f"{name}, {'own' if mine else 'of others'}: {got}")
    assert wrong == []


def test_a_verifier_who_moved_into_the_unit_no_longer_judges(world, judgeable):  # noqa: F811
    for into in (moved(world), heads(world)):
        set_up(world, "case", "checking")

        def trial(into=into):
            into(world.cast["verifier"])
            return judge(world, Person.objects.get(pk=world.cast["verifier"].pk))

        assert attempt(trial) == "refused"
    assert EffectivenessCheck.objects.get().verdict == ""
