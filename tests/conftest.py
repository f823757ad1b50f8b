"""Fixtures of all tests. The servers come from the plugin tests.servers."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

from qms.models import Role
from tests import databases, factories


def pytest_addoption(parser):
    parser.addoption("--record", action="store_true", help="write the table of routes and roles anew")


@pytest.fixture(scope="session")
def django_db_keepdb(request):
    """A copied SQLite file is there before Django asks for a database."""
    return request.config.getoption("reuse_db") or settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request, django_db_modify_db_settings_parallel_suffix):
    """The database of this process is a copy of one that is migrated once (--reuse-db: the one at hand)."""
    known = settings.DATABASES["default"]
    if known["ENGINE"].endswith("sqlite3"):
        databases.databases().copy(databases.migrated(), str(known["TEST"]["NAME"]))
    elif not request.config.getoption("reuse_db"):
        known["TEST"]["TEMPLATE"] = databases.migrated()


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker):
    """The module's tests meet the demonstration agency and its sister agency: a copy of one load."""
    with django_db_blocker.unblock(), databases.demonstration():
        yield


@pytest.fixture(scope="module")
def demonstration_with_records(django_db_setup, django_db_blocker):
    """The same with a record of every kind and at every step (tests/access/records.py)."""
    with django_db_blocker.unblock(), databases.demonstration_with_records():
        yield


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
