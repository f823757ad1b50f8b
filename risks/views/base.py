"""What every page of the app shares: its tabs and who may come in."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from qms.models import Person
from qms.views.base import FormPage, ListPage, PageView
from risks import policies
from risks.models import Suggestion


def tabs_for(person: Person, current: str) -> list[dict[str, Any]]:
    """The tabs above the pages of the app."""
    waiting = Suggestion.objects.visible_to(person).filter(state=Suggestion.State.OPEN).count()
    entries: list[tuple[str, str, str, int | None]] = [
        ("overview", _("Overview"), "risks:overview", None),
        ("list", _("List"), "risks:risk-list", None),
        ("registers", _("Registers of the year"), "risks:register-list", None),
        ("suggestions", _("Suggestions"), "risks:suggestion-list", waiting or None),
        ("context", _("Context"), "risks:context", None),
        ("parties", _("Interested parties"), "risks:party-list", None),
        ("changes", _("Planned changes"), "risks:change-list", None),
        ("scale", _("Scale"), "risks:scale", None),
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


class RisksPage(InApp, PageView):
    """A page of the app."""


class KeysFirst(Paginator):
    """Sorts keys only and reads the rows of the page: the last of many pages comes like the first."""

    def page(self, number: int | str) -> "Page[Any]":
        """The rows of one page, in their order."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        rows: Any = self.object_list
        keys = list(rows.values_list("pk", flat=True)[first : min(first + self.per_page, self.count)])
        found = rows.order_by().in_bulk(keys)
        return Page([found[key] for key in keys if key in found], number, self)


class RisksList(InApp, ListPage):
    """A list of the app; a long one of broad rows says `keys_first`."""

    keys_first = False

    def paginator(self, rows: Any, size: int) -> "Paginator[Any]":
        return KeysFirst(rows, size) if self.keys_first else super().paginator(rows, size)


class RisksForm(InApp, FormPage):
    """A form of the app: `heading`, `action` (verb and object on the button), `back`."""

    template_name = "risks/form.html"
    heading: Any = ""
    action: Any = ""

    def back(self) -> str:
        """Where “Not yet” leads."""
        return reverse("risks:overview")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form with its words."""
        words = {"heading": self.heading, "action": self.action, "back": self.back()}
        return words | super().get_context_data(**kwargs)
