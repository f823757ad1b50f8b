"""Fixtures of all tests. The servers come from the plugin tests.servers."""

import pytest
from django.core.cache import cache
from django.utils import translation

from qms.models import Role
from tests import factories


def pytest_addoption(parser):
    parser.addoption("--record", action="store_true", help="write the table of routes and roles anew")


@pytest.fixture(autouse=True)
def clean_cache():
    """No counters or progress of another test."""
    cache.clear()


@pytest.fixture
def agency(db):
    return factories.agency(code="SKHCN")


@pytest.fixture
def other_agency(db):
    return factories.agency(code="KHAC")


@pytest.fixture
def secretary(agency):
    return factories.person(agency, Role.SECRETARY)


@pytest.fixture
def login(client):
    """Sign a person in: login(person) -> client."""

    def sign_in(person):
        client.force_login(person.user)
        return client

    return sign_in


@pytest.fixture
def english():
    """Reasons in the words of the source, whatever the language of the pages is."""
    with translation.override("en"):
        yield
