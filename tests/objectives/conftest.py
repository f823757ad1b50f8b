"""People, units and objective sets of the tests of objectives."""

import datetime as dt

import pytest

from tests.objectives import build


@pytest.fixture
def people(agency):
    """One person per role that matters here, in two units."""
    return build.people(agency)


@pytest.fixture
def draft(agency, people):
    """A draft with a dossier target and a manual one."""
    return build.draft(agency, people)


@pytest.fixture
def in_force(draft, people):
    """The same set, approved and in force since the start of its year."""
    return build.into_force(draft, people)


@pytest.fixture
def frozen(monkeypatch):
    """Set today: frozen(2025, 7, 2)."""

    def to(*day):
        moment = dt.datetime(*day, 9, 0, tzinfo=build.VIETNAM)
        monkeypatch.setattr("qms.clock.now", lambda: moment)

    return to
