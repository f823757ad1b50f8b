"""One Chromium for all browser tests, and a signed-in page of any person."""

import os

import pytest
from django.test import Client

from tests.browser.axe import DESKTOP, chromium


@pytest.fixture(scope="session")
def browser():
    """Chromium, started once. Playwright keeps an event loop in this thread, hence the setting."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with chromium() as running:
        yield running


@pytest.fixture
def visit(browser, live_server):
    """visit(person or None, path) -> the page, at desktop size; fails on anything the console reports."""
    contexts = []
    said = []

    def hear(message):
        if message.type == "error" and "status of 422" not in message.text:  # a form that was refused
            said.append(message.text)

    def open_page(person, path, **options):
        context = browser.new_context(
            viewport=DESKTOP, locale="vi-VN", reduced_motion="reduce", base_url=live_server.url, **options
        )
        contexts.append(context)
        if person is not None:
            client = Client()
            client.force_login(person.user)
            cookie = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not said, said
