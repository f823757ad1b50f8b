"""Reminders and escalation, every night: the owner before and after the deadline, then the heads.

Never twice: the key of each notification names the record, its deadline and the step (and how often it was
repeated), so a second run on the same day tells nobody anything again.
"""

import datetime as dt

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audits import answering
from audits.models import (
    CorrectiveAction,
    EffectivenessCheck,
    Finding,
    Nonconformity,
    ReviewDecision,
    SimilarCase,
)
from audits.selectors.people import head_of, holders
from audits.services.effect import effect_by_figures
from audits.services.telling import tell
from qms import agency_settings, clock, jobs
from qms.jobs import JobContext, job_kind
from qms.models import Agency, OrgUnit, Person, Role

JOB = "audits.remind"
ANSWER_DAYS = 5
"""Days a unit has to acknowledge or dispute a finding, and the committee's head to decide on a dispute."""


class _Rules:
    """The agency's days: remind before, repeat after, escalate from."""

    def __init__(self, agency: Agency) -> None:
        def days(key: str) -> int:
            return max(int(agency_settings.get(agency, f"audits.{key}")), 1)

        self.before, self.repeat, self.escalate = (
            days(key) for key in ("remind_days", "repeat_days", "escalate_days")
        )
        self.committee = holders(agency, Role.COMMITTEE_HEAD)


def reminders_nightly() -> None:
    """Every agency that has anything to be reminded of."""
    keys = set(Nonconformity.objects.exclude(state__in=Nonconformity.ENDED).values_list("agency", flat=True))
    keys |= set(ReviewDecision.objects.filter(state="open").values_list("agency", flat=True))
    keys |= set(_unanswered().values_list("agency", flat=True))
    for agency in Agency.objects.filter(pk__in=keys):
        jobs.enqueue(JOB, agency=agency, unique_key=f"{agency.pk}:{clock.today()}")


@job_kind(JOB, label=gettext_lazy("Remind of corrective actions and checks"))
def run(ctx: JobContext) -> None:
    """Remind, escalate, and let figures decide what they can decide by now."""
    with ctx.completing() as result:
        result["told"] = remind(ctx.agency)
        result["judged"] = figures_decide(ctx.agency)


def _unanswered() -> "QuerySet[Finding]":
    """Nonconformities and observations that wait for their unit or for a decision."""
    rows: QuerySet[Finding] = Finding.objects.filter(state__in=[Finding.State.RAISED, Finding.State.DISPUTED])
    return rows.exclude(grade=Finding.Grade.STRENGTH)


def _findings(rules: _Rules, agency: Agency, near: dt.date) -> int:
    """Findings nobody answered: the unit's head, then the committee's, who may decide in the unit's place."""
    told = 0
    for finding in _unanswered().filter(agency=agency).select_related("unit"):
        disputed = finding.state == Finding.State.DISPUTED
        since = finding.answered_at if disputed and finding.answered_at else finding.raised_at
        due = timezone.localtime(since).date() + dt.timedelta(days=ANSWER_DAYS)
        if due > near:
            continue
        who = rules.committee if disputed else [head_of(finding.unit)]
        key, url = f"finding-due:{finding.pk}:{finding.state}", finding.get_absolute_url()
        told += sum(_one(rules, key, person, due, str(finding), url, finding.unit) for person in who)
    return told


def figures_decide(agency: Agency) -> int:
    """Judge every case whose later figures say something; gives back how many."""
    rows = EffectivenessCheck.objects.filter(
        agency=agency,
        method=EffectivenessCheck.Method.FIGURES,
        verdict="",
        round=F("nonconformity__round"),
        nonconformity__state=Nonconformity.State.CHECKING,
    )
    return sum(1 for check in rows.select_related("nonconformity") if effect_by_figures(check.nonconformity))


