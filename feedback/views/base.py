"""What every page of the app shares: its tabs and who may come in."""

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _

from feedback import policies
from feedback.models import OPEN, Feedback
from qms.models import Person
from qms.views.base import FormPage, ListPage, PageView


def tabs_for(person: Person, current: str) -> list[dict[str, Any]]:
    """The tabs above the pages of the app."""
    waiting = Feedback.objects.visible_to(person).filter(state__in=OPEN).count()
    entries: list[tuple[str, str, str, int | None]] = [
        ("list", _("Complaints and suggestions"), "feedback:case-list", waiting or None),
        ("analysis", _("Analysis"), "feedback:analysis", None),
        ("reports", _("Yearly reports"), "feedback:report-list", None),
    ]
    return [
        {"label": label, "url": reverse(name), "current": key == current, "count": count}
        for key, label, name, count in entries
    ]


class InApp:
    """Adds the tabs; `tab` says which one the page belongs to."""

    policy: ClassVar[Any] = policies.insider
    tab = "list"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page with its tabs."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {"tabs": tabs_for(self.person, self.tab)} | context  # type: ignore[attr-defined]


class AppPage(InApp, PageView):
    """A page of the app."""


class AppList(InApp, ListPage):
    """A list of the app."""


class AppForm(InApp, FormPage):
    """A form of the app: `heading`, `action` (verb and object on the button), `back`."""

    template_name = "feedback/form.html"
    heading: Any = ""
    action: Any = ""

    def back(self) -> str:
        """Where “Not yet” leads."""
        return reverse("feedback:case-list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form with its words."""
        words = {"heading": self.heading, "action": self.action, "back": self.back()}
        return words | super().get_context_data(**kwargs)
