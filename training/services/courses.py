"""Courses, who takes part, results and their effect."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from qms import agency_settings, audit, clock, notifications, registry, search
from qms.exceptions import Invalid, Problem
from qms.models import Agency, Person, Role, RoleAssignment, StoredFile
from qms.policies import require
from qms.text import nfc
from qms.workflow import hold, locked, move
from training import policies, workflow
from training.models import (
    Course,
    CourseFile,
    Participation,
    PersonCompetence,
)
from training.services.requirements import _needed, _texts, competence_record, months_later

TOPIC = "training"
EFFECT_MONTHS = "training.effect_months"


def course_create(
    agency: Agency, *, acting: Person | None, people: Iterable[Person] = (), **fields: Any
) -> Course:
    """Prepare a course and invite people; the effect is judged so many months after its end."""
    values = _texts(fields)
    _needed(values, "title", "trainer", "starts_on", "ends_on")
    if values["ends_on"] < values["starts_on"]:
        raise Invalid([Problem("ends_on", _("The last day lies before the first."))])
    months: int = agency_settings.get(agency, EFFECT_MONTHS)
    values["effect_due"] = values.get("effect_due") or months_later(values["ends_on"], months)
    if values["effect_due"] < values["ends_on"]:
        raise Invalid([Problem("effect_due", _("The effect is judged after the course."))])
    with transaction.atomic():
        require(policies.can_organise_in(acting, agency))
        course: Course = Course.objects.create(
            agency=agency, code=_next_code(agency, values["starts_on"].year), organiser=acting, **values
        )
        audit.record("training.course.prepared", course, {"title": (None, course.title)}, acting=acting)
        course_index(course)
        people_invite(course, people=people, acting=acting)
        registry.fulfilment_changed(course.agency)
    return course


def people_invite(course: Course, *, people: Iterable[Person], acting: Person | None) -> int:
    """Invite people to a course that was not held yet; each has a judge of the effect: the unit's head."""
    with transaction.atomic(), locked(course) as course:
        require(policies.can_organise_in(acting, course))
        if course.state != Course.State.PLANNED:
            raise Invalid(_("The course is over."))
        there = set(course.participations.values_list("person_id", flat=True))
        new = [one for one in people if one.pk not in there and one.agency_id == course.agency_id]
        heads = _heads(course.agency)
        Participation.objects.bulk_create(
            Participation(agency_id=course.agency_id, course=course, person=one, judge=_judge(one, heads))
            for one in new
        )
        if new:
            names = ", ".join(one.full_name for one in new)
            audit.record("training.course.invited", course, acting=acting, note=names)
        for one in new:
            notifications.notify(
                one,
                topic=TOPIC,
                title=_("Training on %(day)s: %(course)s")
                % {"day": f"{course.starts_on:%d/%m/%Y}", "course": course.title},
                url=course.get_absolute_url(),
                key=f"course:{course.pk}",
            )
    return len(new)


def _heads(agency: Agency) -> dict[Any, list[Person]]:
    """Who heads each unit today, and the leaders under None."""
    today = clock.today()
    rows = RoleAssignment.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today),
        agency=agency,
        role__in=[Role.UNIT_HEAD, Role.LEADER],
        valid_from__lte=today,
    ).select_related("person")
    found: dict[Any, list[Person]] = {}
    for row in rows:
        if row.role == Role.LEADER:
            found.setdefault(None, []).append(row.person)
        else:
            found.setdefault(row.unit_id or row.person.unit_id, []).append(row.person)
    return found


def _judge(person: Person, heads: Mapping[Any, list[Person]]) -> Person | None:
    """The head of the person's unit; for a head, a leader; never the person."""
    for key in (person.unit_id, None):
        for head in heads.get(key, []):
            if head.pk != person.pk:
                return head
    return None


