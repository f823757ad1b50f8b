"""Who has acknowledged objectives, and who has not."""

import datetime as dt
from dataclasses import dataclass

from objectives.models import ObjectiveSet, SetAcknowledgement, SetCommunication
from objectives.services.telling import audience
from qms import clock
from qms.models import Person


@dataclass(frozen=True)
class Told:
    """The acknowledgement of a set: everyone it concerns today, and when each of them read it."""

    communication: SetCommunication
    people: list[tuple[Person, dt.datetime | None]]

    @property
    def denominator(self) -> int:
        """Everyone it concerns."""
        return len(self.people)

    @property
    def numerator(self) -> int:
        """Those who have read it."""
        return sum(1 for _person, at in self.people if at)

    @property
    def open(self) -> list[Person]:
        """Those who have not."""
        return [person for person, at in self.people if at is None]

    @property
    def is_late(self) -> bool:
        """Whether somebody is missing after the day it was to be read until."""
        return bool(self.open) and clock.today() > self.communication.due


def told(objective_set: ObjectiveSet) -> Told | None:
    """How far a set is acknowledged; None when it was not made known yet."""
    communication = (
        SetCommunication.objects.filter(objective_set=objective_set).select_related("sent_by").first()
    )
    if communication is None:
        return None
    read = dict(SetAcknowledgement.objects.filter(objective_set=objective_set).values_list("person_id", "at"))
    return Told(communication, [(person, read.get(person.pk)) for person in audience(objective_set)])
