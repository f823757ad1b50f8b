"""An agency the portal has never seen sets up its year in the browser alone: no admin site, no shell.

Other numbering (I, 1, 1.1, a), nested rows, a column of methods, milestones without a figure, mixed times.
"""

import datetime as dt
import re
import threading

import pytest
from django.db import connections
from playwright.sync_api import expect

from documents.signing.trial import TrialAuthority
from qms import jobs
from qms.models import Job
from tests.browser.axe import DESKTOP, PHONE
from tests.browser.hands import PASSWORD, People, fill, follow, press, save

pytestmark = pytest.mark.browser
AGENCY = "Sở Xây dựng Bình An"
UNITS = [("Phòng Quy hoạch kiến trúc", "QHKT"), ("Phòng Quản lý nhà", "QLN"), ("Thanh tra Sở", "TTS")]
PEOPLE = [
    ("Lâm Thị Hạnh", "Chuyên viên", "Phòng Quy hoạch", "secretary", "lam.hanh"),
    ("Cao Văn Tín", "Phó Giám đốc", "", "committee_head", "cao.tin"),
    ("Đinh Quốc Hùng", "Giám đốc", "", "leader", "dinh.hung"),
    ("Tạ Ngọc Mai", "Văn thư", "Văn phòng", "clerk", "ta.mai"),
]
OBJECTIVES = """TT\tMục tiêu, nhiệm vụ\tChỉ tiêu\tCách thức thực hiện\tChủ trì\tPhối hợp\tThời gian
I\tNâng cao chất lượng giải quyết hồ sơ\t\t\t\t\t
1\tHồ sơ cấp phép xây dựng trả đúng hạn\t≥ 97,5%\t\t\t\t
2\tRút ngắn quy trình thẩm định\t\tHọp giao ban hằng tuần\tPhòng QHKT\tQLN\tQuý II và cả năm
2.1\tLập danh mục bước trùng\t\tSo sánh hai quy trình\tQLN\t\tTháng 3,4
a)\tLấy ý kiến các phòng\t\tPhiếu hỏi\tThanh tra Sở\tCác phòng\tTrước 30/6
II\tBan hành quy chế phối hợp kiểm tra hiện trường\t\t\t\t\t
1\tSoạn thảo quy chế\t\tTheo mẫu của Sở\tThanh tra Sở\tPhòng Quản lý nhà\tQuý I-II
2\tPhổ biến quy chế\t\t\tVP\t\tThường xuyên
"""
PLAN = """TT\tNội dung công việc\tCách thức\tChủ trì\tPhối hợp\tThời gian
I\tChuẩn bị\t\t\t\t
1\tKiện toàn Ban ISO (nếu có)\tQuyết định\tVăn phòng\tCác phòng\tQuý I
1.1\tRà soát thành viên\t\tVP\t\tTháng 1
II\tVận hành\t\t\t\t
1\tĐánh giá nội bộ\tTheo chương trình\tĐoàn đánh giá\tCác phòng\tCả năm (đánh giá nội bộ quý III)
a)\tĐánh giá các phòng có thủ tục\tPhỏng vấn\tThanh tra Sở\t\tTháng 7,8
2\tCập nhật quy trình\t\tPhòng Quản lý nhà\tQHKT\tThường xuyên
"""


@pytest.fixture
def people(browser, live_server):
    made = People(browser, live_server.url)
    yield made
    made.close()


def set_up(people):
    """The first-run page, then units and people, by the administrator; gives back everybody's windows."""
    page = people.window("/")
    fill(page, name=AGENCY, short_name="Sở XD", code="SXD-BA", parent_name="UBND tỉnh Bình An",
         place="Bình An", unit_name="Văn phòng", unit_abbreviation="VP", full_name="Mạc Đăng Khoa",
         position="Chuyên viên", username="mac.khoa", password1=PASSWORD, password2=PASSWORD)  # fmt: skip
    save(page)
    for order, (name, code) in enumerate(UNITS, start=2):
        page.goto("/units/")
        follow(page, "/units/new/")
        fill(page, name=name, abbreviation=code, code=code, order=order)
        if code != "TTS":
            fill(page, handles_procedures=True)
        save(page)
    windows = {"admin": page}
    for name, position, unit, role, username in PEOPLE:
        page.goto("/people/")
        follow(page, "/people/new/")
        fill(page, full_name=name, position=position)
        if unit:
            fill(page, unit=unit)
        save(page)
        follow(page, "/roles/")
        fill(page, role=role)
        save(page)
        follow(page, "/account/")
        fill(page, username=username)
        save(page)
        once = page.locator("code.once").nth(1).inner_text()
        windows[role] = people.first_sign_in(username, once)
    return windows


