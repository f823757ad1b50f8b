"""An agency with a scale, a unit with its people, and the roles of the way to approval."""

import datetime as dt

import pytest

from qms.models import Role
from risks.models import Risk, RiskScore
from risks.services import actions, risks, start
from tests import factories

TODAY = dt.date(2026, 6, 15)


@pytest.fixture(autouse=True)
def june(monkeypatch):
    """Everything happens on 15 June 2026."""
    from django.utils import timezone

    moment = dt.datetime(2026, 6, 15, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    monkeypatch.setattr(timezone, "now", lambda: moment)
    monkeypatch.setattr(timezone, "localdate", lambda *args: moment.date())


@pytest.fixture
def scaled(agency):
    """The agency with scale, categories and library."""
    start.starting_data_load(agency, acting=None)
    return agency


@pytest.fixture
def unit(agency):
    return factories.unit(agency, "Phòng Thử", abbreviation="PT", short_name="Phòng Thử")


@pytest.fixture
def staff(agency, unit):
    return factories.person(agency, Role.STAFF, unit=unit)


@pytest.fixture
def head(agency, unit):
    return factories.person(agency, Role.UNIT_HEAD, unit=unit)


@pytest.fixture
def leader(agency):
    return factories.person(agency, Role.LEADER)


@pytest.fixture
def committee_head(agency):
    return factories.person(agency, Role.COMMITTEE_HEAD)


@pytest.fixture
def make_risk(scaled, unit, staff):
    """make_risk(first, second, …) -> a scored risk of the unit, with owner, treatment and action."""

    def make(first=3, second=4, *, kind=Risk.Kind.RISK, event="Hồ sơ trễ hạn", ready=True, of=unit, **fields):
        risk = risks.risk_create(
            scaled,
            acting=None,
            kind=kind,
            unit=of,
            **({"process": "Giải quyết hồ sơ", "event": event, "owner": staff} | fields),
        )
        if first:
            risks.risk_score(risk, acting=None, phase=RiskScore.Phase.BEFORE, first=first, second=second)
        risk.refresh_from_db()
        if ready and kind == Risk.Kind.RISK:
            risks.risk_treat(risk, acting=None, treatment=Risk.Treatment.REDUCE)
            plan(risk, staff)
        elif ready:
            risks.risk_treat(risk, acting=None, pursue=True)
            plan(risk, staff)
        risk.refresh_from_db()
        return risk

    return make


def plan(risk, owner, **fields):
    """An action on a risk."""
    values = {
        "description": "Rà soát hồ sơ sắp đến hạn mỗi sáng",
        "owner": owner,
        "deadline": TODAY + dt.timedelta(days=30),
    }
    return actions.action_add(risk, acting=None, **(values | fields))