def remind(agency: Agency) -> int:
    """Tell everybody what is near or late; gives back how many notifications were due (told once each)."""
    rules, today = _Rules(agency), clock.today()
    near = today + dt.timedelta(days=rules.before)
    told = _findings(rules, agency, near)
    actions = CorrectiveAction.objects.filter(agency=agency, state="open", deadline__lte=near)
    live = actions.filter(kind="correction") | actions.filter(nonconformity__state="in_progress")
    for action in live.exclude(nonconformity__state__in=Nonconformity.ENDED).select_related(
        "nonconformity__unit", "owner"
    ):
        case = action.nonconformity
        told += _one(
            rules,
            f"nc-action-due:{action.pk}",
            action.owner,
            action.deadline,
            f"{case.code}: {action.description}",
            action.get_absolute_url(),
            case.unit,
            answering.link(action),
        )
    checks = EffectivenessCheck.objects.filter(
        agency=agency,
        verdict="",
        verifier__isnull=False,
        due_on__lte=near,
        round=F("nonconformity__round"),
        nonconformity__state=Nonconformity.State.CHECKING,
    )
    for check in checks.select_related("nonconformity", "verifier__unit"):
        case = check.nonconformity
        told += _one(
            rules,
            f"nc-check-due:{check.pk}",
            check.verifier,
            check.due_on,
            f"{case.code}: {check.criterion}",
            case.get_absolute_url(),
            check.verifier.unit if check.verifier else None,
        )
    asked = SimilarCase.objects.filter(agency=agency, answer="", due_on__lte=near)
    for row in asked.exclude(nonconformity__state__in=Nonconformity.ENDED).select_related(
        "nonconformity", "unit"
    ):
        title = f"{row.nonconformity.code}: {row.nonconformity.title}"
        url = row.nonconformity.get_absolute_url()
        told += _one(rules, f"nc-similar-due:{row.pk}", head_of(row.unit), row.due_on, title, url, None)
    planning = Nonconformity.objects.filter(agency=agency, state__in=["open", "analysis", "reopened"])
    for case in planning.filter(due_on__lte=near).select_related("unit", "owner"):
        key, url = f"nc-due:{case.pk}:{case.round}", case.get_absolute_url()
        told += _one(rules, key, case.owner, case.due_on, str(case), url, case.unit)
    decisions = ReviewDecision.objects.filter(
        agency=agency, state="open", review__state="concluded", deadline__lte=near
    )
    for one in decisions.select_related("owner__unit", "review"):
        text = f"{one.review.code}: {one.text}"
        url = one.get_absolute_url()
        told += _one(rules, f"decision-due:{one.pk}", one.owner, one.deadline, text, url, one.owner.unit)
    return told


def _one(
    rules: _Rules,
    key: str,
    person: Person | None,
    deadline: dt.date,
    text: str,
    url: str,
    unit: OrgUnit | None,
    answer_at: str = "",
) -> int:
    """Remind of one thing: its owner, from some days late the unit's head, later the committee's.

    `answer_at` is where the owner answers on one screen; the others get the page of the record.
    """
    late = (clock.today() - deadline).days
    words: str | Promise
    if late <= 0:
        step, words = "soon", gettext_lazy("Due on %(day)s: %(what)s")
    else:
        step = f"late-{(late - 1) // rules.repeat}"
        words = gettext_lazy("Overdue since %(day)s: %(what)s")
    day = f"{deadline:%d/%m/%Y}"
    base = f"{key}:{deadline:%Y%m%d}"
    told = tell([person], f"{base}:{step}", words, url=answer_at or url, day=day, what=text)
    escalated = gettext_lazy("%(n)s days overdue: %(what)s")
    if late >= rules.escalate and unit is not None:
        head = head_of(unit)
        told += tell([head], f"{base}:head", escalated, url=url, but=person, n=late, what=text)
    if late >= 2 * rules.escalate:
        told += tell(rules.committee, f"{base}:committee", escalated, url=url, but=person, n=late, what=text)
    return told
