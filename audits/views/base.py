"""What every page of audits shares: its tabs and who may come in."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from audits import policies
from audits.models import Finding
from qms.models import Person
from qms.views.base import FormPage, ListPage, PageView


def tabs_for(person: Person, current: str) -> list[dict[str, Any]]:
    """The tabs above the pages of audits."""
    entries: list[tuple[str, str, str, int | None]] = [
        ("overview", _("Overview"), "audits:overview", None),
    ]
    return [
        {"label": label, "url": reverse(name), "current": key == current, "count": count}
        for key, label, name, count in entries
    ]


class InApp:
    """Adds the tabs; `tab` says which one the page belongs to."""

    policy = policies.insider
    tab = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page with its tabs."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {"tabs": tabs_for(self.person, self.tab)} | context  # type: ignore[attr-defined]


class AuditsPage(InApp, PageView):
    """A page of audits."""


class AuditsList(InApp, ListPage):
    """A list of audits."""


class AuditsForm(InApp, FormPage):
    """A form of audits: `heading`, `action` (verb and object on the button), `back`."""

    template_name = "audits/form.html"
    heading: Any = ""
    action: Any = ""

    def back(self) -> str:
        """Where “Not yet” leads."""
        return reverse("audits:overview")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form with its words."""
        words = {"heading": self.heading, "action": self.action, "back": self.back()}
        return words | super().get_context_data(**kwargs)


GRADE_TONES = {
    Finding.Grade.MAJOR: "not_achieved",
    Finding.Grade.MINOR: "at_risk",
    Finding.Grade.OBSERVATION: "in_progress",
    Finding.Grade.STRENGTH: "achieved",
}
