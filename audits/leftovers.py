"""What a year leaves open in checking and improvement, listed when the next year is started."""

from collections.abc import Iterator

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from audits.models import CorrectiveAction, Nonconformity, ReviewDecision
from qms import registry
from qms.models import Agency


def cases(agency: Agency, year: int) -> Iterator[registry.LeftOpen]:
    """Nonconformities found by the end of a year and not closed, with how many actions are still to do."""
    rows = Nonconformity.objects.filter(agency=agency, year__lte=year)
    to_do = Count("actions", filter=Q(actions__state=CorrectiveAction.State.OPEN))
    for one in rows.exclude(state__in=Nonconformity.ENDED).annotate(to_do=to_do).order_by("code"):
        words = {"case": one, "count": one.to_do, "state": one.get_state_display()}
        yield registry.LeftOpen(
            _("Nonconformity %(case)s not closed (%(state)s; corrective actions to do: %(count)s)") % words,
            one.get_absolute_url(),
        )


def decisions(agency: Agency, year: int) -> Iterator[registry.LeftOpen]:
    """Decisions of management reviews that were due by the end of a year and are not carried out."""
    rows = ReviewDecision.objects.filter(
        agency=agency, state=ReviewDecision.State.OPEN, deadline__year__lte=year
    )
    for one in rows.select_related("review").order_by("deadline"):
        words = {"text": one.text[:160], "day": f"{one.deadline:%d/%m/%Y}"}
        yield registry.LeftOpen(
            _("Decision of the management review not carried out, due %(day)s: %(text)s") % words,
            one.review.get_absolute_url(),
        )
