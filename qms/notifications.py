"""Telling people: in the portal at once, by mail as each prefers. A retry never tells twice.

The mail is a row of the outbox, written with the business change. Sending claims the row first. When
the server refuses or is away, the row waits longer each time; when the process dies between claim and
answer nobody knows whether the mail left: it is not sent again, and the row says so.
"""

import smtplib
import uuid
from collections.abc import Iterable
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from qms import clock, notation, registry
from qms.models import Mail, Notification, NotificationPreference, Person

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8
LANGUAGE = "vi"
UNCERTAIN_AFTER = timedelta(minutes=15)
DIGEST_DAYS = 7
Mode = NotificationPreference.Mode
ANSWERED = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)
"""What the server says to one mail, not about itself."""
Text = str | Promise


class ServerAway(Exception):
    """The mail server does not answer; the other mails can wait too."""


def modes_of(person: Person) -> dict[str, str]:
    """How a person wants every topic by mail: at_once, digest or none."""
    chosen = dict(NotificationPreference.objects.filter(person=person).values_list("topic", "mode"))
    return {topic: chosen.get(topic, default) for topic, (_label, default) in registry.topics.items()}


def mode_of(person: Person, topic: str) -> str:
    """How a person wants one topic by mail."""
    chosen = NotificationPreference.objects.filter(person=person, topic=topic).first()
    return chosen.mode if chosen else registry.topics[topic][1]


def preferences_set(person: Person, modes: dict[str, str]) -> None:
    """Keep how a person wants the named topics by mail."""
    with transaction.atomic():
        for topic, mode in modes.items():
            if topic in registry.topics and mode in Mode.values:
                NotificationPreference.objects.update_or_create(
                    person=person, topic=topic, defaults={"mode": mode, "agency_id": person.agency_id}
                )


def address_of(person: Person) -> str:
    """Where mail reaches a person; empty for who left, has no address or whose account was stopped."""
    if not person.works_on(clock.today()) or (person.user is not None and not person.user.is_active):
        return ""
    return person.email or (person.user.email if person.user else "")


def notify(person: Person, *, topic: str, title: Text, key: str, body: Text = "", url: str = "") -> None:
    """Notify one person once per key; the mail (if wanted at once) is written to the outbox alongside.

    Lazy texts are written in Vietnamese, whatever language the acting person reads.
    """
    with override(LANGUAGE), transaction.atomic():
        note, is_new = Notification.objects.get_or_create(
            person=person,
            key=key[:160],
            defaults={
                "agency_id": person.agency_id,
                "topic": topic,
                "title": _one_line(title)[:255],
                "body": str(body),
                "url": url[:300],
            },
        )
        address = address_of(person)
        if is_new and address and mode_of(person, topic) == Mode.AT_ONCE:
            _write(person, address, f"{person.pk}:{key}", note.title, _mail_text([note]))
            Notification.objects.filter(pk=note.pk).update(mailed_at=clock.now())


def _one_line(text: Text) -> str:
    return " ".join(str(text).split())


def _mail_text(notes: Iterable[Notification]) -> str:
    """Title, text and address of each, as plain text."""
    blocks = []
    for note in notes:
        parts = [note.title, note.body, f"{settings.PUBLIC_URL}{note.url}" if note.url else ""]
        blocks.append("\n".join(part for part in parts if part))
    return "\n\n".join(blocks)


def _write(person: Person, address: str, key: str, subject: str, body: str) -> bool:
    """Put a mail into the outbox; False when it was there already."""
    _mail, is_new = Mail.objects.get_or_create(
        key=key[:200],
        defaults={
            "agency_id": person.agency_id,
            "person": person,
            "to": address,
            "subject": _one_line(subject)[:255],
            "body": body,
            "send_after": clock.now(),
        },
    )
    return is_new


# --- Sending -----------------------------------------------------------------------------------------------
def send_due(limit: int = 200) -> int:
    """Send the mails of the outbox that are due; gives the number sent."""
    _give_up_uncertain()
    sent = 0
    due = Mail.objects.filter(
        sent_at=None, claimed_at=None, send_after__lte=clock.now(), attempts__lt=MAX_ATTEMPTS
    )
    for mail_id in list(due.order_by("send_after").values_list("pk", flat=True)[:limit]):
        try:
            sent += _send(mail_id)
        except ServerAway as away:
            log.warning("mail.server_away", error=str(away))
            break
    return sent


