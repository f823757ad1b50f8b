"""What of this app fulfils an item of the annual plan; other apps register the same of their own."""

from django.utils.translation import gettext_lazy as _

from objectives.models import ObjectiveSet
from qms import registry
from qms.models import Agency


def decision_of_the_year(agency: Agency, year: int) -> registry.Fulfilment | None:
    """The issued decision that publishes the agency's objectives of a year."""
    one = (
        ObjectiveSet.objects.published()
        .filter(agency=agency, unit=None, year=year, paper__issued_on__isnull=False)
        .exclude(state="superseded")
        .select_related("paper")
        .order_by("-in_force_from")
        .first()
    )
    if one is None or one.paper is None or one.paper.issued_on is None:
        return None
    return registry.Fulfilment(
        str(one.paper),
        one.paper.get_absolute_url(),
        one.paper.issued_on,
        f"{one._meta.label_lower}:{one.pk}",
    )


def register() -> None:
    """Tell the registry."""
    registry.fulfilments.add(
        registry.FulfilmentKind(
            "objective_decision",
            _("Issued decision about the quality objectives"),
            decision_of_the_year,
            order=20,
        )
    )
