"""What of objectives is evidence: decisions and plans in force (6.2), figures (9.1), telling (7.3, 7.4)."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.evidence import paper_files
from objectives.models import (
    MaintenancePlan,
    Measurement,
    ObjectiveReview,
    ObjectiveSet,
    PlanEvidence,
    SetCommunication,
)
from objectives.policies import staff
from objectives.querysets import PUBLISHED
from objectives.words import period_name
from qms import registry
from qms.models import Agency, StoredFile


def _in_force(one: "ObjectiveSet | MaintenancePlan", on: dt.date) -> registry.Evidence:
    """A set or plan as it stood on a day: in force, or ended and so no longer good."""
    ended = one.ended_on if one.ended_on is not None and one.ended_on <= on else None
    until = None if ended is None else ended - dt.timedelta(days=1)
    title = str(one.paper) if one.paper is not None else one.title
    assert one.in_force_from is not None
    state = "superseded" if ended else "active" if on.year <= one.year else "closed"
    return registry.Evidence(title, one.get_absolute_url(), one.in_force_from, state, valid_until=until)


def agency_sets(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """The agency's objective sets that had come into force."""
    rows = ObjectiveSet.objects.published().filter(agency=agency, unit=None, in_force_from__lte=on)
    ordered = rows.select_related("paper").order_by("-in_force_from", "-created_at")
    return registry.EvidenceFound.of(ordered, lambda one: _in_force(one, on))


def unit_sets(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """The objective sets of units that had come into force."""
    rows = ObjectiveSet.objects.published().filter(agency=agency, unit__isnull=False, in_force_from__lte=on)
    ordered = rows.select_related("paper").order_by("-in_force_from", "-created_at")
    return registry.EvidenceFound.of(ordered, lambda one: _in_force(one, on))


def plans(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """The annual plans that had come into force."""
    rows = MaintenancePlan.objects.filter(agency=agency, state__in=PUBLISHED, in_force_from__lte=on)
    ordered = rows.select_related("paper").order_by("-in_force_from", "-created_at")
    return registry.EvidenceFound.of(ordered, lambda one: _in_force(one, on))


def measurements(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Figures of the agency's published targets, as computed until the day."""
    rows = Measurement.objects.filter(
        agency=agency,
        unit=None,
        target__objective_set__unit=None,
        target__objective_set__state__in=PUBLISHED,
        computed_at__lt=registry.day_after(on),
    )

    def make(one: Measurement) -> registry.Evidence:
        target = one.target
        title = f"{target.code}. {target.label or target.text} · {period_name(one.span)}"
        day = timezone.localdate(one.computed_at)
        return registry.Evidence(title, target.get_absolute_url(), day, one.status)

    ordered = rows.select_related("target").order_by("-computed_at", "target__code")
    return registry.EvidenceFound.of(ordered, make)


def reviews(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Half-year and year-end reviews that had been approved."""
    rows = ObjectiveReview.objects.filter(
        agency=agency, state=ObjectiveReview.State.APPROVED, approved_at__lt=registry.day_after(on)
    )

    def make(one: ObjectiveReview) -> registry.Evidence:
        assert one.approved_at is not None
        day = timezone.localdate(one.approved_at)
        return registry.Evidence(str(one), one.get_absolute_url(), day, "approved")

    ordered = rows.select_related("objective_set__unit", "objective_set__agency").order_by("-approved_at")
    return registry.EvidenceFound.of(ordered, make)


def communications(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Objectives made known to everyone they concern."""
    rows = SetCommunication.objects.filter(agency=agency, created_at__lt=registry.day_after(on))

    def make(one: SetCommunication) -> registry.Evidence:
        made = one.objective_set
        day = timezone.localdate(one.created_at)
        return registry.Evidence(made.title, made.get_absolute_url(), day, "done", _("Made known"))

    return registry.EvidenceFound.of(rows.select_related("objective_set").order_by("-created_at"), make)


def _paper(one: "ObjectiveSet | ObjectiveReview", on: dt.date) -> list[StoredFile]:
    return paper_files(one.paper, on)


def _plan_files(one: MaintenancePlan, on: dt.date) -> list[StoredFile]:
    """The plan's paper, and what was attached to its items by the day."""
    until = registry.day_after(on)
    rows = PlanEvidence.objects.filter(item__plan=one, file__isnull=False, created_at__lt=until)
    held = rows.exclude(withdrawn_at__lt=until).select_related("file")
    return [*paper_files(one.paper, on), *(row.file for row in held if row.file is not None)]


def register() -> None:
    """Tell the registry."""
    kind = registry.EvidenceProvider
    registry.evidence.add(
        kind("objective_sets", _("Quality objectives issued"), ("6.2.1",), agency_sets, files=_paper),
        kind("unit_sets", _("Objectives of units"), ("6.2.1",), unit_sets, staff, _paper),
        kind("annual_plans", _("Annual plans"), ("6.2.2", "9.1.1"), plans, files=_plan_files),
        kind("measurements", _("Figures of targets"), ("9.1.1", "9.1.3"), measurements),
        kind("objective_reviews", _("Reviews of the objectives"), ("9.1.3",), reviews, staff, _paper),
        kind("communications", _("Objectives made known"), ("7.3", "7.4"), communications, staff),
    )
