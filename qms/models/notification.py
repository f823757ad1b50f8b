"""In-app notifications, people's preferences, and the outbox of mails."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from qms.models.base import AgencyRecord


class Notification(AgencyRecord):
    """A message to one person about one record; the key makes a retry harmless."""

    person = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, related_name="notifications", verbose_name=_("person")
    )
    topic = models.CharField(_("topic"), max_length=80)
    title = models.CharField(_("title"), max_length=255)
    body = models.TextField(_("text"), blank=True)
    url = models.CharField(_("address"), max_length=300, blank=True)
    key = models.CharField(_("key"), max_length=160)
    read_at = models.DateTimeField(_("read at"), null=True)
    mailed_at = models.DateTimeField(_("put into a mail at"), null=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["person", "read_at"], name="notification_unread")]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notification_once")]

    def __str__(self) -> str:
        return self.title


class NotificationPreference(AgencyRecord):
    """How one person wants one topic by mail; in the portal it always appears."""

    class Mode(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        DIGEST = "digest", _("In the daily digest")
        NONE = "none", _("No mail")

    person = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, related_name="preferences", verbose_name=_("person")
    )
    topic = models.CharField(_("topic"), max_length=80)
    mode = models.CharField(_("mail"), max_length=10, choices=Mode.choices)

    class Meta:
        verbose_name = _("notification preference")
        verbose_name_plural = _("notification preferences")
        constraints = [models.UniqueConstraint(fields=["person", "topic"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.topic} {self.mode}"


class Mail(AgencyRecord):
    """A mail to be sent once. The row is written with the business change; a task sends it later."""

    to = models.EmailField(_("to"))
    person = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    subject = models.CharField(_("subject"), max_length=255)
    body = models.TextField(_("text"))
    key = models.CharField(_("key"), max_length=200, unique=True)
    send_after = models.DateTimeField(_("not before"))
    claimed_at = models.DateTimeField(_("being sent since"), null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["sent_at", "send_after"], name="mail_due")]

    def __str__(self) -> str:
        return self.subject