def key_files(page, folder):
    """The administrator registers the key files of the agency and of its head."""
    authority = TrialAuthority()
    for whose in ("", "Đinh Quốc Hùng"):
        key = authority.issue(whose or AGENCY, AGENCY, "")
        file = folder / "key.p12"
        file.write_bytes(key.container)
        page.goto("/documents/keys/new/pkcs12/")
        fill(page, file=file, password=key.password.decode())
        if whose:
            fill(page, person=whose)
        save(page)


def work():
    """What the worker does, in a thread of its own: the browser's loop runs in this one."""

    def run():
        for job in Job.objects.filter(kind="documents.issue", state="queued"):
            jobs.run_here(job)
        connections.close_all()

    worker = threading.Thread(target=run)
    worker.start()
    worker.join(timeout=90)


def bring_into_force(windows, record):
    """Submit, approve, prepare the paper; review, approve, sign and number it, each by its own person."""
    page, head, leader, clerk = (windows[role] for role in ("secretary", "committee_head", "leader", "clerk"))
    press(page, "/submit/")
    head.goto(record)
    press(head, "/approve/")
    page.goto(record)
    follow(page, "/publish/")
    fill(page, signer="Đinh Quốc Hùng")
    save(page)
    paper = page.url
    press(page, "/submit/")
    head.goto(paper)
    press(head, "/approve/")
    leader.goto(f"{paper}sign/")
    leader.fill("input[type=password]", PASSWORD)
    leader.press("input[type=password]", "Enter")
    leader.wait_for_load_state()
    clerk.goto(f"{paper}issue/")
    clerk.locator("form.panel button[type=submit]").last.click()
    clerk.wait_for_load_state()
    clerk.locator("main form button[type=submit]").first.click()
    clerk.wait_for_load_state()
    work()
    page.goto(record)
    expect(page.locator("main .chip").first).to_contain_text("Đang hiệu lực")


def from_table(page, rows):
    """Paste a table into a draft and take it over as it was understood."""
    follow(page, "/import/")
    fill(page, pasted=rows)
    save(page)
    page.locator('button[formaction$="/take/"], form[action$="/take/"] button').first.click()
    page.wait_for_load_state()


def cards_move(page, plan):
    """On the board: a card with the mouse, another with the arrow keys; a form where one is needed."""
    page.set_viewport_size({"width": 1440, "height": 2400})  # nothing scrolls away under the mouse
    page.goto(f"{plan}board/")
    doing, waits = page.locator('[data-column="doing"]'), page.locator('[data-column="todo"]')
    before = doing.locator("[data-card]").count()

    def card(words):
        return page.locator("[data-card]", has_text=words).first

    expect(waits.locator("[data-card]", has_text="Cập nhật quy trình")).to_have_count(1)
    card("Cập nhật quy trình").drag_to(doing)
    expect(doing.locator("[data-card]", has_text="Cập nhật quy trình")).to_have_count(1)
    card("Rà soát thành viên").locator("a.ln").press("ArrowRight")
    expect(doing.locator("[data-card]")).to_have_count(before + 2)
    card("Rà soát thành viên").locator("a.ln").press("ArrowRight")
    expect(page).to_have_url(re.compile("/report/$"))
    page.set_viewport_size(DESKTOP)
    page.goto(plan)


def test_a_new_agency_sets_up_its_year(people, tmp_path, transactional_db):
    windows = set_up(people)
    key_files(windows["admin"], tmp_path)
    page, main = windows["secretary"], windows["secretary"].locator("main")

    # Objectives from a table in the agency's own layout, after a year that cannot be.
    page.goto("/objectives/sets/")
    follow(page, "/sets/new/")
    fill(page, year="26")
    page.locator("main .form-foot button").first.click()
    expect(page.locator(".errsum")).to_contain_text("Năm")
    fill(page, year=dt.date.today().year, title="Mục tiêu chất lượng của Sở")
    save(page)
    objectives = page.url
    from_table(page, OBJECTIVES)
    expect(page).to_have_url(objectives)
    for words in ("Mục tiêu II", "≥ 97,5 %", "đạt mốc", "So sánh hai quy trình", "Quý II và cả năm"):
        expect(main).to_contain_text(words.replace(" %", "\u00a0%").replace("≥ ", "≥\u00a0"))
    bring_into_force(windows, objectives)

    # The plan of the year, the same way.
    page.goto("/objectives/plans/")
    follow(page, "/plans/new/")
    save(page)
    plan = page.url
    from_table(page, PLAN)
    expect(page).to_have_url(plan)
    bring_into_force(windows, plan)
    for words in ("1.1", "Cả năm (đánh giá nội bộ quý III)", "Đoàn đánh giá", "Thanh tra Sở"):
        expect(main).to_contain_text(words)

    cards_move(page, plan)

    # Both stand where everybody looks.
    page.goto("/objectives/dashboard/")
    for words in ("Hồ sơ cấp phép xây dựng trả đúng hạn", "Ban hành quy chế phối hợp", "Thanh tra Sở"):
        expect(main).to_contain_text(words)
    expect(main).not_to_contain_text("Chưa nhập dữ liệu một cửa")
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
