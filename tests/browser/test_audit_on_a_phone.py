"""Two auditors answer one checklist on phones; one loses the network, one raises a major finding."""

import base64
import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from audits.models import Answer, AnswerEvidence, AuditQuestion, ChecklistItem, Finding
from audits.services import audits, programmes, sessions
from objectives.demo import person
from qms import demo
from qms.models import Clause, OrgUnit
from tests.browser.axe import PHONE, findings

pytestmark = pytest.mark.browser
PHOTO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A picture of one pixel."""


@pytest.fixture
def session(transactional_db):
    """An audit under way today: two auditors hold one session of three questions."""
    agency = demo.create_core()
    secretary, lead, second = (person(agency, name) for name in ("thuky", "danhgiavien", "danhgiavien2"))
    clause = Clause.objects.get(edition__code="TCVN ISO 9001:2015", code="8.5")
    for number in (1, 2, 3):
        AuditQuestion.objects.create(
            agency=agency, code=f"Q-{number}", clause_code="8.5", text=f"Câu hỏi số {number}?",
            requirement="Làm đúng quy trình", order=number,
        )  # fmt: skip
    today = timezone.localdate()
    for one in (lead, second):
        programmes.competence_record(one, acting=secretary, title="Đánh giá viên", obtained_on=today)
    audit = audits.audit_create(
        agency, acting=secretary, title="Đợt 1", objective="x", scope="x", criteria="x", starts_on=today,
        ends_on=today,
    )  # fmt: skip
    sessions.member_add(audit, acting=secretary, person=lead, post="lead")
    sessions.member_add(audit, acting=secretary, person=second, post="auditor")
    start = timezone.make_aware(dt.datetime.combine(today, dt.time(8)))
    made = sessions.session_add(
        audit, acting=secretary, unit=OrgUnit.objects.get(agency=agency, code="BCVT"), clauses=[clause],
        auditors=[lead, second], starts_at=start, ends_at=start + dt.timedelta(hours=3),
    )  # fmt: skip
    audit = sessions.team_appoint(audit, acting=secretary, document="QĐ 1", on=today)
    audits.audit_start(audits.audit_notify(audit, acting=secretary), acting=lead)
    return made, lead, second


@pytest.fixture
def phone(browser, live_server):
    """phone(person, path) -> the page on a phone. Refused and lost requests are part of this test, so the
    console may tell of them; errors of the page's script fail it."""
    contexts, wrong = [], []

    def open_page(somebody, path):
        context = browser.new_context(
            viewport=PHONE, has_touch=True, locale="vi-VN", reduced_motion="reduce", base_url=live_server.url
        )
        contexts.append(context)
        client = Client()
        client.force_login(somebody.user)
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not wrong, wrong


def choose(page, number, answer):
    page.locator(f"#a{number}-{answer}").click()


def test_two_auditors_one_checklist(phone, session):
    made, lead, second = session
    address = f"/audits/sessions/{made.pk}/answer/"
    first_phone = phone(lead, address)
    second_phone = phone(second, address)
    sync = "#sync"

    choose(first_phone, 1, "conform")
    expect(first_phone.locator(sync)).to_contain_text("Đã lưu")
    assert first_phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert findings(first_phone) == []

    # The second auditor saw the question unanswered: their answer is kept, and they are asked.
    choose(second_phone, 1, "observation")
    expect(second_phone.locator("#c1 [data-clash]")).to_contain_text(lead.full_name)
    second_phone.locator("#c1 [data-keep-theirs]").click()
    item = ChecklistItem.objects.get(number=1)
    assert (item.answer, item.answered_by, item.version) == (Answer.CONFORM, lead, 1)

    # Without a network the answer waits on the device. The page opens again all the same: with what the
    # server has, and with what waits, which is sent when the network is back.
    first_phone.wait_for_function(
        "caches.open('qms-checklist-1').then(kept => kept.keys()).then(all => all.length > 4)"
    )
    first_phone.locator("#c1 [data-next]").click()
    first_phone.context.set_offline(True)
    expect(first_phone.locator(sync)).to_contain_text("Không có mạng")
    choose(first_phone, 2, "nonconform")
    first_phone.locator("#n2").fill("Thiếu chữ ký")
    first_phone.locator("#n2").blur()
    expect(first_phone.locator(sync)).to_contain_text("Chờ gửi: 2")  # the answer, then its note
    # A finding raised and a photo taken without a network wait on the device too.
    first_phone.select_option("#g2", "minor")
    first_phone.fill("#d2", "Văn bản chưa ký")
    first_phone.fill("#e2", "Hồ sơ 0099")
    first_phone.locator("#c2 [data-finding-form] button[type=submit]").click()
    expect(first_phone.locator("#c2 [data-findings]")).to_contain_text("Văn bản chưa ký")
    photo = {"name": "anh.png", "mimeType": "image/png", "buffer": PHOTO}
    first_phone.locator("#c2 [data-photo-form] input[type=file]").first.set_input_files(photo)
    expect(first_phone.locator(sync)).to_contain_text("Chờ gửi: 4")
    assert ChecklistItem.objects.get(number=2).answer == "" and not Finding.objects.exists()
    first_phone.on("dialog", lambda dialog: dialog.accept())
    first_phone.reload()
    expect(first_phone.locator("#c2 input[value=nonconform]")).to_be_checked()
    expect(first_phone.locator("#c1 input[value=conform]")).to_be_checked()
    expect(first_phone.locator("#n2")).to_have_value("Thiếu chữ ký")
    first_phone.context.set_offline(False)
    first_phone.evaluate("window.dispatchEvent(new Event('online'))")
    expect(first_phone.locator(sync)).to_contain_text("Đã lưu", timeout=15_000)
    item = ChecklistItem.objects.get(number=2)
    assert (item.answer, item.note, item.version) == (Answer.NONCONFORM, "Thiếu chữ ký", 2)
    expect(first_phone.locator("#c2 [data-findings]")).to_contain_text("PH-")
    waiting = Finding.objects.get()
    assert (waiting.description, waiting.raised_by) == ("Văn bản chưa ký", lead), "sent once, nothing twice"
    (kept,) = AnswerEvidence.objects.filter(item=item)
    assert kept.added_by == lead and kept.file.size > 0
    made_twice = ChecklistItem.objects.get(number=1)
    assert (made_twice.answer, made_twice.version) == (Answer.CONFORM, 1)

    # Signing out leaves no page on the device.
    first_phone.goto("/")
    first_phone.locator("form[action$='/logout/']").first.evaluate("form => form.requestSubmit()")
    first_phone.wait_for_function("caches.keys().then(names => names.length === 0)")

    # The second auditor raises a major finding from the third question.
    second_phone.locator("#c1 [data-next]").click()
    second_phone.locator("#c2 [data-next]").click()
    choose(second_phone, 3, "nonconform")
    second_phone.select_option("#g3", "major")
    second_phone.fill("#d3", "Trả kết quả khi chưa có chữ ký")
    second_phone.fill("#e3", "Hồ sơ 0041 và 0057")
    second_phone.locator("#c3 [data-finding-form] button[type=submit]").click()
    expect(second_phone.locator("#c3 [data-findings]")).to_contain_text("PH-")
    expect(second_phone.locator(sync)).to_contain_text("Đã lưu")
    found = Finding.objects.exclude(pk=waiting.pk).get()
    assert (found.grade, found.raised_by, found.unit) == (Finding.Grade.MAJOR, second, made.unit)
    assert found.evidence == "Hồ sơ 0041 và 0057" and found.clause.code.startswith("8.5")
