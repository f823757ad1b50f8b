"""Objectives that were made known and wait to be acknowledged, as duties of people (6.2.1, 7.3)."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from objectives.models import SetAcknowledgement, SetCommunication, SetState
from objectives.querysets import only_superior
from qms import registry
from qms.models import Person


def find(person: Person) -> Iterator[registry.Duty]:
    """The objectives in force that concern a person: of the agency and of the own unit."""
    if only_superior(person):
        return
    told = SetCommunication.objects.filter(
        Q(objective_set__unit=None) | Q(objective_set__unit=person.unit_id),
        agency=person.agency_id,
        objective_set__state=SetState.IN_FORCE,
    ).select_related("objective_set__unit", "objective_set__agency")
    read = dict(
        SetAcknowledgement.objects.filter(agency=person.agency_id, person=person).values_list(
            "objective_set_id", "at"
        )
    )
    for one in told:
        at = read.get(one.objective_set_id)
        unit = one.objective_set.unit
        yield registry.Duty(
            title=one.objective_set.title,
            detail=unit.label if unit else _("Objectives of the agency"),
            url=one.objective_set.get_absolute_url(),
            action=_("Read and acknowledge"),
            due=one.due,
            done_on=timezone.localdate(at) if at else None,
            key=f"objectives:{one.objective_set_id}",
        )


def tally(people: Sequence[Person]) -> Mapping[UUID, registry.DutyCount]:
    """Sets made known to each person, and how many of them were acknowledged."""
    if not people:
        return {}
    agency = people[0].agency_id
    sets = SetCommunication.objects.filter(agency=agency, objective_set__state=SetState.IN_FORCE)
    units = dict(sets.values_list("objective_set_id", "objective_set__unit_id"))
    read = set(
        SetAcknowledgement.objects.filter(agency=agency, objective_set__in=units).values_list(
            "objective_set_id", "person_id"
        )
    )
    counts = {}
    for person in people:
        asked = [pk for pk, unit in units.items() if unit in {None, person.unit_id}]
        counts[person.pk] = registry.DutyCount(len(asked), sum((pk, person.pk) in read for pk in asked))
    return counts


def register() -> None:
    """Tell the registry."""
    registry.duties.add(
        registry.DutyKind(
            "objectives", gettext_lazy("Objectives to acknowledge"), "target", find, tally, order=30
        )
    )
