"""A year of audits in the browser: programme, decision, audit on phones, major finding, cause, actions, a
check that fails and one that succeeds, the management review that reports it, and the next programme.

Seven people, each with a page of their own; the auditors hold phones. The clock of the portal is set on, day
by day; nothing is entered behind the pages but questions of the library and the competence of the auditors.
"""

import datetime as dt
import re
import threading

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from audits.models import Audit, AuditProgramme, AuditQuestion, Finding, ManagementReview, Nonconformity
from audits.services import programmes
from documents.models import Paper
from documents.services.keys import trial_keys_ensure
from objectives.demo import person
from qms import demo, jobs
from qms.models import Clause, Job, OrgUnit
from tests.browser.axe import DESKTOP, PHONE

pytestmark = pytest.mark.browser

REAL_NOW = timezone.now
YEAR = REAL_NOW().year + 1  # the keys of the trial hold for three years from the day they are made
NAMES = {
    "secretary": "thuky",
    "chief": "truongban",
    "leader": "lanhdao",
    "clerk": "vanthu",
    "lead": "danhgiavien",
    "second": "danhgiavien2",
    "head": "truongphong.bcvt",
}
ON_PHONES = {"lead", "second"}
SEND = "main form button.btn-primary[type=submit]"


@pytest.fixture
def on(monkeypatch):
    """on(month, day) -> the portal's clock goes on to nine o'clock of that day of the year of this test."""
    shift = {"by": dt.timedelta(0)}
    monkeypatch.setattr(timezone, "now", lambda: REAL_NOW() + shift["by"])

    def go(month: int, day: int, year: int = YEAR) -> dt.date:
        moment = timezone.make_aware(dt.datetime(year, month, day, 9))
        shift["by"] = moment - REAL_NOW()
        return moment.date()

    return go


@pytest.fixture
def office(transactional_db, on):
    """The demonstration agency on 5 January, its trial keys, three questions, two competent auditors."""
    on(1, 5)
    agency = demo.create_core()
    people = {part: person(agency, name) for part, name in NAMES.items()}
    trial_keys_ensure(agency, [people["leader"]])
    for number, code in enumerate(("7.5", "8.5", "8.5"), start=1):
        AuditQuestion.objects.create(
            agency=agency, code=f"Q-{number}", clause_code=code, text=f"Câu hỏi số {number}?",
            requirement="Kết quả được ký trước khi trả", order=number,
        )  # fmt: skip
    for name in ("lead", "second"):
        programmes.competence_record(
            people[name], acting=people["secretary"], title="Khóa đánh giá viên",
            obtained_on=dt.date(2024, 5, 2),
        )  # fmt: skip
    return people


@pytest.fixture
def as_(browser, live_server, office):
    """as_(part, address) -> the page of that person at that address, on a phone for the auditors."""
    contexts, pages, signed_in, said = [], {}, {}, []

    def open_page(part: str, address: str) -> Page:
        if part not in pages:
            size = PHONE if part in ON_PHONES else DESKTOP
            context = browser.new_context(
                viewport=size, has_touch=part in ON_PHONES, locale="vi-VN", reduced_motion="reduce",
                base_url=live_server.url,
            )  # fmt: skip
            contexts.append(context)
            pages[part] = context.new_page()
            pages[part].on("pageerror", lambda error: said.append(str(error)))
            pages[part].on(
                "console", lambda message: said.append(message.text) if message.type == "error" else None
            )
        if signed_in.get(part) != timezone.localdate():  # sessions end as the days go by
            client = Client()
            client.force_login(office[part].user)
            cookie = client.cookies["sessionid"].value
            pages[part].context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
            signed_in[part] = timezone.localdate()
        if not (signed_in.get("last") == part and pages[part].url == f"{live_server.url}{address}"):
            pages[part].goto(address)
        signed_in["last"] = part
        return pages[part]

    yield open_page
    for context in contexts:
        context.close()
    assert not said, said


