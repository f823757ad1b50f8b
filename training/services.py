"""What happens to requirements, needs, plans, courses and the competence of people."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from qms import agency_settings, audit, clock, notifications, search
from qms.exceptions import Invalid, Problem
from qms.models import Agency, OrgUnit, Person, Role, RoleAssignment
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked, move
from training import policies, selectors, workflow
from training.models import (
    Course,
    Participation,
    PersonCompetence,
    PlanItem,
    Requirement,
    RequirementScope,
    TrainingNeed,
    TrainingPlan,
)

TOPIC = "training"
EFFECT_MONTHS = "training.effect_months"


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))


def _needed(values: Mapping[str, Any], *names: str) -> None:
    problems = [Problem(name, _("Must not be empty.")) for name in names if not values.get(name)]
    if problems:
        raise Invalid(problems)


def _texts(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: nfc(value.strip()) if isinstance(value, str) else value for name, value in fields.items()}


# Requirements


def requirement_create(agency: Agency, *, acting: Person | None, **fields: Any) -> Requirement:
    """Write down a competence that is required."""
    values = _texts(fields)
    _needed(values, "code", "name")
    with transaction.atomic():
        require(policies.can_organise(acting))
        if Requirement.objects.filter(agency=agency, code=values["code"]).exists():
            raise Invalid([Problem("code", _("This code is taken."))])
        made: Requirement = Requirement.objects.create(agency=agency, **values)
        audit.record("training.requirement.created", made, {"name": (None, made.name)}, acting=acting)
        requirement_index(made)
    return made


def requirement_edit(one: Requirement, *, acting: Person | None, **fields: Any) -> Requirement:
    """Change what is required; `active` False ends it."""
    values = _texts(fields)
    with transaction.atomic(), locked(one) as one:
        require(policies.can_organise_in(acting, one))
        taken = Requirement.objects.filter(agency_id=one.agency_id, code=values.get("code", one.code))
        if taken.exclude(pk=one.pk).exists():
            raise Invalid([Problem("code", _("This code is taken."))])
        changes = audit.apply(one, **values)
        if changes:
            audit.record("training.requirement.edited", one, changes, acting=acting)
            requirement_index(one)
    return one


def scope_add(one: Requirement, *, acting: Person | None, **fields: Any) -> RequirementScope:
    """Say of whom it is required, and how well."""
    values = _texts(fields)
    with transaction.atomic():
        require(policies.can_organise_in(acting, one))
        made: RequirementScope = RequirementScope.objects.create(
            agency_id=one.agency_id, requirement=one, **values
        )
        words = f"{made}: {made.get_level_display()}"
        audit.record("training.requirement.edited", one, acting=acting, note=words)
    return made


def scope_remove(scope: RequirementScope, *, acting: Person | None) -> None:
    """Require it no longer of these people."""
    with transaction.atomic():
        require(policies.can_organise_in(acting, scope))
        one = scope.requirement
        words = _("Taken out: %(what)s") % {"what": scope}
        audit.record("training.requirement.edited", one, acting=acting, note=words)
        scope.delete()


def competence_record(
    person: Person,
    requirement: Requirement,
    *,
    acting: Person | None,
    level: int,
    basis: str,
    since: dt.date,
    reference: str = "",
    valid_until: dt.date | None = None,
    course: Course | None = None,
) -> PersonCompetence:
    """Keep what a person masters, with its evidence; never by the person. Former entries stay."""
    if basis == PersonCompetence.Basis.CERTIFICATE and not reference.strip():
        raise Invalid([Problem("reference", _("Name the degree or certificate."))])
    if since > clock.today():
        raise Invalid([Problem("since", _("Choose a day that is not ahead."))])
    if valid_until is not None and valid_until < since:
        raise Invalid([Problem("valid_until", _("The last day lies before the first."))])
    with transaction.atomic():
        require(policies.can_assess(acting, person))
        if requirement.agency_id != person.agency_id:
            raise Invalid([Problem("requirement", _("This record belongs to another agency."))])
        if valid_until is None and requirement.valid_months:
            valid_until = months_later(since, requirement.valid_months)
        made: PersonCompetence = PersonCompetence.objects.create(
            agency_id=person.agency_id,
            person=person,
            requirement=requirement,
            level=level,
            basis=basis,
            reference=nfc(reference.strip())[:255],
            since=since,
            valid_until=valid_until,
            course=course,
            recorded_by=acting,
        )
        audit.record(
            "training.competence.recorded",
            made,
            {"level": (None, made.get_level_display()), "person": (None, str(person))},
            acting=acting,
        )
    return made


# Needs


def need_propose(
    agency: Agency, *, acting: Person | None, people: Iterable[Person] = (), **fields: Any
) -> TrainingNeed:
    """Propose something that has to be learned."""
    values = _texts(fields)
    _needed(values, "title", "year")
    with transaction.atomic():
        require(policies.can_propose(acting))
        made: TrainingNeed = TrainingNeed.objects.create(agency=agency, proposed_by=acting, **values)
        made.people.set(people)
        audit.record("training.need.proposed", made, {"title": (None, made.title)}, acting=acting)
    return made


def needs_from_gaps(agency: Agency, *, year: int, acting: Person | None) -> list[TrainingNeed]:
    """A need for each requirement with gaps that has no open or planned need in the year yet."""
    with transaction.atomic():
        require(policies.can_organise(acting))
        there = set(
            TrainingNeed.objects.filter(agency=agency, year=year)
            .exclude(state=TrainingNeed.State.DECLINED)
            .values_list("requirement_id", flat=True)
        )
        return [
            need_propose(
                agency,
                acting=acting,
                people=people,
                year=year,
                origin=TrainingNeed.Origin.GAP,
                title=requirement.name,
                requirement=requirement,
                reason=_("%(n)s people do not reach the level required.") % {"n": len(people)},
            )
            for requirement, people in selectors.gaps_of(agency).items()
            if requirement.pk not in there
        ]


def need_decline(need: TrainingNeed, *, acting: Person | None, reason: str) -> TrainingNeed:
    """Do not take a need up, with the reason."""
    if not reason.strip():
        raise Invalid([Problem("reason", _("Give the reason."))])
    with transaction.atomic(), locked(need) as need:
        require(policies.can_settle_need(acting, need))
        changes = move(need, workflow.NEED["decline"], decline_reason=nfc(reason.strip()))
        audit.record("training.need.declined", need, changes, acting=acting, note=reason)
    return need


# Plans


def plan_draft(agency: Agency, *, year: int, acting: Person | None, purpose: str = "") -> TrainingPlan:
    """Begin the plan of a year. Raises Invalid when there is one already."""
    with transaction.atomic():
        require(policies.can_organise(acting))
        Agency.objects.select_for_update(of=("self",)).get(pk=agency.pk)
        if TrainingPlan.objects.filter(agency=agency, year=year).exists():
            raise Invalid([Problem("year", _("There is a training plan of this year already."))])
        plan: TrainingPlan = TrainingPlan.objects.create(
            agency=agency, year=year, purpose=nfc(purpose.strip()), drafted_by=acting
        )
        audit.record("training.plan.drafted", plan, {"year": (None, year)}, acting=acting)
    return plan


def item_add(
    plan: TrainingPlan, *, acting: Person | None, needs: Iterable[TrainingNeed] = (), **fields: Any
) -> PlanItem:
    """Plan a training; the needs it answers are in the plan from then on."""
    values = _texts(fields)
    _needed(values, "title", "audience", "month")
    with transaction.atomic(), locked(plan) as plan:
        require(policies.can_edit_plan(acting, plan))
        made: PlanItem = PlanItem.objects.create(
            agency_id=plan.agency_id, plan=plan, order=plan.items.count() + 1, **values
        )
        for need in needs:
            move(need, workflow.NEED["plan"])
            made.needs.add(need)
            audit.record("training.need.planned", need, acting=acting, note=made.title)
        audit.record("training.plan.edited", plan, acting=acting, note=made.title)
    return made


def item_remove(item: PlanItem, *, acting: Person | None) -> None:
    """Take a training out of a draft; needs only it answered are open again."""
    with transaction.atomic():
        require(policies.can_edit_plan(acting, item.plan))
        if item.courses.exists():
            raise Invalid(_("There is a course for this item already."))
        for need in item.needs.all():
            if need.items.count() == 1:
                move(need, workflow.NEED["reopen"])
        words = _("Taken out: %(what)s") % {"what": item.title}
        audit.record("training.plan.edited", item.plan, acting=acting, note=words)
        item.delete()


def plan_submit(plan: TrainingPlan, *, acting: Person | None) -> TrainingPlan:
    """Send the plan to a leader."""
    with transaction.atomic(), locked(plan) as plan:
        require(policies.can_edit_plan(acting, plan))
        if not plan.items.exists():
            raise Invalid(_("The plan has no training yet."))
        changes = move(plan, workflow.PLAN["submit"], return_note="")
        if acting is not None:
            changes |= audit.apply(plan, drafted_by=acting)
        audit.record("training.plan.submitted", plan, changes, acting=acting)
    return plan


def plan_return(plan: TrainingPlan, *, acting: Person | None, reason: str) -> TrainingPlan:
    """Send the plan back, with what has to change."""
    if not reason.strip():
        raise Invalid([Problem("reason", _("Give the reason."))])
    with transaction.atomic(), locked(plan) as plan:
        require(policies.can_approve_plan(acting, plan))
        changes = move(plan, workflow.PLAN["return"], return_note=nfc(reason.strip()))
        audit.record("training.plan.returned", plan, changes, acting=acting, note=reason)
    return plan


def plan_approve(plan: TrainingPlan, *, acting: Person | None) -> TrainingPlan:
    """Approve the plan."""
    with transaction.atomic(), locked(plan) as plan:
        require(policies.can_approve_plan(acting, plan))
        changes = move(plan, workflow.PLAN["approve"], approved_by=acting, approved_on=clock.today())
        audit.record("training.plan.approved", plan, changes, acting=acting)
    return plan


# Courses


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
        require(policies.can_organise(acting))
        course: Course = Course.objects.create(
            agency=agency, code=_next_code(agency, values["starts_on"].year), organiser=acting, **values
        )
        audit.record("training.course.prepared", course, {"title": (None, course.title)}, acting=acting)
        course_index(course)
        people_invite(course, people=people, acting=acting)
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
    return course


def course_cancel(course: Course, *, acting: Person | None, reason: str) -> Course:
    """Do not hold a course, with the reason."""
    if not reason.strip():
        raise Invalid([Problem("reason", _("Give the reason."))])
    with transaction.atomic(), locked(course) as course:
        require(policies.can_organise_in(acting, course))
        changes = move(course, workflow.COURSE["cancel"], cancel_reason=nfc(reason.strip()))
        audit.record("training.course.cancelled", course, changes, acting=acting, note=reason)
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


def course_index(course: Course) -> None:
    """Make a course findable."""
    search.index(
        course,
        title=str(course),
        subtitle=f"{course.starts_on:%d/%m/%Y}",
        text=f"{course.trainer} {course.place} {course.content}",
    )


def requirement_index(one: Requirement) -> None:
    """Make a requirement findable."""
    if one.active:
        search.index(one, title=str(one), subtitle=one.get_topic_display(), text=one.description)
    else:
        search.forget(one)


def _next_code(agency: Agency, year: int) -> str:
    Agency.objects.select_for_update(of=("self",)).get(pk=agency.pk)
    prefix = f"ĐT-{year}-"
    codes = Course.objects.filter(agency=agency, code__startswith=prefix).values_list("code", flat=True)
    numbers = [int(code[len(prefix) :]) for code in codes if code[len(prefix) :].isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1:02d}"


def units_of(agency: Agency) -> Any:
    """Units that exist today."""
    today = clock.today()
    rows = OrgUnit.objects.filter(agency=agency, valid_from__lte=today)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=today)).order_by("order", "name")