def course_hold(
    course: Course,
    *,
    acting: Person | None,
    report: str,
    outcomes: Mapping[Any, tuple[str, str, str]],
) -> Course:
    """Record a course as held: for each person id (presence, result, mark), and how it went.

    Who passed holds the competence the course leads to. Raises Invalid when somebody is left out.
    """
    if not report.strip():
        raise Invalid([Problem("report", _("Say how the course went."))])
    with transaction.atomic(), locked(course) as course:
        require(policies.can_organise_in(acting, course))
        if course.ends_on > clock.today():
            raise Invalid(_("The course is not over yet."))
        seats = list(course.participations.select_related("person__unit"))
        open_ones = [
            one.person.full_name
            for one in seats
            if outcomes.get(one.person_id, ("", "", ""))[0]
            not in {Participation.Presence.ATTENDED, Participation.Presence.ABSENT}
        ]
        if not seats or open_ones:
            words = _("Say of everybody who was there: %(names)s.") % {"names": ", ".join(open_ones)}
            raise Invalid(words if seats else _("Nobody was invited."))
        changes = move(course, workflow.COURSE["hold"], report=nfc(report.strip()))
        for one in seats:
            presence, result, score = outcomes[one.person_id]
            came = presence == Participation.Presence.ATTENDED
            one.presence, one.result = presence, result if came else ""
            one.score = nfc(score.strip())[:120] if came else ""
            if came and one.result != Participation.Result.FAILED and course.requirement is not None:
                competence_record(
                    one.person,
                    course.requirement,
                    acting=None,
                    level=course.level,
                    basis=PersonCompetence.Basis.COURSE,
                    since=course.ends_on,
                    reference=f"{course.code} {course.title}"[:255],
                    course=course,
                )
        Participation.objects.bulk_update(seats, ["presence", "result", "score"])
        came_count = sum(one.presence == Participation.Presence.ATTENDED for one in seats)
        words = _("%(came)s of %(seats)s took part") % {"came": came_count, "seats": len(seats)}
        audit.record("training.course.held", course, changes, acting=acting, note=words)
        registry.fulfilment_changed(course.agency)
    return course


def course_cancel(course: Course, *, acting: Person | None, reason: str) -> Course:
    """Do not hold a course, with the reason."""
    if not reason.strip():
        raise Invalid([Problem("reason", _("Give the reason."))])
    with transaction.atomic(), locked(course) as course:
        require(policies.can_organise_in(acting, course))
        changes = move(course, workflow.COURSE["cancel"], cancel_reason=nfc(reason.strip()))
        audit.record("training.course.cancelled", course, changes, acting=acting, note=reason)
        registry.fulfilment_changed(course.agency)
    return course


def effect_judge(one: Participation, *, acting: Person | None, effect: str, grounds: str) -> Participation:
    """Judge whether a course had effect at work, from its day on, with grounds.

    Without effect, the competence the course gave no longer counts and the gap is open again.
    """
    problems = []
    if effect not in Participation.Effect.values:
        problems.append(Problem("effect", _("Choose a verdict.")))
    if not grounds.strip():
        problems.append(Problem("grounds", _("Name the grounds.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic(), locked(one) as one:
        require(policies.can_judge(acting, one))
        if one.presence != Participation.Presence.ATTENDED:
            raise Invalid(_("Only of people who took part the effect is judged."))
        if one.effect:
            raise Invalid(_("The effect was judged already."))
        if one.course.effect_due > clock.today():
            day = f"{one.course.effect_due:%d/%m/%Y}"
            raise Invalid(_("The effect is judged from %(day)s on.") % {"day": day})
        changes = audit.apply(
            one, effect=effect, effect_grounds=nfc(grounds.strip()), effect_on=clock.today()
        )
        if acting is not None:
            audit.apply(one, judge=acting)
        if effect == Participation.Effect.INEFFECTIVE:
            yesterday = clock.today() - dt.timedelta(days=1)
            given = PersonCompetence.objects.filter(
                course=one.course, person=one.person, since__lte=yesterday
            )
            given.update(valid_until=yesterday)
        audit.record("training.effect.judged", one, changes, acting=acting)
    return one


def file_add(
    course: Course,
    *,
    acting: Person | None,
    file: StoredFile,
    note: str = "",
    participation: Participation | None = None,
) -> CourseFile:
    """Keep a file of a course, or the certificate of somebody who took part in it with success; once."""
    with transaction.atomic(), locked(course) as course:
        require(policies.can_add_file(acting, course, participation))
        if participation is not None:
            passed = participation.presence == Participation.Presence.ATTENDED
            if participation.course_id != course.pk or not passed or participation.result == "failed":
                words = _("A certificate belongs to somebody who passed this course.")
                raise Invalid([Problem("participation", words)])
        if course.files.filter(participation=participation, file__sha256=file.sha256).exists():
            raise Invalid([Problem("file", _("This file is there already."))])
        made: CourseFile = CourseFile.objects.create(
            agency_id=course.agency_id,
            course=course,
            participation=participation,
            file=file,
            note=nfc(note.strip())[:160],
            added_by=acting,
        )
        whose = str(made if participation is None else participation.person)
        audit.record("training.course.file_added", course, acting=acting, note=whose)
    return made


@search.indexer
def course_index(course: Course) -> None:
    """Make a course findable."""
    search.index(
        course,
        title=str(course),
        subtitle=f"{course.starts_on:%d/%m/%Y}",
        text=f"{course.trainer} {course.place} {course.content}",
    )


def _next_code(agency: Agency, year: int) -> str:
    hold(agency)
    prefix = f"ĐT-{year}-"
    codes = Course.objects.filter(agency=agency, code__startswith=prefix).values_list("code", flat=True)
    numbers = [int(code[len(prefix) :]) for code in codes if code[len(prefix) :].isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1:02d}"
