"""What of this app fulfils an item of the annual plan; other apps register the same of their own."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from documents import registry as papers
from documents import wording
from documents.content import Kind
from documents.models import LegalBasis, Paper, PaperState
from documents.models.legal import Decides
from documents.models.papers import ENDED_STATES
from objectives.models import ObjectiveReview, ObjectiveSet
from objectives.paper_words import COMMITTEE, COMMITTEE_DECISION
from qms import registry
from qms.models import Agency


def committee_named(agency: Agency, year: int) -> registry.Fulfilment | None:
    """The decision of a year that names the committee: issued here, else recorded among the legal bases.

    Both say so by what they are for (the purpose of the paper, what the legal basis decides on), not by
    their words.
    """
    standing = (PaperState.ISSUED, PaperState.CORRECTED)
    issued = Paper.objects.filter(agency=agency, purpose=COMMITTEE, issued_on__year=year, state__in=standing)
    paper = issued.order_by("-issued_on").first()
    if paper is not None and paper.issued_on is not None:
        key = f"{paper._meta.label_lower}:{paper.pk}"
        return registry.Fulfilment(str(paper), paper.get_absolute_url(), paper.issued_on, key)
    rows = LegalBasis.objects.filter(agency=agency, decides=Decides.COMMITTEE, issued_on__year=year)
    one = rows.order_by("-issued_on", "number").first()
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
    """Tell the registry, and the papers what the decision that names the committee is for."""
    wording.add(COMMITTEE_DECISION)
    papers.add(papers.Purpose(COMMITTEE, _("Name the ISO committee"), Kind.DECISION))
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
