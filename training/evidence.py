"""What of training is evidence: resources of people (7.1.2), competence (7.2), awareness (7.3)."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.evidence import paper_files
from qms import history, registry
from qms.models import Agency, StoredFile
from training.models import (
    Course,
    CourseFile,
    Participation,
    PersonCompetence,
    Requirement,
    Topic,
    TrainingPlan,
)
from training.policies import insider


def requirements(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Requirements of competence written down by the day."""
    rows = Requirement.objects.filter(agency=agency, created_at__lt=registry.day_after(on))
    rows = history.holding(rows, on, agency, active=True)

    def make(one: Requirement) -> registry.Evidence:
        day = timezone.localdate(one.created_at)
        return registry.Evidence(str(one), one.get_absolute_url(), day, "active", stands=True)

    return registry.EvidenceFound.of(rows.order_by("-created_at"), make)


def plans(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Training plans that had been approved."""
    rows = TrainingPlan.objects.filter(agency=agency, approved_on__lte=on)

    def make(one: TrainingPlan) -> registry.Evidence:
        assert one.approved_on is not None
        return registry.Evidence(str(one), one.get_absolute_url(), one.approved_on, "approved")

    return registry.EvidenceFound.of(rows.order_by("-approved_on"), make)


def _course(one: Course) -> registry.Evidence:
    return registry.Evidence(str(one), one.get_absolute_url(), one.ends_on, "done")


def courses(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Courses that were held."""
    rows = Course.objects.filter(agency=agency, state=Course.State.HELD, ends_on__lte=on)
    return registry.EvidenceFound.of(rows.order_by("-ends_on"), _course)


def awareness(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Courses about the quality management system."""
    rows = Course.objects.filter(agency=agency, state=Course.State.HELD, ends_on__lte=on, topic=Topic.QMS)
    return registry.EvidenceFound.of(rows.order_by("-ends_on"), _course)


def effects(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Training whose effect was judged."""
    rows = Participation.objects.filter(agency=agency, effect_on__lte=on).select_related("course", "person")

    def make(one: Participation) -> registry.Evidence:
        assert one.effect_on is not None
        good = one.effect == Participation.Effect.EFFECTIVE
        state, word = "achieved" if good else "not_achieved", one.get_effect_display()
        return registry.Evidence(str(one), one.course.get_absolute_url(), one.effect_on, state, word)

    return registry.EvidenceFound.of(rows.order_by("-effect_on", "-created_at"), make)


def competences(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """What people were found to master."""
    rows = PersonCompetence.objects.filter(agency=agency, since__lte=on)

    def make(one: PersonCompetence) -> registry.Evidence:
        over = one.valid_until is not None and one.valid_until < on
        return registry.Evidence(
            str(one),
            one.requirement.get_absolute_url(),
            one.since,
            "inactive" if over else "active",
            valid_until=one.valid_until,
        )

    rows = rows.select_related("person", "requirement")
    return registry.EvidenceFound.of(rows.order_by("-since", "-created_at"), make)


def course_files(one: Course, on: dt.date) -> list[StoredFile]:
    """What was kept with a course by the day, certificates too."""
    rows = CourseFile.objects.filter(course=one, created_at__lt=registry.day_after(on))
    return [row.file for row in rows.select_related("file")]


def plan_files(one: TrainingPlan, on: dt.date) -> list[StoredFile]:
    """The paper of a plan."""
    return paper_files(one.paper, on)


def register() -> None:
    """Tell the registry."""
    kind = registry.EvidenceProvider
    registry.evidence.add(
        kind("competence_required", _("Requirements of competence"), ("7.1.2", "7.2"), requirements, insider),
        kind("competence_held", _("Competence of people"), ("7.2",), competences, insider),
        kind("training_plans", _("Training plans"), ("7.1.2", "7.2"), plans, insider, plan_files),
        kind("courses", _("Courses held"), ("7.2",), courses, insider, course_files),
        kind("training_effects", _("Effect of training judged"), ("7.2",), effects, insider),
        kind("qms_courses", _("Courses about the QMS"), ("7.3",), awareness, insider, course_files),
    )
