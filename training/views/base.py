"""What every page of the app shares: its tabs and who may come in."""

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _

from qms.models import Person
from qms.views.base import ActionView, ExportView, FormPage, ListPage, PageView
from training import policies
from training.models import TrainingNeed


def tabs_for(person: Person, current: str) -> list[dict[str, Any]]:
    """The tabs above the pages of the app."""
    waiting = TrainingNeed.objects.visible_to(person).filter(state=TrainingNeed.State.OPEN).count()
    entries: list[tuple[str, str, str, int | None]] = [
        ("matrix", _("Matrix of competence"), "training:matrix", None),
        ("requirements", _("Requirements of competence"), "training:requirement-list", None),
        ("needs", _("Training needs"), "training:need-list", waiting or None),
        ("plans", _("Training plans"), "training:plan-list", None),
        ("courses", _("Courses"), "training:course-list", None),
        ("report", _("Report of the year"), "training:report", None),
    ]
    return [
        {"label": label, "url": reverse(name), "current": key == current, "count": count}
        for key, label, name, count in entries
    ]


class InApp:
    """Adds the tabs; `tab` says which one the page belongs to."""

    policy: ClassVar[Any] = policies.insider
    tab = "matrix"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page with its tabs."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        organises = policies.organises(self.person)  # type: ignore[attr-defined]
        return {"tabs": tabs_for(self.person, self.tab), "organises": organises} | context  # type: ignore[attr-defined]


class AppPage(InApp, PageView):
    """A page of the app."""


class AppList(InApp, ListPage):
    """A list of the app."""


class AppForm(InApp, FormPage):
    """A form of the app: `heading`, `action` (verb and object on the button), `back`."""

    template_name = "training/form.html"
    heading: Any = ""
    action: Any = ""

    def back(self) -> str:
        """Where “Not yet” leads."""
        return reverse("training:matrix")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form with its words."""
        words = {"heading": self.heading, "action": self.action, "back": self.back()}
        return words | super().get_context_data(**kwargs)


class ForAgency(AppForm):
    """A form that offers records of the agency."""

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}


class Step(ActionView):
    """A step without a form."""

    policy = policies.insider


class Workbook(ExportView):
    """A list as a workbook."""

    policy = policies.insider
