"""A unit that never had risks goes to an approved register: scale, entry, score, treatment, action, steps."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from qms.models import Role
from risks.models import Register
from risks.services.freezing import register_intact
from tests import factories
from tests.browser.axe import PHONE
from tests.browser.hands import fill, follow, press, save

pytestmark = pytest.mark.browser


def phone_fits(page):
    """On a phone nothing is wider than the phone."""
    size = page.viewport_size
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url
    page.set_viewport_size(size)


def test_a_unit_goes_from_empty_to_an_approved_register(visit, transactional_db):
    agency = factories.agency()
    unit = factories.unit(agency, "Phòng Hạ tầng", abbreviation="PHT", short_name="Phòng Hạ tầng")
    staff = factories.person(agency, Role.STAFF, unit=unit, full_name="Kiều Văn Sơn")
    head = factories.person(agency, Role.UNIT_HEAD, unit=unit)
    secretary = factories.person(agency, Role.SECRETARY)
    committee_head = factories.person(agency, Role.COMMITTEE_HEAD)

    # The secretary loads a scale; nobody else may.
    page = visit(staff, "/risks/")
    expect(page.locator("main form[action$='/start/']")).to_have_count(0)
    keeper = visit(secretary, "/risks/")
    press(keeper, "/start/")

    # The unit opens its register; an empty one goes nowhere and says why.
    page.goto("/risks/registers/")
    page.locator("form[action$='/open/'] button").first.click()
    page.wait_for_load_state()
    register = page.url
    press(page, "/submit/")
    expect(page.locator("main")).to_contain_text("Bảng chưa có mục nào")
    page.goto(register)

    # A risk, after words that are missing; its score, its treatment, an action.
    page.locator(f"main a[href*='/risks/new/?unit={unit.pk}']").first.click()
    page.wait_for_load_state()
    page.locator("main .form-foot button").first.click()
    expect(page.locator(".errsum")).to_contain_text("Sự kiện")
    fill(page, process="Cấp phép đào đường", event="Hồ sơ cấp phép trả trễ hạn", cause="Lấy ý kiến chậm")
    fill(page, consequence="Người dân phải đi lại", owner="Kiều Văn Sơn")
    save(page)
    risk = page.url.removesuffix("score/before/")  # saved, it is scored at once
    phone_fits(page)
    fill(page, first=4, second=4, note="Quý trước trễ 12 hồ sơ")
    save(page)
    page.goto(risk)
    phone_fits(page)
    follow(page, "/treatment/")
    fill(page, treatment="reduce")
    save(page)
    page.goto(register)
    expect(page.locator("#problems")).to_be_visible()  # a high risk asks for an action
    page.goto(risk)
    follow(page, "/actions/add/")
    due = dt.date.today() + dt.timedelta(days=60)
    fill(page, description="Nhắc cơ quan phối hợp trước hạn 02 ngày", owner="Kiều Văn Sơn")
    fill(page, deadline=f"{due:%d/%m/%Y}")
    save(page)

    # Submitted by who drew it up, confirmed by the head, taken in by the secretary, then approved.
    page.goto(register)
    phone_fits(page)
    press(page, "/submit/")
    chief = visit(head, register)
    press(chief, "/confirm/")
    keeper.goto("/risks/registers/")
    keeper.locator("form[action$='/open/']:not(:has([name=unit])) button").first.click()
    keeper.wait_for_load_state()
    whole = keeper.url
    keeper.goto("/risks/registers/")
    press(keeper, "/consolidate/")
    keeper.goto(whole)
    press(keeper, "/submit/")
    board = visit(committee_head, whole)
    board.locator("button[data-confirm=approve-dialog]").click()
    board.locator("dialog[open] button[type=submit]").click()
    board.wait_for_load_state()

    page.goto(register)
    expect(page.locator("main")).to_contain_text("Hồ sơ cấp phép trả trễ hạn")
    expect(page.locator("main")).to_contain_text("SHA-256")
    part, full = Register.objects.get(unit=unit), Register.objects.get(unit=None)
    assert (part.state, full.state, full.approved_by) == ("approved", "approved", committee_head)
    assert register_intact(part) and register_intact(full)
