"""The page “Agency start”: steps, how far the agency is, what is missing."""

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _

from qms import start
from qms.views.base import ActionView, PageView


class Start(PageView):
    """The guide; a POST keeps the default of a step. While it is open, every page leads back to it."""

    template_name = "organisation/start.html"
    policy = start.may_start

    def page(self) -> dict[str, Any]:
        self.request.session["start_guide"] = True
        return {"guide": start.guide(self.person)}

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return StartKeep.as_view()(request, *args, **kwargs)


class StartKeep(ActionView):
    """Keep what a step starts with."""

    policy = start.may_start

    def act(self) -> str:
        start.step_keep(self.agency, self.request.POST.get("step", ""), acting=self.person)
        messages.success(self.request, _("The step is done: what was there is kept."))
        return reverse("start")


class StartLeave(ActionView):
    """Leave the guide: pages no longer lead back to it."""

    policy = start.may_start

    def act(self) -> str:
        self.request.session.pop("start_guide", None)
        return reverse("home")
