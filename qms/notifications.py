"""Telling people: in the portal at once, by mail as each prefers. A retry never tells twice."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _

from qms import clock, registry
from qms.models import Mail, Notification, NotificationPreference, Person

MAX_ATTEMPTS = 8


def mode_of(person: Person, topic: str) -> str:
    """How a person wants a topic by mail: at_once, digest or none."""
    chosen = NotificationPreference.objects.filter(person=person, topic=topic).first()
    return chosen.mode if chosen else registry.topics[topic][1]


def notify(person: Person, *, topic: str, title: str, key: str, body: str = "", url: str = "") -> None:
    """Notify one person once per key; the mail (if wanted) is written to the outbox alongside."""
    _note, is_new = Notification.objects.get_or_create(
        person=person,
        key=key[:160],
        defaults={
            "agency_id": person.agency_id,
            "topic": topic,
            "title": title[:255],
            "body": body,
            "url": url,
        },
    )
    address = person.email or (person.user.email if person.user else "")
    if is_new and address and mode_of(person, topic) == NotificationPreference.Mode.AT_ONCE:
        text = "\n\n".join(part for part in (body, f"{settings.PUBLIC_URL}{url}" if url else "") if part)
        Mail.objects.get_or_create(
            key=f"{person.pk}:{key}"[:200],
            defaults={
                "agency_id": person.agency_id,
                "person": person,
                "to": address,
                "subject": title[:255],
                "body": text or title,
                "send_after": clock.now(),
            },
        )


def send_due(limit: int = 200) -> int:
    """Send the mails of the outbox that are due; a failed one waits longer each time."""
    sent = 0
    due = Mail.objects.filter(sent_at=None, send_after__lte=clock.now(), attempts__lt=MAX_ATTEMPTS)
    for mail_id in list(due.values_list("pk", flat=True)[:limit]):
        sent += _send(mail_id)
    return sent


def _send(mail_id: uuid.UUID) -> int:
    with transaction.atomic():
        mail = (
            Mail.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(pk=mail_id, sent_at=None)
            .first()
        )
        if mail is None:
            return 0
        mail.attempts += 1
        # Marked before it leaves: a crash in between loses one mail rather than sending it twice.
        mail.sent_at = clock.now()
        mail.save(update_fields=["attempts", "sent_at"])
    try:
        EmailMessage(
            settings.EMAIL_SUBJECT_PREFIX + mail.subject,
            mail.body,
            to=[mail.to],
            headers={"Message-ID": f"<{mail.pk}@qms.portal>"},
        ).send()
    except OSError as error:
        Mail.objects.filter(pk=mail.pk).update(
            sent_at=None,
            error=str(error)[:2000],
            send_after=clock.now() + timedelta(minutes=2**mail.attempts),
        )
        return 0
    return 1


def write_digests() -> int:
    """One mail a day per person with the unread news of the topics they want in the digest."""
    today = clock.today()
    written = 0
    people = Person.objects.filter(notifications__read_at=None, notifications__isnull=False).distinct()
    for person in people.select_related("user"):
        address = person.email or (person.user.email if person.user else "")
        news = [
            note
            for note in person.notifications.filter(
                read_at=None, created_at__gte=clock.now() - timedelta(days=1)
            )
            if mode_of(person, note.topic) == NotificationPreference.Mode.DIGEST
        ]
        if not news or not address:
            continue
        lines = [f"- {note.title}\n  {settings.PUBLIC_URL}{note.url}" for note in news]
        _mail, is_new = Mail.objects.get_or_create(
            key=f"digest:{person.pk}:{today:%Y-%m-%d}",
            defaults={
                "agency_id": person.agency_id,
                "person": person,
                "to": address,
                "subject": _("%(count)s news of %(day)s") % {"count": len(news), "day": f"{today:%d/%m/%Y}"},
                "body": "\n".join(lines),
                "send_after": clock.now(),
            },
        )
        written += is_new
    return written
