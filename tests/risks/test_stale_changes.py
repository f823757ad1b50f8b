"""A service given a record that somebody else has changed meanwhile keeps what it was not told to change."""

import datetime as dt

import pytest

from risks.models import ContextCategory
from risks.services import actions, changes, context, risks
from tests.risks.conftest import TODAY, plan
from tests.risks.test_suggestions import CHANGE

pytestmark = pytest.mark.django_db
NEW = "Người khác vừa viết"


def category(agency, side):
    return ContextCategory.objects.filter(agency=agency, side=side).first()


def a_risk(get):
    return get("make_risk")(), "cause", risks.risk_change, {"event": "Sự kiện khác"}


def an_action(get):
    action = plan(get("make_risk")(), get("staff"))
    return action, "description", actions.action_change, {"deadline": TODAY + dt.timedelta(days=3)}


def a_change(get):
    made = changes.change_create(get("scaled"), acting=get("head"), unit=get("unit"), **CHANGE)
    return made, "integrity", changes.change_edit, {"resources": "Hai người"}


def an_issue(get):
    of = get("scaled")
    made = context.issue_add(
        of, acting=None, category=category(of, "external"), title="Nghị định mới", effect="both"
    )
    return made, "title", context.issue_change, {"effect": "risk"}


def a_party(get):
    of = get("scaled")
    made = context.party_add(of, acting=None, category=category(of, "party"), name="Doanh nghiệp")
    return made, "name", context.party_change, {"category": category(of, "party")}


def a_need(get):
    party, _field, _change, _fields = a_party(get)
    made = context.need_add(party, acting=None, kind="need", text="Trả kết quả đúng hạn")
    return made, "text", context.need_change, {"kind": "expectation"}


@pytest.mark.parametrize("kind", [a_risk, an_action, a_change, an_issue, a_party, a_need])
def test_what_others_changed_stays(kind, request):
    stale, field, change, fields = kind(request.getfixturevalue)
    type(stale).objects.filter(pk=stale.pk).update(**{field: NEW})
    change(stale, acting=None, **fields)
    stale.refresh_from_db()
    assert getattr(stale, field) == NEW
