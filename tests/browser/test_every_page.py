"""Every page of the portal, as somebody who may open it, on the demonstration: no accessibility findings."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from qms import demo
from qms.models import Agency
from tests.access.world import arguments_for, people, routes
from tests.browser.axe import DESKTOP, PHONE, findings, set_theme

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # downloads are asked for and dropped unread, hence files the collector closes
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
FIRST = ("secretary", "admin", "clerk", "leader", "committee_head", "unit_head", "staff", "one_stop")


def demonstration():
    """Load it on a connection of its own."""
    try:
        call_command("load_demo", verbosity=0)
    finally:
        connection.close()


def pages(agency):
    """(role, address) of every page that shows HTML to one of the roles."""
    holders = people(agency)
    clients = {}
    for role in FIRST:
        clients[role] = Client()
        clients[role].force_login(holders[role].user)
    for route in routes():
        if route.view is not None and not hasattr(route.view, "get"):
            continue
        address = reverse(route.name, kwargs=arguments_for(route, agency))
        for role, client in clients.items():
            response = client.get(address)
            if response.status_code == 200:
                if response.headers["Content-Type"].startswith("text/html") and not response.streaming:
                    yield role, address
                break


def test_every_page_is_accessible(visit, transactional_db):
    with ThreadPoolExecutor(1) as beside:  # signing cannot run inside Playwright's event loop
        beside.submit(demonstration).result()
    agency = Agency.objects.get(code=demo.CODE)
    holders = people(agency)
    wrong, seen, open_pages = [], 0, {}
    for role, address in list(pages(agency)):
        if role not in open_pages:
            open_pages[role] = visit(holders[role], "/")
        page = open_pages[role]
        page.goto(address)
        seen += 1
        for size, theme in ((DESKTOP, "light"), (PHONE, "dark")):
            page.set_viewport_size(size)
            set_theme(page, theme)
            wrong += [f"{size['width']} {theme}: {line}" for line in findings(page)]
            over = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if over > 0:
                wrong.append(f"{size['width']}: {address} scrolls sideways by {over} px")
    assert seen > 40
    assert not wrong, "\n".join(wrong)
