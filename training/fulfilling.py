"""What of training fulfils an item of the annual plan: the year's courses on the quality system, held."""

from django.utils.translation import gettext_lazy as _

from qms import registry
from qms.models import Agency
from training.models import Course, PlanItem, Topic, TrainingPlan


def courses_held(agency: Agency, year: int) -> registry.Fulfilment | None:
    """The last course of a year on the quality system, once all that were prepared or planned were held.

    Whatever the approved training plan of the year says about the system needs a course that was held, so
    one early course does not tick the work of the whole year.
    """
    courses = list(
        Course.objects.filter(agency=agency, topic=Topic.QMS, starts_on__year=year)
        .exclude(state=Course.State.CANCELLED)
        .order_by("ends_on", "code")
    )
    if not courses or any(course.state != Course.State.HELD for course in courses):
        return None
    planned = PlanItem.objects.filter(
        plan__agency=agency, plan__year=year, plan__state=TrainingPlan.State.APPROVED, topic=Topic.QMS
    )
    if planned.exclude(courses__state=Course.State.HELD).exists():
        return None
    last = courses[-1]
    return registry.Fulfilment(
        str(last), last.get_absolute_url(), last.ends_on, f"{last._meta.label_lower}:{last.pk}"
    )


def register() -> None:
    """Tell the registry."""
    registry.fulfilments.add(
        registry.FulfilmentKind(
            "training_held", _("Courses of the year on the quality system, held"), courses_held, order=15
        )
    )
