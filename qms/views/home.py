"""The home page: what waits for me, what is late, what others owe me, what changed."""

from typing import Any

from qms import home
from qms.policies import signed_in
from qms.views.base import PageView


class Home(PageView):
    """Work of the person, or of the whole unit, by urgency."""

    template_name = "home.html"
    policy = signed_in

    def page(self) -> dict[str, Any]:
        heads = bool(home.units_headed(self.person))
        whole_unit = heads and self.request.GET.get("whose") == "unit"
        work = home.work_of_unit(self.person) if whole_unit else home.work_of(self.person)
        everything = "all" in self.request.GET
        hidden = 0 if everything else max(0, len(work.later) - home.LATER_SHOWN)
        return {
            "work": work,
            "later": work.later[: len(work.later) - hidden],
            "hidden": hidden,
            "heads_unit": heads,
            "whole_unit": whole_unit,
            "panels": home.panels_of(self.person),
            "news": home.news_of(self.person),
        }