def _give_up_uncertain() -> None:
    """What a process claimed and never answered for may have left: it is not sent a second time."""
    with override(LANGUAGE):
        lost = Mail.objects.filter(
            sent_at=None, claimed_at__lt=clock.now() - UNCERTAIN_AFTER, attempts__lt=MAX_ATTEMPTS
        ).update(
            attempts=MAX_ATTEMPTS,
            error=_("The portal stopped while sending; it is not known whether the mail left."),
        )
    if lost:
        log.error("mail.uncertain", count=lost)


def _send(mail_id: uuid.UUID) -> int:
    now = clock.now()
    if not Mail.objects.filter(pk=mail_id, sent_at=None, claimed_at=None).update(claimed_at=now):
        return 0  # another worker has it
    mail = Mail.objects.select_related("agency", "person").get(pk=mail_id)
    try:
        _message(mail).send()
    except Exception as error:
        _postpone(mail, error)
        if isinstance(error, OSError) and not isinstance(
            error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused
        ):
            raise ServerAway(str(error)) from error
        return 0
    Mail.objects.filter(pk=mail_id).update(
        sent_at=clock.now(), claimed_at=None, attempts=mail.attempts + 1, error=""
    )
    return 1


def _postpone(mail: Mail, error: Exception) -> None:
    attempts = mail.attempts + 1
    Mail.objects.filter(pk=mail.pk).update(
        claimed_at=None,
        attempts=attempts,
        error=f"{type(error).__name__}: {error}"[:2000],
        send_after=clock.now() + timedelta(minutes=2**attempts),
    )
    log.warning("mail.not_sent", mail=str(mail.pk), attempts=attempts, error=str(error))


def _message(mail: Mail) -> EmailMultiAlternatives:
    """The mail in plain text, and the same as simple HTML. Its identity stays the same at every attempt."""
    with override(LANGUAGE):
        context = {
            "mail": mail,
            "blocks": mail.body.split("\n\n"),
            "agency": mail.agency,
            "portal": settings.PUBLIC_URL,
            "person": mail.person,
        }
        message = EmailMultiAlternatives(
            settings.EMAIL_SUBJECT_PREFIX + mail.subject,
            render_to_string("mail/message.txt", context),
            to=[mail.to],
            headers={"Message-ID": f"<{mail.pk}@qms.portal>", "Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(render_to_string("mail/message.html", context), "text/html")
    return message


# --- Digest ------------------------------------------------------------------------------------------------
def write_digests() -> int:
    """One mail a day per person with the unread news of the topics they want in the digest."""
    written = 0
    news = (
        Notification.objects.filter(
            read_at=None, mailed_at=None, created_at__gte=clock.now() - timedelta(days=DIGEST_DAYS)
        )
        .select_related("person__user")
        .order_by("person_id", "created_at")
    )
    by_person: dict[uuid.UUID, list[Notification]] = {}
    for note in news:
        by_person.setdefault(note.person_id, []).append(note)
    for notes in by_person.values():
        try:
            written += _digest(notes[0].person, notes)
        except Exception:  # one person's mail does not keep the others from theirs
            log.exception("mail.digest_failed", person=str(notes[0].person_id))
    return written


def _digest(person: Person, notes: list[Notification]) -> int:
    modes, address = modes_of(person), address_of(person)
    wanted = [note for note in notes if modes.get(note.topic) == Mode.DIGEST]
    if not wanted or not address:
        return 0
    today = clock.today()
    with override(LANGUAGE), transaction.atomic():
        subject = ngettext("%(count)s news of %(day)s", "%(count)s news of %(day)s", len(wanted)) % {
            "count": len(wanted),
            "day": notation.date(today),
        }
        is_new = _write(person, address, f"digest:{person.pk}:{today:%Y-%m-%d}", subject, _mail_text(wanted))
        if is_new:
            Notification.objects.filter(pk__in=[note.pk for note in wanted]).update(mailed_at=clock.now())
    return int(is_new)
