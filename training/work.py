"""What of training waits for a person, for the home page."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms import clock
from qms.models import Person
from qms.registry import WorkItem
from training import policies
from training.models import Course, Participation, TrainingNeed, TrainingPlan


def waiting_work(person: Person) -> Iterable[WorkItem]:
    """Effects to judge, plans to approve, courses to record, needs to take up."""
    if not policies.insider(person):
        return
    yield from _effects(person)
    yield from _plans(person)
    if policies.organises(person):
        yield from _organising(person)


def _effects(person: Person) -> Iterator[WorkItem]:
    rows = Participation.objects.filter(
        judge=person,
        effect="",
        presence=Participation.Presence.ATTENDED,
        course__state=Course.State.HELD,
        course__effect_due__lte=clock.today(),
    ).select_related("course", "person")
    courses: dict[Course, list[str]] = {}
    for one in rows:
        courses.setdefault(one.course, []).append(one.person.full_name)
    for course, names in courses.items():
        yield WorkItem(
            title=_("Effect of the training “%(course)s”") % {"course": course.title},
            detail=", ".join(names[:4]) + ("…" if len(names) > 4 else ""),
            url=course.get_absolute_url(),
            action=_("Judge the effect"),
            icon="user-check",
            due=course.effect_due,
            key=f"training-effect:{course.pk}:{person.pk}",
        )


def _plans(person: Person) -> Iterator[WorkItem]:
    plans = TrainingPlan.objects.filter(agency=person.agency_id)
    if person.has_role(*policies.APPROVERS):
        for plan in plans.filter(state=TrainingPlan.State.SUBMITTED).exclude(drafted_by=person):
            yield WorkItem(
                title=str(plan),
                detail=_("drafted by %(person)s") % {"person": plan.drafted_by or "–"},
                url=plan.get_absolute_url(),
                action=_("Decide on the plan"),
                icon="user-check",
                key=f"training-plan:{plan.pk}",
            )
    mine = plans.filter(state=TrainingPlan.State.DRAFT, drafted_by=person).exclude(return_note="")
    for plan in mine:
        yield WorkItem(
            title=str(plan),
            detail=_("returned: %(reason)s") % {"reason": plan.return_note},
            url=plan.get_absolute_url(),
            action=_("Work on the plan"),
            icon="user-check",
            key=f"training-plan-returned:{plan.pk}",
        )


def _organising(person: Person) -> Iterator[WorkItem]:
    over = Course.objects.filter(
        agency=person.agency_id, state=Course.State.PLANNED, ends_on__lt=clock.today()
    )
    for course in over:
        yield WorkItem(
            title=course.title,
            detail=_("%(code)s: attendance and results are missing") % {"code": course.code},
            url=course.get_absolute_url(),
            action=_("Record the course"),
            icon="user-check",
            due=course.ends_on,
            key=f"training-course:{course.pk}",
        )
    needs = TrainingNeed.objects.filter(agency=person.agency_id, state=TrainingNeed.State.OPEN)
    number = needs.count()
    if number:
        title = ngettext("%(n)s training need is open", "%(n)s training needs are open", number)
        yield WorkItem(
            title=title % {"n": number},
            detail=_("Take them into the plan of the year or say why not"),
            url=f"{reverse('training:need-list')}?state=open",
            action=_("Look at the needs"),
            icon="user-check",
            key="training-needs",
        )
