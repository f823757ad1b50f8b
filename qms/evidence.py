"""What the core itself shows for clauses: units and roles (5.3), what does not apply (4.3)."""

import datetime as dt

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from qms import registry
from qms.models import Agency, ClauseApplicability, OrgUnit, RoleAssignment


def holding(on: dt.date) -> Q:
    """Rows with a span of validity that holds on a day."""
    return Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gte=on))


def units(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """The units of a day."""
    rows = OrgUnit.objects.filter(holding(on), agency=agency).order_by("-valid_from", "order", "code")
    return registry.EvidenceFound.of(
        rows,
        lambda row: registry.Evidence(
            row.name, reverse("unit-detail", args=[row.pk]), row.valid_from, "active", stands=True
        ),
    )


def roles(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """The roles people held on a day, the last assigned first."""
    rows = (
        RoleAssignment.objects.filter(holding(on), agency=agency)
        .select_related("person")
        .order_by("-valid_from", "person__full_name", "role")
    )
    return registry.EvidenceFound.of(
        rows,
        lambda row: registry.Evidence(
            str(row), row.person.get_absolute_url(), row.valid_from, "active", stands=True
        ),
    )


def scope(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """What was said about clauses that apply or do not, as it held on a day."""
    rows = (
        ClauseApplicability.objects.filter(holding(on), agency=agency)
        .select_related("clause")
        .order_by("-valid_from", "clause__order")
    )

    def make(row: ClauseApplicability) -> registry.Evidence:
        words = _now("Applies: %(clause)s") if row.applicable else _now("Does not apply: %(clause)s")
        url = reverse("clause", args=[row.clause_id])
        return registry.Evidence(words % {"clause": row.clause}, url, row.valid_from, "active", stands=True)

    return registry.EvidenceFound.of(rows, make)


def register() -> None:
    """Tell the registry."""
    registry.evidence.add(
        registry.EvidenceProvider("scope", _("Clauses that apply, with justification"), ("4.3",), scope),
        registry.EvidenceProvider("units", _("Units"), ("5.3",), units),
        registry.EvidenceProvider("roles", _("Roles assigned"), ("5.3",), roles),
    )
