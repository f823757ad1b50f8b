"""The whole way in a browser with a real worker: export in, attainment, dashboard, decision, verification."""

import pytest
from playwright.sync_api import Page, expect

from documents.models import Paper
from documents.services.keys import trial_keys_ensure
from dossiers.models import Dossier
from objectives import demo as objectives_demo
from qms import demo
from tests.browser.axe import DESKTOP, PHONE, check, findings, set_theme
from tests.dossiers.conftest import SAMPLE, TRUTH
from tests.services.conftest import site  # noqa: F401 - the worker of this test
from tests.services.sites import wait_until

PATIENCE = 120_000
pytestmark = pytest.mark.browser


def send(page: Page, address: str) -> None:
    """Press the button of the form that posts to an address ending so."""
    page.locator(f'form[action$="{address}"] button[type=submit]').first.click()
    page.wait_for_load_state()


def accessible(page: Page) -> None:
    """No axe findings as the page stands."""
    check(page, sizes=(DESKTOP,))


def number(value: int) -> str:
    """A number as the pages write it: 4.974."""
    return f"{value:,}".replace(",", ".")


def test_the_whole_way(visit, site, tmp_path):  # noqa: F811
    agency = demo.create_core()
    people = {
        name: objectives_demo.person(agency, name) for name in ("thuky", "truongban", "lanhdao", "vanthu")
    }
    paper = objectives_demo.prepare(agency, 2025).paper
    trial_keys_ensure(agency, [people["lanhdao"]])
    site.start()

    # The secretary uploads the export, sees what was understood, and imports it.
    page = visit(people["thuky"], "/dossiers/imports/new/")
    accessible(page)
    page.set_input_files("input[type=file]", SAMPLE)
    page.locator("form[enctype] button[type=submit]").click()
    start = page.locator('form[action$="/start/"] button[type=submit]').first
    expect(start).to_be_visible(timeout=PATIENCE)  # the page follows its job by itself
    accessible(page)
    start.click()
    expect(start).to_have_count(0, timeout=PATIENCE)
    accessible(page)
    wait_until(lambda: Dossier.objects.count() == 6000, patience=120)

    # The decision: review, approval, signature with the password asked again, number.
    address = paper.get_absolute_url()
    page = visit(people["thuky"], address)
    accessible(page)
    send(page, "/submit/")
    page = visit(people["truongban"], address)
    send(page, "/approve/")
    page = visit(people["lanhdao"], f"{address}sign/")
    accessible(page)
    page.fill("input[type=password]", demo.PASSWORD)
    page.locator("input[type=password]").press("Enter")
    page.wait_for_load_state()
    page = visit(people["vanthu"], f"{address}issue/")
    accessible(page)
    page.fill("input[name=issued_on]", "22/04/2025")
    page.locator("form.panel button[type=submit]").last.click()
    page.wait_for_load_state()
    page.locator("main form button[type=submit]").first.click()
    wait_until(lambda: Paper.objects.get(pk=paper.pk).is_issued, patience=120)
    page.goto(address)
    expect(page.locator("main")).to_contain_text("01/QĐ-")
    accessible(page)
    with page.expect_download() as download:
        page.locator(f'a[href="{address}file/"]').click()
    signed = tmp_path / "decision.pdf"
    download.value.save_as(signed)

    # Anyone verifies it, and is told when it was changed.
    page = visit(None, "/verify/")
    accessible(page)
    page.set_input_files("input[type=file]", signed)
    page.locator("form[enctype] button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("không thay đổi")
    accessible(page)
    forged = tmp_path / "forged.pdf"
    forged.write_bytes(signed.read_bytes().replace(b"/Type", b"/Tipe", 1))
    page = visit(None, "/verify/")
    page.set_input_files("input[type=file]", forged)
    page.locator("form[enctype] button[type=submit]").click()
    expect(page.locator("main")).not_to_contain_text("đúng là văn bản đang lưu")

    # The board sees the year, and goes from the figure to its dossiers.
    page = visit(people["truongban"], "/objectives/dashboard/?year=2025")
    send(page, "/compute/")
    whole = TRUTH["all"]
    figure = f"{number(whole['early_or_on_time'])}/{number(whole['resolved'])}"

    def shown():
        page.goto("/objectives/dashboard/?year=2025")
        return page.locator("main", has_text=figure).count()

    wait_until(shown, patience=120, every=1)
    expect(page.locator("main")).to_contain_text(
        f"{number(whole['received_online'])}/{number(whole['received'])}"
    )
    accessible(page)
    page.set_viewport_size(PHONE)
    set_theme(page, "dark")
    assert findings(page) == []
    page.set_viewport_size(DESKTOP)
    page.locator("tbody tr", has_text=figure).locator("a").first.click()
    page.wait_for_load_state()
    accessible(page)
    page.locator("main a", has_text=number(whole["early_or_on_time"])).first.click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text(number(whole["early_or_on_time"]))
    accessible(page)
