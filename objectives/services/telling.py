"""Making objectives known to everyone they concern, and acknowledging them (6.2.1 f, 7.3)."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from objectives import policies_cycle as policies
from objectives.models import ObjectiveSet, SetAcknowledgement, SetCommunication, SetState
from qms import audit, clock, notifications
from qms.exceptions import Invalid, Problem
from qms.models import Person, Role
from qms.policies import require
from qms.workflow import locked


def audience(objective_set: ObjectiveSet, on: dt.date | None = None) -> list[Person]:
    """Everyone who works at the agency (or the unit) on a day: the denominator of the rate."""
    day = on or clock.today()
    rows = Person.objects.filter(agency=objective_set.agency, valid_from__lte=day).filter(
        Q(valid_to=None) | Q(valid_to__gte=day)
    )
    if objective_set.unit_id is not None:
        rows = rows.filter(unit=objective_set.unit_id)
    rows = rows.select_related("unit", "user").prefetch_related("role_assignments", "delegations_received")
    return [
        row
        for row in rows.order_by("unit__order", "full_name")
        if row.roles - {Role.SUPERIOR} or not row.roles
    ]


def set_tell(
    objective_set: ObjectiveSet, *, due: dt.date, acting: Person | None, message: str = ""
) -> SetCommunication:
    """Tell everyone: a notice in the portal (and by mail as they prefer), to be acknowledged until a day.

    Raises Invalid when they were told already or the day is past.
    """
    with transaction.atomic(), locked(objective_set) as one:
        require(policies.can_tell(acting, one))
        if due < clock.today():
            raise Invalid([Problem("due", _("Choose a day that is not past."))])
        if SetCommunication.objects.filter(objective_set=one).exists():
            raise Invalid(_("These objectives were made known already."))
        told: SetCommunication = SetCommunication.objects.create(
            agency=one.agency, objective_set=one, sent_by=acting, due=due, message=message.strip()
        )
        people = audience(one)
        for person in people:
            notifications.notify(
                person,
                topic="objectives",
                title=_("Objectives to read: %(title)s") % {"title": one.title},
                body=told.message,
                key=f"told:{one.pk}",
                url=one.get_absolute_url(),
            )
        audit.record(
            "objectives.set.told", one, {"people": (None, len(people)), "due": (None, due)}, acting=acting
        )
    return told


def set_acknowledge(objective_set: ObjectiveSet, *, acting: Person) -> SetAcknowledgement:
    """I have read these objectives; once per person, a second time changes nothing."""
    with transaction.atomic():
        require(policies.can_acknowledge(acting, objective_set))
        if objective_set.state != SetState.IN_FORCE:
            raise Invalid(_("Only objectives in force are acknowledged."))
        try:
            with transaction.atomic():
                row: SetAcknowledgement = SetAcknowledgement.objects.create(
                    agency=objective_set.agency, objective_set=objective_set, person=acting, at=clock.now()
                )
        except IntegrityError:
            return SetAcknowledgement.objects.get(objective_set=objective_set, person=acting)
        audit.record("objectives.set.acknowledged", objective_set, acting=acting)
    return row
