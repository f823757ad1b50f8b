"""What of complaints and the yearly report waits for a person, for the home page."""

from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from feedback import policies
from feedback.models import Feedback, SatisfactionReport
from qms import home
from qms.models import Person, Role
from qms.registry import WorkItem

State = Feedback.State


def waiting_work(person: Person) -> Iterable[WorkItem]:
    """Cases to assign, to answer and to confirm; reports to approve or to work on."""
    if not policies.insider(person):
        return
    yield from _answers(person)
    yield from _assign(person)
    yield from _reports(person)


def _item(case: Feedback, detail: str, action: str, what: str) -> WorkItem:
    return WorkItem(
        title=case.subject,
        detail=f"{case.code} · {detail}",
        url=case.get_absolute_url(),
        action=action,
        icon="message-square",
        due=case.deadline,
        key=f"feedback-{what}:{case.pk}",
    )


def _answers(person: Person) -> Iterator[WorkItem]:
    for case in Feedback.objects.filter(handler=person, state=State.IN_PROGRESS):
        detail = _("the answer was returned") if case.return_note else str(case.get_kind_display())
        yield _item(case, detail, _("Draft the answer"), "answer")
    if person.has_role(*policies.CONFIRMERS):
        rows = Feedback.objects.filter(agency=person.agency_id, state=State.TO_CONFIRM)
        for case in rows.exclude(handler=person).exclude(answer_by=person):
            yield _item(case, _("the answer waits for you"), _("Confirm the answer"), "confirm")


def _assign(person: Person) -> Iterator[WorkItem]:
    mine = Q(unit__in=home.units_headed(person))
    if policies.in_secretariat(person):
        mine |= Q(unit=None)
    rows = Feedback.objects.filter(mine, agency=person.agency_id, state=State.RECEIVED)
    for case in rows:
        yield _item(case, _("nobody handles it yet"), _("Name the handler"), "assign")


def _reports(person: Person) -> Iterator[WorkItem]:
    rows = SatisfactionReport.objects.filter(agency=person.agency_id)
    if person.has_role(Role.LEADER, Role.COMMITTEE_HEAD):
        for report in rows.filter(state=SatisfactionReport.State.SUBMITTED).exclude(drafted_by=person):
            yield WorkItem(
                title=str(report),
                detail=_("submitted by %(person)s") % {"person": report.drafted_by or "–"},
                url=report.get_absolute_url(),
                action=_("Decide on the report"),
                icon="chart-column",
                key=f"satisfaction-report:{report.pk}",
            )
    mine = rows.filter(state=SatisfactionReport.State.DRAFT, drafted_by=person)
    for report in mine.exclude(return_note=""):
        yield WorkItem(
            title=str(report),
            detail=_("returned: %(reason)s") % {"reason": report.return_note},
            url=report.get_absolute_url(),
            action=_("Work on the report"),
            icon="chart-column",
            key=f"satisfaction-report-returned:{report.pk}",
        )
