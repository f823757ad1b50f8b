"""Every route, every role: what each may open and do, held against the table in `routes.csv`.

The table is read and judged by people. After a change of routes or roles run
`pytest tests/access --record` and read its difference line by line before committing it.
"""

import csv
import fcntl
import itertools
from pathlib import Path
from unittest import mock

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import reverse

from qms import sheets
from qms.policies import public
from qms.views import base
from tests.access.world import NEVER_REACHED, POSTED, arguments_for, people, routes

TABLE = Path(__file__).with_name("routes.csv")
PARTS = 8
"""The routes are tried in parts, so that several test processes share them."""
OWN_AFFAIRS = {
    "choose-agency",
    "delegation-give",  # a role of one's own
    "notification-mark",
    "notification-open",
    "notification-preferences",
    "notifications-read",
    "preferences",
    "set-language",
    "verify",
    "documents:packs-verify",
    "feedback-open",  # pages for everybody, without signing in
    "survey-answer",
}
SHARED = {"clause"}
"""Routes about records that belong to no agency: the standard is everybody's."""


@pytest.fixture(autouse=True)
def _no_copies_of_contexts():
    """The test client copies the context of every template of a page; nothing here looks at one."""
    with mock.patch("django.test.client.store_rendered_templates"):
        yield


def outcome(status: int, location: str = "") -> str:
    """A status in a word: yes, form (yes, and the form asks for more), no, hidden, sign-in, –."""
    if status in (301, 302):
        return "sign-in" if "/accounts/login" in location else "yes"
    return {200: "yes", 204: "yes", 422: "form", 400: "form", 403: "no", 404: "hidden", 405: "-"}.get(
        status, str(status)
    )


def ask(client: Client, method: str, address: str, said: dict) -> str:
    """One request whose effects are undone."""
    client.raise_request_exception = False
    point = transaction.savepoint()
    try:
        response = getattr(client, method)(address, said, REMOTE_ADDR="127.0.0.1")
        for close in response._resource_closers:  # not response.close(): that ends the connection too
            close()
        return outcome(response.status_code, response.headers.get("Location", ""))
    finally:
        transaction.savepoint_rollback(point)


class Pages:
    """Whether templates are rendered: a page takes longer to draw than to allow. Workbooks stay short."""

    def __init__(self, monkeypatch):
        self.drawn = self.drawn_refusals = True
        drawn, fill = SimpleTemplateResponse.rendered_content, sheets._fill
        refused = base.refused

        def perhaps(response):
            return drawn.fget(response) if self.drawn else ""

        def begin(book, header, lines, title):
            fill(book, header, itertools.islice(lines, 20), title)

        def refuse(request, reason):
            return refused(request, reason) if self.drawn_refusals else HttpResponse(reason, status=403)

        monkeypatch.setattr(base, "refused", refuse)
        monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", property(perhaps))
        monkeypatch.setattr(sheets, "_fill", begin)


def try_everything(agency, sister, chosen, pages):
    """{(route, method): {actor: outcome}} for every chosen route, its methods and every actor.

    A page is drawn for the first actor who may open it and for one more, who changes from route to route;
    so is the page that says why not.
    """
    users = {role: person.user for role, person in people(agency).items()}
    users["stranger"] = people(sister)["secretary"].user
    clients = {"nobody": Client()}
    for name, user in users.items():
        clients[name] = Client()
        clients[name].force_login(user)
    found = {}
    for number, route in enumerate(chosen):
        address = reverse(route.name, kwargs=arguments_for(route, agency))
        said = POSTED[route.name](agency) if route.name in POSTED else {}
        one_more = list(clients)[number % len(clients)]
        for method in ("get", "post"):
            if route.view is None and method == "post":
                continue
            if route.view is not None and not (
                method in route.view.http_method_names and hasattr(route.view, method)
            ):
                continue
            row = found[route.name, method] = {}
            for name, client in clients.items():
                pages.drawn = name == one_more or not {"yes", "form"} & set(row.values())
                pages.drawn_refusals = name == one_more or "no" not in row.values()
                row[name] = ask(client, method, address, said)
    pages.drawn = pages.drawn_refusals = True
    return found


def as_rows(found):
    return [[name, method, *row.values()] for (name, method), row in sorted(found.items())]


def table(*, head=False):
    """The rows of the table as it stands, without its head unless that is asked for."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        return list(csv.reader(file))[0 if head else 1 :]


def record(found):
    """Put the outcomes into the table, and out of it the routes that are no more."""
    present = {route.name for route in routes()}
    tried = {name for name, _method in found}
    actors = list(next(iter(found.values())))
    with TABLE.open("r+", encoding="utf-8", newline="") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # the parts may run in several processes
        kept = [row for row in list(csv.reader(file))[1:] if row[0] in present - tried]
        file.seek(0)
        file.truncate()
        rows = sorted(kept + as_rows(found))
        csv.writer(file, lineterminator="\n").writerows([["route", "method", *actors], *rows])


def broken(outcomes):
    """Routes that answer with an error of ours."""
    return {key: row for key, row in outcomes.items() if any(word.startswith("5") for word in row.values())}


def open_without_account(outcomes):
    """Routes not declared public that let a visitor in."""
    declared = {route.name for route in routes() if route.view is None or route.view.policy is public}
    return {
        key
        for key, row in outcomes.items()
        if key[0] not in declared and row["nobody"] not in {"sign-in", "-", "hidden"}
    }


def shown_to_strangers(outcomes):
    """Routes about one record that a person of another agency can open or use."""
    about_a_record = {route.name for route in routes() if "pk" in route.arguments}
    return {
        key: row["stranger"]
        for key, row in outcomes.items()
        if key[0] in about_a_record - SHARED and row["stranger"] not in {"hidden", "no", "-"}
    }


def changed_by_the_superior_agency(outcomes):
    """Routes by which the superior agency, which only reads, could change more than its own affairs."""
    return {
        name
        for (name, method), row in outcomes.items()
        if method == "post" and name not in OWN_AFFAIRS and row.get("superior") in {"yes", "form"}
    }


def reached_by_nobody(outcomes):
    """Routes whose record does not fit: nobody gets in, so that the table proves nothing."""
    return {
        key
        for key, row in outcomes.items()
        if key[0] not in NEVER_REACHED and not {"yes", "form"} & set(row.values())
    }


# downloads are asked for and dropped unread, hence files the collector closes
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_every_route_answers_every_role_as_the_table_says(part, demo_world, request, monkeypatch):
    chosen = routes()[part::PARTS]
    outcomes = try_everything(*demo_world, chosen, Pages(monkeypatch))
    if request.config.getoption("--record"):
        record(outcomes)
    assert broken(outcomes) == {}, "run with --show-capture=all"
    assert open_without_account(outcomes) == set()
    assert shown_to_strangers(outcomes) == {}
    assert changed_by_the_superior_agency(outcomes) == set()
    assert reached_by_nobody(outcomes) == set(), "make a fitting record (records.py) and name it (world.py)"
    names = {route.name for route in chosen}
    assert as_rows(outcomes) == [row for row in table() if row[0] in names]


def test_the_table_speaks_of_no_route_that_is_gone():
    assert {row[0] for row in table()} <= {route.name for route in routes()}
