"""Who is told when a paper moves on. Keys carry the version, so that a retry never tells twice."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from documents.models import Paper
from qms import clock, notifications
from qms.models import Person, Role, RoleAssignment, RoleDelegation

TOPIC = "papers"


def holders(paper: Paper, *roles: str) -> list[Person]:
    """People of the paper's agency who hold one of the roles today."""
    today = clock.today()
    rows: list[RoleAssignment | RoleDelegation] = [
        *RoleAssignment.objects.filter(agency=paper.agency, role__in=roles).select_related("person"),
        *RoleDelegation.objects.filter(agency=paper.agency, role__in=roles).select_related("person"),
    ]
    people = {row.person.pk: row.person for row in rows if row.holds_on(today)}
    return [person for person in people.values() if person.works_on(today)]


def _send(paper: Paper, people: Iterable[Person], step: str, title: str, body: str = "") -> None:
    for person in people:
        notifications.notify(
            person,
            topic=TOPIC,
            title=title,
            body=body,
            url=paper.get_absolute_url(),
            key=f"paper:{paper.pk}:{step}:{clock.now():%Y%m%d%H%M%S}",
        )


def reviewers(paper: Paper) -> None:
    """Leaders and the committee's head: a paper waits for approval."""
    people = [one for one in holders(paper, Role.LEADER, Role.COMMITTEE_HEAD) if one.pk != paper.drafter_id]
    _send(paper, people, "review", _("To approve: %(paper)s") % {"paper": paper.one_line})


def signer(paper: Paper) -> None:
    """The signer: a paper waits for the signature."""
    if paper.signer is not None:
        _send(paper, [paper.signer], "sign", _("To sign: %(paper)s") % {"paper": paper.one_line})


def clerks(paper: Paper) -> None:
    """Clerks: a paper waits for its number."""
    people = holders(paper, Role.CLERK)
    _send(paper, people, "number", _("To number: %(paper)s") % {"paper": paper.one_line})


def token(paper: Paper, person: Person | None) -> None:
    """Whoever holds the token: the signer, or the clerks for the agency's."""
    people = [person] if person is not None else holders(paper, Role.CLERK)
    _send(paper, people, "token", _("To sign with your token: %(paper)s") % {"paper": str(paper)})


def drafter(paper: Paper, reason: str) -> None:
    """The drafter: the paper came back."""
    if paper.drafter is not None:
        title = _("Sent back: %(paper)s") % {"paper": paper.one_line}
        _send(paper, [paper.drafter], "back", title, reason)


def issued(paper: Paper) -> None:
    """Drafter, approver and signer: the paper is out."""
    people = {one.pk: one for one in (paper.drafter, paper.approver, paper.signer) if one is not None}
    _send(paper, people.values(), "issued", _("Issued: %(paper)s") % {"paper": str(paper)})
