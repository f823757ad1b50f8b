"""What every page of the app shares: its tabs and who may come in."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from library import policies
from library.models import ChangeRequest
from qms.models import Person
from qms.views.base import FormPage, ListPage, PageView


def tabs_for(person: Person, current: str) -> list[dict[str, Any]]:
    """The tabs above the pages of the app."""
    waiting = ChangeRequest.objects.visible_to(person).filter(state=ChangeRequest.State.OPEN).count()
    entries: list[tuple[str, str, str, int | None]] = [
        ("documents", _("Documents"), "library:document-list", None),
        ("manual", _("Quality manual"), "library:manual", None),
        ("processes", _("Processes"), "library:process-map", None),
        ("requests", _("Change requests"), "library:request-list", waiting or None),
        ("records", _("List of records"), "library:series-list", None),
        ("disposals", _("Disposal of records"), "library:disposal-list", None),
    ]
    return [
        {"label": label, "url": reverse(name), "current": key == current, "count": count}
        for key, label, name, count in entries
    ]


class InApp:
    """Adds the tabs; `tab` says which one the page belongs to."""

    policy = policies.insider
    tab = "documents"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page with its tabs."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {"tabs": tabs_for(self.person, self.tab)} | context  # type: ignore[attr-defined]


class LibraryPage(InApp, PageView):
    """A page of the app."""


class LibraryList(InApp, ListPage):
    """A list of the app."""


class LibraryForm(InApp, FormPage):
    """A form of the app: `heading`, `action` (verb and object on the button), `back`."""

    template_name = "library/form.html"
    heading: Any = ""
    action: Any = ""

    def back(self) -> str:
        """Where “Not yet” leads."""
        return reverse("library:document-list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form with its words."""
        words = {"heading": self.heading, "action": self.action, "back": self.back()}
        return words | super().get_context_data(**kwargs)
