"""Notifications: the list, read and unread, and how each person wants them by mail."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms import clock, notifications, registry
from qms.forms import FilterForm, PortalForm
from qms.models import Notification, NotificationPreference
from qms.policies import signed_in
from qms.views.base import ActionView, FormPage, ListPage


class NotificationFilter(FilterForm):
    """Which notifications to show."""

    state = forms.ChoiceField(
        label=gettext_lazy("Status"),
        choices=[("", gettext_lazy("All")), ("unread", gettext_lazy("Unread"))],
    )
    topic = forms.ChoiceField(label=gettext_lazy("Topic"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [("", _("All")), *topic_choices()]  # type: ignore[attr-defined]


def topic_choices() -> list[tuple[str, str]]:
    """The topics with their words."""
    return sorted(
        ((topic, str(label)) for topic, (label, _mode) in registry.topics.items()), key=lambda one: one[1]
    )


class NotificationList(ListPage):
    """The person's notifications, newest first."""

    template_name = "notifications.html"
    policy = signed_in

    def rows(self) -> "QuerySet[Any]":
        rows = Notification.objects.filter(person=self.person)
        if self.request.GET.get("state") == "unread":
            rows = rows.filter(read_at=None)
        if topic := self.request.GET.get("topic"):
            rows = rows.filter(topic=topic)
        return rows

    def page(self) -> dict[str, Any]:
        return {"filters": NotificationFilter(self.request.GET), "topics": dict(topic_choices())}


class NotificationsRead(ActionView):
    """Mark all as read."""

    policy = signed_in

    def act(self) -> str:
        Notification.objects.filter(person=self.person, read_at=None).update(read_at=clock.now())
        return reverse("notifications")


class NotificationOpen(ActionView):
    """Mark one as read and go where it points."""

    policy = signed_in

    def act(self) -> str:
        note = self.find(Notification.objects.filter(person=self.person), pk=self.kwargs["pk"])
        Notification.objects.filter(pk=note.pk, read_at=None).update(read_at=clock.now())
        return note.url or reverse("notifications")


class NotificationMark(ActionView):
    """Mark one as read, or as unread again, and stay."""

    policy = signed_in

    def act(self) -> str:
        note = self.find(Notification.objects.filter(person=self.person), pk=self.kwargs["pk"])
        Notification.objects.filter(pk=note.pk).update(read_at=None if note.read_at else clock.now())
        return self.way_back()


class PreferencesForm(PortalForm):
    """One choice for each topic."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for topic, label in topic_choices():
            self.fields[topic] = forms.ChoiceField(
                label=label, choices=NotificationPreference.Mode.choices, widget=forms.RadioSelect
            )


class NotificationPreferences(FormPage):
    """How the person wants each topic by mail."""

    template_name = "notification_preferences.html"
    form_class = PreferencesForm
    policy = signed_in

    def get_initial(self) -> dict[str, Any]:
        return notifications.modes_of(self.person)

    def page(self) -> dict[str, Any]:
        return {"address": notifications.address_of(self.person)}

    def act(self, form: PreferencesForm) -> "HttpResponse | str":
        notifications.preferences_set(self.person, form.cleaned_data)
        messages.success(self.request, _("Your choice of mails is saved."))
        return reverse("notification-preferences")
