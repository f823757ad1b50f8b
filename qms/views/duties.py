"""My reading, training and acknowledgements; the rates of a unit and of the agency."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from qms import clock, duties, home
from qms.models import OrgUnit, Person
from qms.policies import any_role, require, signed_in
from qms.views.base import ExportView, PageView


def tabs_for(person: Person, current: str) -> list[dict[str, Any]]:
    """Mine; my units for a head; the whole agency for the board."""
    tabs = [{"label": _("My own"), "url": reverse("duties"), "current": current == "mine"}]
    headed = OrgUnit.objects.filter(pk__in=home.units_headed(person)).order_by("order", "name")
    for unit in headed:
        url = reverse("duties-unit", args=[unit.pk])
        tabs.append({"label": str(unit.label), "url": url, "current": current == str(unit.pk)})
    if duties.on_board(person):
        tabs.append(
            {"label": _("Whole agency"), "url": reverse("duties-agency"), "current": current == "agency"}
        )
    return [tab | {"count": None} for tab in tabs]


class Duties(PageView):
    """Everything one person has to read, learn and acknowledge, on one page."""

    template_name = "qms/duties.html"
    policy = signed_in

    def page(self) -> dict[str, Any]:
        return self.about(self.person)

    def about(self, person: Person) -> dict[str, Any]:
        """The page of a person."""
        groups = duties.duties_of(person)
        return {
            "tabs": tabs_for(self.person, "mine" if person.pk == self.person.pk else ""),
            "one": person,
            "own": person.pk == self.person.pk,
            "groups": groups,
            "waiting": sum(len(group.open) for group in groups),
            "rate": duties.rates_of_people([person])[0].total,
            "today": clock.today(),
        }


class DutiesOfPerson(Duties):
    """The same page of somebody else, for the head of the unit and the board."""

    def page(self) -> dict[str, Any]:
        other = self.find(Person.objects.select_related("unit", "agency"), pk=self.kwargs["pk"])
        require(duties.can_see_person(self.person, other))
        return self.about(other)


class DutiesOfUnit(PageView):
    """How far everybody of a unit is."""

    template_name = "qms/duty_rates.html"
    policy = signed_in

    def page(self) -> dict[str, Any]:
        unit = self.find(OrgUnit, pk=self.kwargs["pk"])
        require(duties.can_see_unit(self.person, unit))
        rows = duties.rates_of_people(duties.staff_of(self.agency, frozenset([unit.pk])))
        return {
            "tabs": tabs_for(self.person, str(unit.pk)),
            "unit": unit,
            "kinds": duties.kinds(),
            "rows": rows,
            "whole": duties.summed(unit, rows),
        }


class DutiesOfAgency(PageView):
    """How far every unit is, and the agency."""

    template_name = "qms/duty_rates.html"
    policy = any_role(*duties.BOARD)

    def page(self) -> dict[str, Any]:
        rows, whole = duties.rates_of_units(self.agency)
        return {
            "tabs": tabs_for(self.person, "agency"),
            "unit": None,
            "kinds": duties.kinds(),
            "rows": rows,
            "whole": whole,
        }


class DutiesExport(ExportView):
    """The rates of everybody as a workbook."""

    policy = any_role(*duties.BOARD)
    filename = "doc-hoc-xac-nhan.xlsx"

    def header(self) -> list[str]:
        titles = [_("Person"), _("Unit")]
        for kind in duties.kinds():
            titles += [f"{kind.label}: {_('done')}", f"{kind.label}: {_('in all')}"]
        return titles

    def lines(self) -> Iterable[Sequence[Any]]:
        for row in duties.rates_of_people(duties.staff_of(self.agency)):
            figures = [figure for one in row.counts for figure in (one.done, one.asked)]
            yield (row.subject.full_name, row.subject.unit.label if row.subject.unit else "", *figures)
