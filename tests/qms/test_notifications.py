"""Telling people: once, in the portal and by mail as they prefer, also when the mail server fails."""

import datetime as dt
import smtplib

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.utils.translation import gettext_lazy

from qms import clock, notifications
from qms.models import Mail, Notification, NotificationPreference, Role, User
from tests import factories


@pytest.fixture
def person(agency):
    return factories.person(agency, Role.STAFF, full_name="Đỗ Minh Châu")


def choose(person, mode, topic="jobs"):
    notifications.preferences_set(person, {topic: mode})


def notify(person, key="k", topic="jobs", **more):
    values = {"title": "Tờ trình chờ duyệt", "body": "Hạn 20/07", "url": "/jobs/1/"} | more
    notifications.notify(person, topic=topic, key=key, **values)


@pytest.fixture
def server(monkeypatch):
    """A mail server that fails with the errors in `server.errors` before it takes mails."""

    class Server:
        errors = []
        tried = 0

    def send(self, messages):
        Server.tried += 1
        if Server.errors:
            raise Server.errors.pop(0)
        return real(self, messages)

    real = EmailBackend.send_messages
    monkeypatch.setattr(EmailBackend, "send_messages", send)
    Server.errors = []
    Server.tried = 0
    return Server


def later(minutes):
    Mail.objects.update(send_after=clock.now() - dt.timedelta(minutes=1))


def test_a_notification_is_told_once_however_often_the_service_runs(person):
    choose(person, "at_once")
    for _time in range(3):
        notify(person)
    assert Notification.objects.count() == Mail.objects.count() == 1
    assert notifications.send_due() == 1
    assert notifications.send_due() == 0
    assert len(outbox.outbox) == 1


def test_the_mail_is_vietnamese_plain_and_html_and_leads_to_the_record(person, settings):
    choose(person, "at_once")
    notify(person, title=gettext_lazy("Audit trail"), body="<b>không</b> phải HTML")
    notifications.send_due()
    (message,) = outbox.outbox
    assert message.subject == "[HTQLCL] Nhật ký hệ thống"
    assert message.to == [person.email]
    assert "Đỗ Minh Châu" in message.body
    assert f"{settings.PUBLIC_URL}/jobs/1/" in message.body
    assert f"{settings.PUBLIC_URL}/notifications/mails/" in message.body
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    assert "&lt;b&gt;không" in html
    assert f'href="{settings.PUBLIC_URL}/jobs/1/"' in html
    assert "style=" not in html


def test_a_title_with_a_line_break_cannot_break_the_mail(person):
    choose(person, "at_once")
    notify(person, title="Một\nBcc: ai@example.invalid")
    assert notifications.send_due() == 1
    assert outbox.outbox[0].subject == "[HTQLCL] Một Bcc: ai@example.invalid"


def test_a_server_that_is_away_is_tried_again_and_the_mail_goes_out_once(person, server):
    choose(person, "at_once")
    notify(person)
    server.errors = [ConnectionRefusedError("away"), smtplib.SMTPServerDisconnected("away")]
    assert notifications.send_due() == 0
    mail = Mail.objects.get()
    assert (mail.sent_at, mail.attempts, mail.claimed_at) == (None, 1, None)
    assert mail.send_after > clock.now() + dt.timedelta(minutes=1)
    assert "away" in mail.error
    assert notifications.send_due() == 0  # not before its time
    assert server.tried == 1
    later(1)
    assert notifications.send_due() == 0
    later(1)
    assert notifications.send_due() == 1
    assert notifications.send_due() == 0
    assert len(outbox.outbox) == 1
    assert outbox.outbox[0].extra_headers["Message-ID"] == f"<{mail.pk}@qms.portal>"


def test_a_server_that_is_away_is_asked_once_a_round_not_once_a_mail(agency, server):
    for _one in range(5):
        person = factories.person(agency)
        choose(person, "at_once")
        notify(person)
    server.errors = [TimeoutError("slow")] * 9
    notifications.send_due()
    assert server.tried == 1