def enter(page: Page, **values: object) -> Page:
    """Fill the named controls as a person would, send the form, and stop where the page refuses it."""
    for name, value in values.items():
        field = page.locator(f'main [name="{name}"]').first
        kind = field.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
        if kind == "select":
            field.select_option(str(value))
        elif kind in ("radio", "checkbox"):
            for one in value if isinstance(value, list) else [value]:
                page.locator(f'main [name="{name}"][value="{one}"]').check()
        else:
            field.fill(f"{value:%d/%m/%Y}" if isinstance(value, dt.date) else str(value))
    page.locator(SEND).last.click()
    page.wait_for_load_state()
    assert page.locator(".errsum").count() == 0, page.locator("main").inner_text()
    return page


def press(page: Page, address: str) -> Page:
    """Press the button whose form posts to an address ending so."""
    page.locator(f'main form[action$="{address}"] button[type=submit]').first.click()
    page.wait_for_load_state()
    return page


def fits(page: Page) -> None:
    """Nothing sticks out of a phone's screen."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def run_jobs() -> None:
    """The worker's part: every paper that is being issued. In a thread of its own, as signing wants it."""

    def work() -> None:
        try:
            for job in Job.objects.filter(state=Job.State.QUEUED, kind__startswith="documents"):
                jobs.run_here(job)
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()


def issue(as_, paper: Paper, day: dt.date) -> None:
    """A paper all its way through its pages: review, approval, signature, number."""
    address = paper.get_absolute_url()
    press(as_("secretary", address), "/submit/")
    press(as_("chief", address), "/approve/")
    enter(as_("leader", f"{address}sign/"), password=demo.PASSWORD)
    page = as_("clerk", f"{address}issue/")
    page.fill("input[name=issued_on]", f"{day:%d/%m/%Y}")
    page.locator("form.panel button[type=submit]").last.click()
    page.wait_for_load_state()
    page.locator(SEND).first.click()
    page.wait_for_load_state()
    run_jobs()
    assert Paper.objects.get(pk=paper.pk).is_issued


def open_programme(as_, year: int) -> tuple[Page, AuditProgramme]:
    page = enter(as_("secretary", "/audits/programmes/open/"), year=year)
    return page, AuditProgramme.objects.get(year=year)


def work_out(as_, case: Nonconformity, office, *, why: str, deadline: dt.date, check: dt.date) -> None:
    """Cause, action and check of a round by the head of the unit; approved by the head of the committee."""
    address = case.get_absolute_url()
    enter(
        as_("head", f"{address}cause/"), question_1="Vì sao trả trước khi ký?", answer_1="Không ai kiểm tra",
        answer_2=why, root_cause=why, category="method",
    )  # fmt: skip
    page = as_("head", address)
    if page.locator('.next a[href$="/similar/"]').count():
        page.locator('.next a[href$="/similar/"]').click()
        while page.locator('input[name="units"]:checked').count():
            page.locator('input[name="units"]:checked').first.uncheck()
        enter(page, reason="Chỉ phòng này trả kết quả loại này")
    enter(as_("head", f"{address}actions/add/"), description=f"Khắc phục: {why}", deadline=deadline)
    enter(
        as_("head", f"{address}check/"), method="verifier", criterion="Không còn kết quả trả trước khi ký",
        due_on=check, verifier=office["lead"].pk,
    )  # fmt: skip
    press(as_("head", address), "/submit/")
    press(as_("chief", address), "/approve/")


def carry_out(as_, address: str, day: dt.date) -> None:
    """The head of the unit reports what the next step asks for."""
    page = as_("head", address)
    page.locator('.next a[href$="/report/"]').click()
    enter(page, done_on=day, note="Đã làm xong", reference="CV 12/BCVT")


def judge(as_, address: str, verdict: str, grounds: str) -> Page:
    """The verifier's verdict, from the next step of the case, on the phone."""
    page = as_("lead", address)
    fits(page)
    page.locator('.next a[href$="/judge/"]').click()
    return enter(page, verdict=verdict, grounds=grounds)


