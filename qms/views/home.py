"""The home page: what waits for me, what is late, what changed."""

from typing import Any

from qms import clock, registry
from qms.policies import signed_in
from qms.views.base import PageView


class Home(PageView):
    """Work of the person, by urgency."""

    template_name = "home.html"
    policy = signed_in

    def page(self) -> dict[str, Any]:
        today = clock.today()
        items = sorted(
            registry.all_work(self.person),
            key=lambda item: (item.due is None, item.due or today, str(item.title)),
        )
        late = [item for item in items if item.due and item.due < today]
        soon = [item for item in items if item.due and 0 <= (item.due - today).days <= 7]
        later = [item for item in items if item not in late and item not in soon]
        panels = [panel for make in registry.home_panels if (panel := make(self.person))]
        return {
            "late": late,
            "soon": soon,
            "later": later,
            "panels": sorted(panels, key=lambda panel: panel.order),
            "news": self.person.notifications.all()[:8],
        }
