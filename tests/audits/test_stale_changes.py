"""A service given a record that somebody else has changed meanwhile keeps what it was not told to change."""

import datetime as dt

import pytest

from audits.services import audits, corrective, library, nonconformities, programmes, reviews, sessions
from tests import factories
from tests.audits.cases import june, open_case, people  # noqa: F401
from tests.audits.conftest import TODAY
from tests.audits.test_reviews import decide, hold, prepare

pytestmark = pytest.mark.django_db
NEW = "Người khác vừa viết"


def a_case(get):
    return open_case(get("people")), "process", nonconformities.nonconformity_change, {"title": "Tên mới"}


def an_action(get):
    of = get("people")
    case = open_case(of)
    action = corrective.action_plan(
        case, acting=of.head, kind="correction", description="Gửi", owner=of.staff, deadline=TODAY
    )
    later = {"deadline": TODAY + dt.timedelta(days=2)}
    return action, "description", corrective.action_change, later


def a_review(get):
    return prepare(get("people")), "place", reviews.review_change, {"title": "Cuộc họp khác"}


def a_decision(get):
    of = get("people")
    made = decide(hold(prepare(of), of), of)
    return made, "text", reviews.decision_change, {"deadline": TODAY + dt.timedelta(days=90)}


def an_audit(get):
    return get("planned"), "scope", audits.audit_edit, {"objective": "Mục đích khác"}


def a_line(get):
    programme = programmes.programme_revise(get("programme"), acting=None, reason="Bổ sung")
    entry = programme.entries.get()
    return entry, "process", programmes.entry_edit, {"month": 9, "clauses": list(entry.clauses.all())}


def a_session(get):
    session = get("planned").sessions.get()
    there = {"clauses": list(session.clauses.all()), "auditors": list(session.auditors.all())}
    return session, "process", sessions.session_edit, there | {"unit": factories.unit(session.agency)}


def a_question(get):
    get("clauses")
    return get("library")[0], "requirement", library.question_change, {"text": "Câu hỏi khác?"}


KINDS = [a_case, an_action, a_review, a_decision, an_audit, a_line, a_session, a_question]


@pytest.mark.parametrize("kind", KINDS)
def test_what_others_changed_stays(kind, request):
    stale, field, change, fields = kind(request.getfixturevalue)
    type(stale).objects.filter(pk=stale.pk).update(**{field: NEW})
    done = change(stale, acting=None, **fields)
    done.refresh_from_db()
    assert getattr(done, field) == NEW
