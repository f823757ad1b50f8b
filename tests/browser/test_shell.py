"""The shell in a real browser: accessible in both themes and sizes, by keyboard, and without script."""

import pytest
from playwright.sync_api import expect

from qms.models import Role
from tests import factories
from tests.browser.axe import PHONE, check

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def person(transactional_db):
    agency = factories.agency("SKHCN", name="Sở Khoa học và Công nghệ")
    return factories.person(agency, Role.SECRETARY, Role.ADMIN, unit=factories.unit(agency))


@pytest.mark.parametrize(
    "path",
    ["/", "/components/", "/search/?q=abc", "/notifications/", "/jobs/", "/audit-trail/", "/accounts/2fa/"],
)
def test_pages_of_the_shell_have_no_accessibility_findings(visit, person, path):
    check(visit(person, path))


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/"])
def test_pages_before_sign_in_have_no_accessibility_findings(visit, person, path):
    check(visit(None, path))


def test_the_person_signs_in_on_the_page_and_is_told_what_is_wrong(visit, person):
    page = visit(None, "/accounts/login/")
    page.get_by_label("Tên đăng nhập hoặc thư điện tử công vụ").fill(person.user.username)
    page.get_by_label("Mật khẩu", exact=True).fill("sai-mat-khau")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("không đúng")
    page.get_by_label("Mật khẩu", exact=True).fill("mat-khau-thu-1")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Việc của tôi")


def test_keys_search_walk_rows_and_close_with_focus_returned(visit, person):
    page = visit(person, "/components/")
    page.keyboard.press("Control+k")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("[data-rows] tbody tr").nth(1).locator("a").first).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("[data-rows] tbody tr").first.locator("a").first).to_be_focused()
    opener = page.locator("[data-confirm]")
    opener.click()
    expect(page.locator("dialog[open] [data-safe]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    check(page, sizes=(PHONE,))


def test_a_table_that_widens_later_can_be_scrolled_with_the_keyboard_and_only_then(visit, person):
    page = visit(person, "/components/")
    box = page.locator(".tw").first
    expect(box).not_to_have_attribute("tabindex", "0")
    box.evaluate("box => { box.querySelector('table').style.minWidth = '3000px' }")
    expect(box).to_have_attribute("tabindex", "0")
    box.evaluate("box => { box.querySelector('table').style.minWidth = '' }")
    expect(box).not_to_have_attribute("tabindex", "0")


def test_a_day_can_be_picked_by_keyboard_and_is_written_day_first(visit, person):
    page = visit(person, "/components/")
    page.fill("#id_due", "28/02/2026")
    page.locator("#div_id_due [data-date-button]").first.click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#id_due").first).to_have_value("01/03/2026")


def test_the_theme_stays_as_chosen(visit, person):
    page = visit(person, "/")
    page.locator("summary.me").click()
    page.get_by_role("button", name="Tối", exact=True).click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_without_script_the_menu_the_rail_and_the_confirm_step_still_work(visit, person):
    page = visit(person, "/components/", java_script_enabled=False)
    page.locator("summary.me").click()
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()
    expect(page.locator("[data-theme-toggle]")).to_be_hidden()
    page.set_viewport_size(PHONE)
    page.locator('.tabbar a[href="#nav"]').click()
    expect(page.locator("#nav")).to_be_visible()
