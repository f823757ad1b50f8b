"""What of this app fulfils an item of the annual plan; other apps register the same of their own."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import LegalBasis, Paper
from documents.models.papers import ENDED_STATES
from objectives.models import ObjectiveReview, ObjectiveSet
from qms import registry
from qms.models import Agency

NAMED = Q(about__icontains="kiện toàn") | Q(about__icontains="thành lập")
COMMITTEE = Q(about__icontains="ban iso") | Q(about__icontains="ban chỉ đạo") & (
    Q(about__icontains="quản lý chất lượng") | Q(about__icontains="iso 9001")
)
"""How a decision about the committee says what it is about."""


def committee_named(agency: Agency, year: int) -> registry.Fulfilment | None:
    """The decision of a year that names the committee, from the list of legal bases.

    The portal does not make this paper; the secretary records it there, as papers cite it ever after.
    """
    rows = LegalBasis.objects.filter(NAMED, COMMITTEE, agency=agency, issued_on__year=year)
    one = rows.filter(kind__iexact="Quyết định").order_by("-issued_on", "number").first()
    if one is None:
        return None
    return registry.Fulfilment(
        f"{one} {one.about}", one.get_absolute_url(), one.issued_on, f"{one._meta.label_lower}:{one.pk}"
    )


def decision_of_the_year(agency: Agency, year: int) -> registry.Fulfilment | None:
    """The issued decision that publishes the agency's objectives of a year."""
    rows = (
        ObjectiveSet.objects.published()
        .filter(agency=agency, unit=None, year=year, paper__issued_on__isnull=False)
        .exclude(state="superseded")
        .exclude(paper__state__in=ENDED_STATES)
    )
    one = rows.select_related("paper").order_by("-in_force_from").first()
    return _issued(one.paper, one) if one else None


def report_of_the_year(agency: Agency, year: int) -> registry.Fulfilment | None:
    """The issued report of the year-end review of the agency's objectives."""
    rows = ObjectiveReview.objects.filter(
        agency=agency,
        objective_set__unit=None,
        objective_set__year=year,
        kind=ObjectiveReview.Kind.YEAR,
        state=ObjectiveReview.State.APPROVED,
        paper__issued_on__isnull=False,
    ).exclude(paper__state__in=ENDED_STATES)
    one = rows.select_related("paper").order_by("-paper__issued_on").first()
    return _issued(one.paper, one) if one else None


def _issued(paper: Paper | None, record: ObjectiveSet | ObjectiveReview) -> registry.Fulfilment | None:
    on: dt.date | None = paper.issued_on if paper else None
    if paper is None or on is None:
        return None
    return registry.Fulfilment(
        str(paper), paper.get_absolute_url(), on, f"{record._meta.label_lower}:{record.pk}"
    )


def register() -> None:
    """Tell the registry."""
    kind = registry.FulfilmentKind
    registry.fulfilments.add(
        kind("committee_decision", _("Decision of the year that names the committee"), committee_named, 10),
        kind(
            "objective_decision",
            _("Issued decision about the quality objectives"),
            decision_of_the_year,
            order=20,
        ),
        kind("year_report", _("Issued year-end report on the objectives"), report_of_the_year, order=65),
    )
