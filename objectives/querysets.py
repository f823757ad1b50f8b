"""Who sees which objectives: colleagues their agency's, a superior agency what is published."""

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from qms.models import AgencyQuerySet, Role

if TYPE_CHECKING:
    from qms.models import Person

PUBLISHED = ("in_force", "closed", "superseded")


def only_superior(person: "Person") -> bool:
    """Whether the person looks in from a superior agency and does nothing else here."""
    return bool(person.roles) and person.roles <= {Role.SUPERIOR}


class SetScopedQuerySet(AgencyQuerySet):
    """Rows that belong to an objective set; `set_path` leads to it ("" for the set itself)."""

    set_path = "objective_set"

    def visible_to(self, person: "Person | None") -> Self:
        """All of the own agency, published sets of subordinate agencies for the role of a superior."""
        if person is None:
            return self.none()
        to = f"{self.set_path}__" if self.set_path else ""
        own = Q(agency_id=person.agency_id)
        published = Q(**{f"{to}state__in": PUBLISHED, f"{to}unit": None})
        if only_superior(person):
            own &= published
        if Role.SUPERIOR in person.roles:
            own |= Q(agency__parent_id=person.agency_id) & published
        return self.filter(own)


class ObjectiveSetQuerySet(SetScopedQuerySet):
    """Objective sets."""

    set_path = ""

    def published(self) -> Self:
        """In force now or once."""
        return self.filter(state__in=PUBLISHED)


class PlanScopedQuerySet(AgencyQuerySet):
    """Rows that belong to an annual plan; `plan_path` leads to it ("" for the plan itself)."""

    plan_path = "plan"

    def visible_to(self, person: "Person | None") -> Self:
        """All of the own agency, published plans of subordinate agencies for the role of a superior."""
        if person is None:
            return self.none()
        to = f"{self.plan_path}__" if self.plan_path else ""
        own = Q(agency_id=person.agency_id)
        published = Q(**{f"{to}state__in": PUBLISHED})
        if only_superior(person):
            own &= published
        if Role.SUPERIOR in person.roles:
            own |= Q(agency__parent_id=person.agency_id) & published
        return self.filter(own)


class PlanQuerySet(PlanScopedQuerySet):
    """Annual plans."""

    plan_path = ""


class TargetScopedQuerySet(SetScopedQuerySet):
    """Rows that belong to a target."""

    set_path = "target__objective_set"
