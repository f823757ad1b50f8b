"""What every page shows around its content: the rail, the bell, the year."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms import clock, registry
from qms.models import Notification

SECTIONS = [
    ("work", ""),
    ("system", _("System")),
    ("check", _("Check and improve")),
    ("data", _("Data")),
    ("papers", _("Papers")),
    ("admin", _("Administration")),
]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html: nav_sections [(label, items)], tab_items, unread_count, year, years."""
    person = getattr(request, "person", None)
    today = clock.today()
    year = chosen_year(request)
    shared = {"year": year, "years": list(range(today.year + 1, 2023, -1)), "today": today}
    if person is None:
        return shared | {"nav_sections": [], "tab_items": [], "unread_count": 0}
    sections = []
    for key, label in SECTIONS:
        items = [
            _entry(item, request)
            for item in sorted(registry.navigation, key=lambda item: item.order)
            if item.section == key and item.policy(person)
        ]
        if items:
            sections.append((label, items))
    flat = [item for _label, items in sections for item in items]
    # Of entries below each other (/audits/, /audits/reviews/) only the nearest is the present one.
    nearest = max((len(item["url"]) for item in flat if item["current"]), default=0)
    for item in flat:
        item["current"] = item["current"] and len(item["url"]) == nearest
    return shared | {
        "memberships": people if len(people := getattr(request, "people", [])) > 1 else [],
        "nav_sections": sections,
        "tab_items": flat[:3],
        "unread_count": Notification.objects.filter(person=person, read_at=None).count(),
    }


def _entry(item: registry.NavItem, request: HttpRequest) -> dict[str, Any]:
    url = reverse(item.url_name)
    current = request.path == url or (url != "/" and request.path.startswith(url))
    person = request.person  # type: ignore[attr-defined]
    return {
        "label": item.label,
        "url": url,
        "icon": item.icon,
        "current": current,
        "badge": item.badge(person) if item.badge else 0,
    }


def chosen_year(request: HttpRequest) -> int:
    """The year in the address (?year=), else the one chosen last, else this year."""
    asked = request.GET.get("year", "")
    if asked.isdigit() and 2000 <= int(asked) <= 2100:
        if hasattr(request, "session"):
            request.session["year"] = int(asked)
        return int(asked)
    kept = request.session.get("year") if hasattr(request, "session") else None
    return int(kept) if kept else clock.today().year