def test_one_refused_address_does_not_keep_the_others(agency, server):
    for number in range(3):
        person = factories.person(agency)
        choose(person, "at_once")
        notify(person, key=str(number))
    server.errors = [smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")})]
    assert notifications.send_due() == 2
    assert Mail.objects.filter(sent_at=None).count() == 1


def test_what_never_works_is_given_up(person, server):
    choose(person, "at_once")
    notify(person)
    server.errors = [smtplib.SMTPDataError(554, b"no")] * 20
    for _time in range(12):
        later(1)
        notifications.send_due()
    assert server.tried == notifications.MAX_ATTEMPTS


def test_a_mail_whose_sender_died_is_not_sent_twice_and_says_so(person, server):
    choose(person, "at_once")
    notify(person)
    Mail.objects.update(claimed_at=clock.now() - dt.timedelta(hours=1))
    assert notifications.send_due() == 0
    mail = Mail.objects.get()
    assert server.tried == 0
    assert mail.error
    assert mail.sent_at is None


def test_a_mail_that_another_worker_sends_right_now_is_left_to_it(person, server):
    choose(person, "at_once")
    notify(person)
    Mail.objects.update(claimed_at=clock.now())
    assert notifications.send_due() == 0
    assert Mail.objects.get().error == ""


@pytest.mark.parametrize("mode", ["digest", "none"])
def test_other_preferences_send_nothing_at_once(person, mode):
    choose(person, mode)
    notify(person)
    assert Mail.objects.count() == 0
    assert Notification.objects.count() == 1


def test_the_digest_gathers_what_is_unread_once(person):
    choose(person, "digest")
    choose(person, "none", "papers")
    notify(person, "a", title="Một")
    notify(person, "b", title="Hai")
    notify(person, "c", title="Không gửi", topic="papers")
    notify(person, "d", title="Đã đọc")
    Notification.objects.filter(key="d").update(read_at=clock.now())
    assert notifications.write_digests() == 1
    assert notifications.write_digests() == 0
    mail = Mail.objects.get()
    assert "Một" in mail.body
    assert "Hai" in mail.body
    assert "Không gửi" not in mail.body
    assert "Đã đọc" not in mail.body


def test_a_digest_missed_for_a_day_is_made_up(person):
    choose(person, "digest")
    notify(person)
    Notification.objects.update(created_at=clock.now() - dt.timedelta(days=3))
    assert notifications.write_digests() == 1


def test_who_left_or_was_stopped_gets_no_mail(agency):
    gone = factories.person(agency, valid_to=dt.date(2025, 1, 1))
    stopped = factories.person(agency)
    User.objects.filter(pk=stopped.user_id).update(is_active=False)
    stopped.user.refresh_from_db()
    for person in (gone, stopped):
        choose(person, "at_once")
        notify(person)
    assert Mail.objects.count() == 0


def test_the_digest_asks_as_often_for_2_notifications_as_for_20(person, django_assert_max_num_queries):
    choose(person, "digest")
    counts = []
    for rows in (2, 20):
        for number in range(rows):
            notify(person, f"{rows}-{number}")
        Mail.objects.all().delete()
        with django_assert_max_num_queries(20) as asked:
            notifications.write_digests()
        counts.append(len(asked))
    assert counts[0] == counts[1]


# Pages


def test_opening_one_marks_it_read_and_leads_to_the_record(person, login):
    notify(person)
    note = Notification.objects.get()
    client = login(person)
    assert client.get("/notifications/").content.decode().count("Tờ trình chờ duyệt") >= 1
    assert client.post(f"/notifications/{note.pk}/open/").headers["Location"] == "/jobs/1/"
    note.refresh_from_db()
    assert note.read_at is not None


def test_one_can_be_marked_unread_again_and_all_read_at_once(person, login):
    notify(person, "a")
    notify(person, "b")
    client = login(person)
    first = Notification.objects.first()
    for expected in (1, 2):
        client.post(f"/notifications/{first.pk}/mark/")
        assert Notification.objects.filter(read_at=None).count() == expected
    client.post("/notifications/read/")
    assert Notification.objects.filter(read_at=None).count() == 0


def test_somebody_elses_notification_is_not_there(person, secretary, login):
    notify(person)
    note = Notification.objects.get()
    client = login(secretary)
    assert client.post(f"/notifications/{note.pk}/open/").status_code == 404
    assert "Tờ trình" not in client.get("/notifications/").content.decode()


@pytest.mark.parametrize(
    ("query", "found"), [("", 2), ("?state=unread", 1), ("?topic=papers", 1), ("?topic=none", 0)]
)
def test_the_list_is_filtered(person, login, query, found):
    notify(person, "a")
    notify(person, "b", topic="papers")
    Notification.objects.filter(key="b").update(read_at=clock.now())
    assert login(person).get(f"/notifications/{query}").context["page_obj"].paginator.count == found


def test_preferences_are_kept_per_topic(person, login):
    client = login(person)
    page = client.get("/notifications/mails/")
    assert page.context["form"].initial["papers"] == "at_once"
    wanted = dict.fromkeys(page.context["form"].fields, "none") | {"jobs": "at_once"}
    assert client.post("/notifications/mails/", wanted).status_code == 302
    assert notifications.mode_of(person, "jobs") == "at_once"
    assert notifications.mode_of(person, "papers") == "none"
    assert client.post("/notifications/mails/", {"jobs": "never"}).status_code == 422
    assert NotificationPreference.objects.filter(person=person, topic="jobs").count() == 1


def test_the_list_asks_the_database_as_often_for_2_rows_as_for_20(
    person, login, django_assert_max_num_queries
):
    client = login(person)
    client.get("/notifications/")
    counts = []
    for rows in (2, 20):
        for number in range(rows):
            notify(person, f"{rows}-{number}")
        with django_assert_max_num_queries(25) as asked:
            client.get("/notifications/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
