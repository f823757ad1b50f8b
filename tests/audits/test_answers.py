"""The owner of an action answers from one link: done, how far it is, or more time; nobody else by it."""

import datetime as dt

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audits import answering, reminders
from audits.models import DeadlineExtension, Nonconformity
from qms.models import AuditEntry, Notification, Role
from tests import factories
from tests.audits.cases import TODAY, fresh, june, lead, open_case, people  # noqa: F401


@pytest.fixture
def action(people, june):  # noqa: F811
    """An action of an approved plan, to be done in thirty days by the unit's staff."""
    case = lead(open_case(people), people, "in_progress", june)
    return case.actions.select_related("nonconformity", "owner").get(kind="corrective")


def pdf(name="bao-cao.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.7\n%%EOF", content_type="application/pdf")


def test_plan_and_reminder_send_the_owner_the_link_and_the_head_the_case(action, people, june):  # noqa: F811
    url = answering.link(action)
    assert len(url) < 250
    told = Notification.objects.get(person=people.staff, key__startswith=f"nc-action:{action.pk}")
    assert told.url == url
    june(action.deadline + dt.timedelta(15))
    reminders.remind(people.agency)
    reminded = Notification.objects.get(person=people.staff, key__startswith=f"nc-action-due:{action.pk}")
    assert reminded.url.startswith("/") and "/answer/" in reminded.url
    head = Notification.objects.get(person=people.head, key__startswith=f"nc-action-due:{action.pk}")
    assert head.url == action.get_absolute_url()


def test_one_screen_says_done_with_its_proof(action, people, client):  # noqa: F811
    url = answering.link(action)
    assert client.get(url).status_code == 302, "it is no key: sign in first"
    client.force_login(people.staff.user)
    page = client.get(url).content.decode()
    assert action.description in page and 'class="rail' not in page, "nothing of the portal around it"
    refused = client.post(url, {"answer": "done", "note": "Đã giao người"})
    action.refresh_from_db()
    assert refused.status_code == 422 and action.state == "open", "evidence is asked for"
    sent = client.post(url, {"answer": "done", "note": "Đã giao người", "evidence": [pdf(), pdf("2.pdf")]})
    assert (sent.status_code, sent.url) == (302, url)
    action.refresh_from_db()
    assert (action.state, action.done_on, action.reported_by) == ("done", TODAY, people.staff)
    assert action.nonconformity.proofs.filter(action=action).count() == 2
    assert fresh(action.nonconformity).state == "checking", "the last action hands the case over"
    again = client.get(url)
    assert again.status_code == 200 and "Đã giao người" in again.content.decode()
    late = client.post(url, {"answer": "done", "note": "Lần nữa", "reference": "x"})
    action.refresh_from_db()
    assert late.status_code == 422 and action.done_note == "Đã giao người"


def test_a_word_on_how_far_it_is_leaves_it_to_do(action, people, client):  # noqa: F811
    client.force_login(people.staff.user)
    url = answering.link(action)
    client.post(url, {"answer": "under_way", "note": "Đã có dự thảo", "evidence": [pdf()]})
    action.refresh_from_db()
    assert action.state == "open" and action.nonconformity.proofs.filter(action=action).count() == 1
    entry = AuditEntry.objects.get(verb="audits.action.noted")
    assert (entry.note, entry.actor) == ("Đã có dự thảo", people.staff)
    assert "Đã có dự thảo" in client.get(url).content.decode()
    assert "Đã có dự thảo" in client.get(action.nonconformity.get_absolute_url()).content.decode()


def test_more_time_is_asked_with_the_reason_and_decided_by_somebody_else(action, people, client):  # noqa: F811
    client.force_login(people.staff.user)
    url = answering.link(action)
    assert client.post(url, {"answer": "later", "note": "Chờ tỉnh"}).status_code == 422, "until when?"
    early = {"answer": "later", "note": "Chờ tỉnh", "new_deadline": f"{action.deadline:%d/%m/%Y}"}
    assert client.post(url, early).status_code == 422
    day = action.deadline + dt.timedelta(20)
    client.post(url, early | {"new_deadline": f"{day:%d/%m/%Y}"})
    asked = DeadlineExtension.objects.get()
    assert (asked.new_deadline, asked.reason, asked.asked_by, asked.state) == (
        day, "Chờ tỉnh", people.staff, "asked",
    )  # fmt: skip
    form = client.get(url).context["form"]
    assert "new_deadline" not in form.fields and len(form.fields["answer"].choices) == 2
    refused = client.post(url, early | {"new_deadline": f"{day:%d/%m/%Y}"})
    assert refused.status_code == 422 and DeadlineExtension.objects.count() == 1


def test_the_link_opens_for_its_person_only_and_not_for_ever(action, people, client, monkeypatch):  # noqa: F811
    url = answering.link(action)
    client.force_login(people.head.user)
    assert client.get(url).status_code == 403, "forwarded: the head has a page of their own"
    assert client.post(url, {"answer": "done", "note": "x", "reference": "x"}).status_code == 403
    client.force_login(people.staff.user)
    assert client.get(reverse("audits:nc-action-answer", args=["gia-mao"])).status_code == 404
    with monkeypatch.context() as long_ago:
        long_ago.setattr(signing.time, "time", lambda: 1_000_000_000)
        old = answering.link(action)
    assert client.get(old).url == action.get_absolute_url(), "too old: the page of the case asks the same"
    assert client.post(old, {"answer": "done", "note": "x", "reference": "x"}).status_code == 403
    client.force_login(people.head.user)
    assert client.get(old).status_code == 403
    action.owner = factories.person(factories.agency(), Role.SECRETARY)
    client.force_login(action.owner.user)
    assert client.get(answering.link(action)).status_code == 404, "another agency's"


def test_nothing_is_answered_before_the_plan_stands(action, people, client):  # noqa: F811
    url = answering.link(action)
    Nonconformity.objects.update(state="analysis")
    client.force_login(people.staff.user)
    day = action.deadline + dt.timedelta(9)
    for answer in ({"answer": "under_way"}, {"answer": "later", "new_deadline": f"{day:%d/%m/%Y}"}):
        sent = client.post(url, answer | {"note": "x", "evidence": [pdf()]})
        assert sent.status_code == 422
        assert "Hiện chưa cần trả lời." in sent.content.decode()
    assert not DeadlineExtension.objects.exists()
    assert not AuditEntry.objects.filter(verb="audits.action.noted").exists()


def test_whose_action_became_anothers_answers_no_longer(action, people, client):  # noqa: F811
    url = answering.link(action)
    Nonconformity.objects.update(owner=people.head)
    type(action).objects.filter(pk=action.pk).update(owner=people.outsider)
    client.force_login(people.staff.user)
    assert client.get(url).status_code == 403
    assert client.post(url, {"answer": "under_way", "note": "x"}).status_code == 403
