"""A new agency from the first page to running, by the guide alone: no Django admin."""

import io
import re

import pytest
from openpyxl import Workbook
from playwright.sync_api import expect

from qms import start
from qms.models import Agency, ClauseApplicability, Person, RoleAssignment
from risks.models import Risk
from tests.browser.axe import PHONE, check
from tests.qms.test_first_run import DATA

pytestmark = pytest.mark.browser

PEOPLE = (
    ("Họ và tên", "Tên đăng nhập", "Chức vụ", "Đơn vị", "Vai trò"),
    ("Nguyễn Thị Khởi", "khoi.nt", "Chánh Văn phòng", "VP", "Thư ký ISO"),
    ("Lê Minh Giám", "giam.lm", "Giám đốc", "", "Lãnh đạo cao nhất"),
    ("Phạm Văn Ban", "ban.pv", "Phó Giám đốc", "", "Trưởng Ban ISO"),
    ("Đỗ Thị Thư", "thu.dt", "Văn thư", "VP", "Văn thư"),
    ("Hồ Văn Cửa", "cua.hv", "Trưởng phòng", "Phòng Một cửa", "Trưởng phòng/đơn vị, Bộ phận Một cửa"),
)
RISKS = (
    ("TT", "Quá trình", "Mô tả rủi ro", "K", "M", "Biện pháp xử lý", "Hành động", "Trách nhiệm", "Thời hạn"),
    (1, "Giải quyết hồ sơ", "Hồ sơ trả trễ hạn", 3, 4, "Chấp nhận", "", "", ""),
    (2, "Tiếp nhận", "Thiếu người tiếp nhận", 2, 2, "Chấp nhận", "", "", ""),
    (3, "Tiếp nhận", "", 2, 2, "Chấp nhận", "", "", ""),
)


def workbook(rows):
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return {"name": "nhan-su.xlsx", "mimeType": "application/octet-stream", "buffer": out.getvalue()}


def test_a_new_agency_starts_without_django_admin(visit):
    page = visit(None, "/")
    expect(page).to_have_url(re.compile("/first-run/$"))
    for name, value in (DATA | {"address": "Số 1 đường Thử", "unit_code": "VP"}).items():
        page.fill(f"[name={name}]", value)
    page.locator("main form button[type=submit], form button.btn-lg").first.click()
    expect(page).to_have_url(re.compile("/start/$"))
    check(page, sizes=(PHONE,))

    def step(key):
        """Open the page of a step from the guide."""
        page.goto("/start/")
        page.locator(f"#step-{key} .start-a a").click()
        page.wait_for_load_state()

    def save():
        """The button of the page's form."""
        page.locator("main .form-foot button[type=submit]").first.click()
        page.wait_for_load_state()

    step("units")
    page.goto("/units/new/")
    page.fill("[name=name]", "Phòng Một cửa")
    page.fill("[name=code]", "MC")
    page.check("[name=handles_procedures]")
    page.check("[name=is_standing_unit]")
    save()
    expect(page.locator(".start-bar a")).to_be_visible()

    step("people")
    wrong = (*PEOPLE[:-1], ("Hồ Văn Cửa", "cua.hv", "", "Phòng Không Có", "Trưởng phòng/đơn vị"))
    page.set_input_files("input[type=file]", workbook(wrong))
    save()
    expect(page.locator("main")).to_contain_text("Dòng 6, Đơn vị: Không có đơn vị “Phòng Không Có”")
    page.goto("/people/import/")
    page.set_input_files("input[type=file]", workbook(PEOPLE))
    save()
    save()
    expect(page.locator("main")).to_contain_text("giam.lm")
    assert Person.objects.count() == 5 and RoleAssignment.objects.count() == 7

    step("hours")
    save()
    step("standard")
    page.locator("table a.ln", has_text=re.compile("^8.3$")).click()
    page.locator("input[name=applicable][value='0']").check()
    page.fill("[name=justification]", "Cơ quan không thiết kế dịch vụ mới.")
    save()
    assert ClauseApplicability.objects.get().applicable is False
    step("scale")
    page.locator('form[action$="/start/"] button').first.click()
    page.wait_for_load_state()
    page.goto("/start/")
    page.locator("#step-symbol .start-a a").click()
    page.locator('a[href$="/documents.symbol/"]').click()
    page.fill("[name=value]", "STC")
    save()
    for key in ("templates", "series"):
        page.goto("/start/")
        page.locator(f"#step-{key} form button").click()
        page.wait_for_load_state()
    guide = start.guide(Person.objects.get(user__username="khoi.nt"))
    assert [one.step.key for one in guide.needed if not one.done] == []
    expect(page.locator("#far-h")).to_have_text("Cơ quan đã đi vào vận hành")
    assert Agency.objects.get().is_demo is False

    # Last year's register comes in from its workbook, lines that do not fit are said and left out.
    step("registers")
    page.locator("form[action$='/open/'] button").first.click()
    page.wait_for_load_state()
    page.locator("main a[href$='/import/']").first.click()
    page.wait_for_load_state()
    page.set_input_files("input[type=file]", workbook(RISKS) | {"name": "rui-ro-nam-truoc.xlsx"})
    save()
    expect(page.locator("main")).to_contain_text("Hồ sơ trả trễ hạn")
    assert not Risk.objects.exists()
    page.locator("form[action$='/commit/'] button").first.click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("Hồ sơ trả trễ hạn")
    assert sorted(Risk.objects.values_list("event", flat=True)) == [
        "Hồ sơ trả trễ hạn",
        "Thiếu người tiếp nhận",
    ]
    page.goto("/start/")
    expect(page.locator("#step-registers")).to_contain_text("1 bảng")