def test_a_year_of_audits(as_, on, office):
    unit = OrgUnit.objects.get(code="BCVT", agency=office["head"].agency)
    edition = Clause.objects.filter(edition__code="TCVN ISO 9001:2015")
    clauses = [edition.get(code=code).pk for code in ("7.5", "8.5")]

    # January: the programme, drawn up by the secretary, approved by the head of the committee.
    page, programme = open_programme(as_, YEAR)
    expect(page.locator("main")).not_to_contain_text("PH-")
    address = programme.get_absolute_url()
    enter(as_("secretary", f"{address}entries/add/"), unit=unit.pk, clauses=clauses, month=3)
    press(as_("secretary", address), "/submit/")
    page = press(as_("chief", address), "/approve/")
    expect(page.locator("main")).to_contain_text(f"{office['chief']} phê duyệt")

    # February: the audit, its team, the decision that appoints it.
    today = on(2, 20)
    entry = programme.entries.get()
    page = enter(
        as_("secretary", "/audits/list/new/"), title="Đợt 1", starts_on=dt.date(YEAR, 3, 10),
        ends_on=dt.date(YEAR, 3, 10), entries=[entry.pk],
    )  # fmt: skip
    audit = Audit.objects.get()
    address = audit.get_absolute_url()
    for name, post in (("lead", "lead"), ("second", "auditor")):
        enter(as_("secretary", f"{address}members/add/"), person=office[name].pk, post=post)
    session = audit.sessions.get()
    page = as_("secretary", f"/audits/sessions/{session.pk}/edit/")
    enter(page, auditors=[office["lead"].pk, office["second"].pk])
    page = as_("secretary", f"{address}papers/decision/")
    enter(page, signer=office["leader"].pk)
    issue(as_, Paper.objects.get(), today)
    page = as_("secretary", address)
    expect(page.locator("main")).to_contain_text("01/QĐ-")
    press(page, "/notify/")

    # March: on site. One checklist, two auditors, each with a phone.
    on(3, 10)
    press(as_("lead", address), "/start/")
    phones = {name: as_(name, f"/audits/sessions/{session.pk}/answer/") for name in ("lead", "second")}
    for name, number, answer in (("lead", 1, "conform"), ("second", 2, "strength")):
        phone = phones[name]
        fits(phone)
        for step in range(1, number):
            phone.locator(f"#c{step} [data-next]").click()
        phone.locator(f"#a{number}-{answer}").click()
        expect(phone.locator("#sync")).to_contain_text("Đã lưu")
    phone.locator("#c2 [data-next]").click()
    phone.locator("#a3-nonconform").click()
    phone.select_option("#g3", "major")
    phone.fill("#d3", "Trả kết quả khi chưa có chữ ký")
    phone.fill("#e3", "Hồ sơ 0041 và 0057")
    phone.locator("#c3 [data-finding-form] button[type=submit]").click()
    expect(phone.locator("#c3 [data-findings]")).to_contain_text("PH-")
    finding = Finding.objects.get()
    assert (finding.grade, finding.unit) == (Finding.Grade.MAJOR, unit)
    answers = session.checklist.items.order_by("number").values_list("answer", "answered_by__full_name")
    lead, second = office["lead"].full_name, office["second"].full_name
    assert list(answers) == [("conform", lead), ("strength", second), ("nonconform", second)]
    for meeting in ("opening", "closing"):
        enter(as_("lead", f"{address}meetings/{meeting}/"), minutes="Đã thống nhất nội dung")
    press(as_("lead", address), "/finish/")

    # The unit acknowledges; the report goes in; the nonconformity is opened from the finding.
    on(3, 12)
    page = as_("head", finding.get_absolute_url())
    page.locator('a[href$="/acknowledge/"]').click()
    enter(page)
    page = as_("lead", f"{address}report/")
    enter(page, conclusion="Hệ thống được duy trì; một điểm không phù hợp nặng.")
    page = as_("secretary", finding.get_absolute_url())
    page.locator('main a[href*="nonconformities/new"]').click()
    enter(page, title="Trả kết quả khi chưa ký", process="Trả kết quả")
    case = Nonconformity.objects.get()
    assert (case.grade, case.finding, case.owner) == ("major", finding, office["head"])
    home = case.get_absolute_url()

    # Correction first, then cause, action, approval, carrying out; the check in June fails.
    today = on(3, 16)
    page = as_("head", home)
    page.locator('.next a[href*="kind=correction"]').click()
    enter(page, description="Thu hồi, ký và trả lại hai hồ sơ", deadline=dt.date(YEAR, 3, 18))
    carry_out(as_, home, today)
    press(as_("head", home), "/analyse/")
    deadline, check = dt.date(YEAR, 4, 15), dt.date(YEAR, 6, 15)
    work_out(as_, case, office, why="Quy trình thiếu bước kiểm tra", deadline=deadline, check=check)
    carry_out(as_, home, on(4, 14))
    on(6, 15)
    page = judge(as_, home, "ineffective", "Rút 20 hồ sơ, vẫn còn 2 hồ sơ trả trước khi ký")
    case.refresh_from_db()
    assert (case.state, case.round, case.effective) == ("reopened", 2, False)

    # The second round: another cause, another action; the check in October succeeds, the case is closed.
    on(6, 18)
    deadline, check = dt.date(YEAR, 7, 31), dt.date(YEAR, 10, 1)
    work_out(as_, case, office, why="Phần mềm cho trả khi chưa ký", deadline=deadline, check=check)
    carry_out(as_, home, on(7, 30))
    on(10, 1)
    judge(as_, home, "effective", "Rút 30 hồ sơ, tất cả đã ký trước khi trả")
    page = as_("head", home)
    page.locator('.next a[href$="/decide/"]').click()
    enter(
        page, risk_decision="none", risk_note="Đã có trong Bảng", document_decision="revised",
        document_note="QT.BCVT.04 lần 3",
    )  # fmt: skip
    enter(as_("secretary", f"{home}close/"))
    case.refresh_from_db()
    assert (case.state, case.round, case.effective) == ("closed", 2, True)
    press(as_("chief", address), "/close/")

    # December: the management review reports the audit and the reopened case, and decides.
    today = on(12, 15)
    page = enter(as_("secretary", "/audits/reviews/new/"), chair=office["chief"].pk, place="Phòng họp A")
    review = ManagementReview.objects.get()
    told = page.locator("#t-nonconformities, #t-audits")
    expect(told.first).to_contain_text(re.compile(r"nặng|hiệu lực"))
    words = " ".join(told.all_inner_texts())
    assert case.code in words and finding.get_grade_display() in words, words
    for row in review.inputs.all():
        if row.is_missing:
            enter(as_("secretary", f"/audits/inputs/{row.pk}/supplement/"), note="Không phát sinh")
    enter(as_("secretary", f"{review.get_absolute_url()}hold/"), held_on=today)
    enter(
        as_("secretary", f"{review.get_absolute_url()}decisions/add/"), kind="improvement",
        text="Đánh giá lại việc trả kết quả", owner=office["head"].pk, deadline=dt.date(YEAR + 1, 3, 1),
    )  # fmt: skip
    page = as_("chief", f"{review.get_absolute_url()}conclude/")
    enter(page, conclusion="Hệ thống phù hợp, có hiệu lực")
    expect(page.locator("main")).to_contain_text("Đánh giá lại việc trả kết quả")

    # The next programme proposes the unit again, with its reason; one click takes it over.
    on(1, 6, YEAR + 1)
    page, programme = open_programme(as_, YEAR + 1)
    expect(page.locator("[aria-labelledby=prop-h]")).to_contain_text(case.code)  # it took a second round
    row = page.locator("[aria-labelledby=prop-h] li", has_text=finding.code)
    expect(row).to_contain_text(unit.label)
    row.locator("button").click()
    page.wait_for_load_state()
    entry = programme.entries.get()
    assert entry.unit == unit and finding.code in entry.reason and "1" in entry.last_result
