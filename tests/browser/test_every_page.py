"""Every page of the portal, as somebody who may open it, on the demonstration: no accessibility findings."""

import pytest
from django.test import Client
from django.urls import reverse

from qms import demo
from qms.models import Agency
from tests import databases
from tests.access.test_routes import table
from tests.access.world import arguments_for, people, routes
from tests.browser.axe import DESKTOP, PHONE, findings, set_theme

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # downloads are asked for and dropped unread, hence files the collector closes
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
FIRST = ("secretary", "admin", "clerk", "leader", "committee_head", "unit_head", "staff", "one_stop")
PARTS = 6
"""The pages are opened in parts, so that several test processes share them."""


def readers():
    """{route: the first role of FIRST that may open it}, from the table of routes and roles."""
    head, *rows = table(head=True)
    opened = {row[0]: dict(zip(head[2:], row[2:], strict=True)) for row in rows if row[1] == "get"}
    return {
        name: next((role for role in FIRST if outcomes[role] == "yes"), None)
        for name, outcomes in opened.items()
    }


def pages(agency, chosen, holders):
    """(role, address) of every page among the routes that shows HTML."""
    by = readers()
    for route in chosen:
        role = by.get(route.name)
        if role is None:
            continue
        address = reverse(route.name, kwargs=arguments_for(route, agency))
        client = Client()
        client.force_login(holders[role].user)
        response = client.get(address)
        html = response.headers.get("Content-Type", "").startswith("text/html")
        if response.status_code == 200 and html and not response.streaming:
            yield role, address


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_accessible(part, visit, transactional_db):
    wrong, seen, open_pages = [], 0, {}
    with databases.demonstration_with_records():
        agency = Agency.objects.get(code=demo.CODE)
        holders = people(agency)
        for role, address in list(pages(agency, routes()[part::PARTS], holders)):
            if role not in open_pages:
                open_pages[role] = visit(holders[role], "/")
            page = open_pages[role]
            page.goto(address)
            seen += 1
            for size, theme, looks in ((DESKTOP, "light", False), (PHONE, "dark", True)):
                page.set_viewport_size(size)
                set_theme(page, theme)
                wrong += [f"{size['width']} {theme}: {line}" for line in findings(page, looks=looks)]
                over = page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                if over > 0:
                    wrong.append(f"{size['width']}: {address} scrolls sideways by {over} px")
    assert seen > 10
    assert not wrong, "\n".join(wrong)
