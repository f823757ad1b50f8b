"""What the portal notices by itself: targets in danger, late dossiers, complaints, dead bases, changes (6.1).

Each function is a provider of suggestions (`risks/providers.py`): it reads, never writes.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.models import LegalBasis
from dossiers import selectors as dossiers
from dossiers.facts import Window
from dossiers.models import Procedure
from feedback.models import Feedback
from objectives import words
from objectives.formulas import Status
from objectives.models import ObjectiveSet, SetState, Target
from objectives.selectors.figures import Cell, Figures
from qms import agency_settings, clock, notation
from qms.models import Agency, OrgUnit, OrgUnitChange
from risks.models import PlannedChange, Risk, RiskSource
from risks.providers import Found

LATE = "late+open_overdue"
LEGAL_WARNING = dt.timedelta(days=60)
UNIT_CHANGE_SPAN = dt.timedelta(days=180)


def targets_in_danger(agency: Agency, today: dt.date) -> Iterator[Found]:
    """Targets of the year that are unmet, in danger, or met only while open overdue dossiers are left out."""
    sets = ObjectiveSet.objects.filter(agency=agency, year=today.year, state=SetState.IN_FORCE)
    rows = Target.objects.filter(objective_set__in=sets).select_related("objective_set__unit")
    targets = list(rows)
    figures = Figures(targets, period=str(today.year))
    followed = _followed(agency, "sources__target_id")
    for target in targets:
        cell = figures.cell(target, str(today.year), target.objective_set.unit_id)
        reason = _danger(target, cell)
        if reason:
            yield Found(
                key=f"target:{target.pk}",
                source_kind=RiskSource.Kind.OBJECTIVE,
                title=_("Target %(code)s is not safe: %(text)s")
                % {"code": target.code, "text": target.label or target.text},
                reason=reason,
                url=target.get_absolute_url(),
                unit=target.objective_set.unit,
                draft=_target_draft(target),
                risk=followed.get(target.pk),
            )


def _danger(target: Target, cell: Cell) -> str:
    if not cell.has_rate:
        return ""
    rate = words.percent_of(target, cell.numerator or 0, cell.denominator or 0)
    facts = {
        "rate": f"{rate} ({notation.number(cell.numerator or 0)}/{notation.number(cell.denominator or 0)})",
        "goal": words.goal_of(target),
    }
    if cell.status == Status.NOT_ACHIEVED:
        return _("So far %(rate)s, the target is %(goal)s.") % facts
    if cell.status == Status.AT_RISK:
        return _("So far %(rate)s; the target %(goal)s is in danger.") % facts
    if cell.strict_fails:
        words_of = _("%(rate)s by the published formula, but not %(goal)s once %(n)s open overdue count in.")
        return words_of % (facts | {"n": notation.number(cell.open_overdue)})
    return ""


def _target_draft(target: Target) -> dict[str, Any]:
    return {
        "process": _("Carrying out the quality objectives"),
        "event": _("Target %(code)s is missed: %(text)s") % {"code": target.code, "text": target.text},
        "consequence": _("A quality objective of the year is not achieved."),
        "target": str(target.pk),
        "clause": "6.2",
    }


def overdue_clusters(agency: Agency, today: dt.date) -> Iterator[Found]:
    """Procedures with many late or open overdue dossiers in the last days the data cover."""
    as_of = dossiers.data_as_of(agency)
    if as_of is None:
        return
    days = int(agency_settings.get(agency, "risks.cluster_days", today))
    window = Window(as_of - dt.timedelta(days=days), as_of)
    tallies = dossiers.counts(agency, windows=[window], as_of=as_of, by="procedure")
    least = int(agency_settings.get(agency, "risks.cluster_dossiers", today))
    share = int(agency_settings.get(agency, "risks.cluster_percent", today))
    procedures = Procedure.objects.filter(agency=agency).in_bulk()
    followed = _followed(agency, "procedure_id")
    quarter = (today.month - 1) // 3 + 1
    for pk in sorted(tallies.groups(), key=str):
        counts = tallies.of(window, pk)
        late = counts["late"] + counts["open_overdue"]
        base = counts["resolved"] + counts["open_overdue"]
        if late < least or 100 * late < share * base or pk not in procedures:
            continue
        procedure = procedures[pk]
        late_event = _("Dossiers of the procedure “%(name)s” are resolved late")
        unit, in_unit = _unit_most(agency, window, as_of, procedure)
        yield Found(
            key=f"dossiers:{pk}:{today.year}-Q{quarter}",
            source_kind=RiskSource.Kind.DOSSIERS,
            title=_("Overdue dossiers pile up: %(procedure)s") % {"procedure": procedure.name},
            reason=_cluster_words(late, counts["open_overdue"], base, days, as_of, unit, in_unit),
            url=dossiers.trace_url(LATE, window, as_of=as_of, procedure=procedure),
            unit=unit,
            draft={
                "process": procedure.name[:255],
                "event": late_event % {"name": procedure.name},
                "consequence": _("The on-time target is missed, citizens wait and complain."),
                "procedure": str(procedure.pk),
                "clause": "8.5.1",
            },
            risk=followed.get(pk),
        )


def _unit_most(
    agency: Agency, window: Window, as_of: dt.datetime, procedure: Procedure
) -> tuple[OrgUnit | None, int]:
    """The unit with most of the late dossiers of a procedure, among those that still exist."""
    rows = dossiers.trace(agency, LATE, window, as_of=as_of, procedure=procedure)
    counted = Counter(rows.order_by().values_list("unit_id", flat=True))
    units = OrgUnit.objects.filter(agency=agency).in_bulk(list(counted))
    for pk, number in counted.most_common():
        unit = units.get(pk)
        if unit is not None and unit.exists_on(clock.today()):
            return unit, number
    return None, 0


def _cluster_words(
    late: int, open_late: int, base: int, days: int, as_of: dt.datetime, unit: OrgUnit | None, in_unit: int
) -> str:
    text = ngettext(
        "%(late)s late dossier of %(base)s (%(rate)s) in %(days)s days to %(day)s, %(open)s still open.",
        "%(late)s late dossiers of %(base)s (%(rate)s) in %(days)s days to %(day)s, %(open)s still open.",
        late,
    ) % {
        "late": notation.number(late),
        "base": notation.number(base),
        "days": days,
        "day": f"{as_of:%d/%m/%Y}",
        "rate": notation.percent(late, base),
        "open": notation.number(open_late),
    }
    if unit is not None and in_unit < late:
        text += " " + _("Most of them in %(unit)s (%(n)s).") % {"unit": unit.label, "n": in_unit}
    return text


def expired_bases(agency: Agency, today: dt.date) -> Iterator[Found]:
    """Legal bases that have expired, will within two months, or have been replaced."""
    rows = LegalBasis.objects.filter(agency=agency).select_related("replaced_by")
    for basis in rows.filter(Q(expires_on__lt=today + LEGAL_WARNING) | Q(replaced_by__isnull=False)):
        ended = basis.ended_by(today)
        if basis.expires_on is None:
            reason = _("It has been replaced.")
        elif ended:
            reason = _("No longer in force since %(day)s.") % {"day": f"{basis.expires_on:%d/%m/%Y}"}
        else:
            reason = _("In force only until %(day)s.") % {"day": f"{basis.expires_on:%d/%m/%Y}"}
        if basis.replaced_by is not None:
            reason += " " + _("Replaced by %(basis)s.") % {"basis": basis.replaced_by}
        yield Found(
            key=f"legal:{basis.pk}",
            source_kind=RiskSource.Kind.LEGAL,
            title=_("A legal basis has ended: %(basis)s") % {"basis": basis}
            if ended or basis.expires_on is None
            else _("A legal basis is about to end: %(basis)s") % {"basis": basis},
            reason=reason,
            draft={
                "process": _("Control of external documents"),
                "event": _("Work still follows %(basis)s, which is no longer in force") % {"basis": basis},
                "cause": basis.about,
                "consequence": _("Results against the law, papers that cite a dead basis."),
                "clause": "7.5.3",
            },
        )


def unit_changes(agency: Agency, today: dt.date) -> Iterator[Found]:
    """Units founded, merged, split, renamed or closed lately or soon."""
    span = (today - UNIT_CHANGE_SPAN, today + UNIT_CHANGE_SPAN / 2)
    changes = OrgUnitChange.objects.filter(agency=agency, on__range=span)
    if not changes.exists():
        return
    started = OrgUnit.objects.filter(agency=agency).aggregate(first=Min("valid_from"))["first"]
    for change in changes.prefetch_related("before", "after"):
        if change.kind == OrgUnitChange.Kind.CREATED and change.on == started:
            continue
        before, after = list(change.before.all()), list(change.after.all())
        names = ", ".join(unit.label for unit in before or after)
        left = Risk.objects.filter(agency=agency, unit__in=before).exclude(state=Risk.State.CLOSED)
        orphans = left.exclude(unit__in=[unit for unit in before if unit.exists_on(today)]).count()
        reason = _("%(what)s on %(day)s.") % {
            "what": change.get_kind_display(),
            "day": f"{change.on:%d/%m/%Y}",
        }
        if orphans:
            reason += " " + ngettext(
                "%(n)s entry is still with a unit that no longer exists.",
                "%(n)s entries are still with units that no longer exist.",
                orphans,
            ) % {"n": orphans}
        yield Found(
            key=f"unit:{change.pk}",
            source_kind=RiskSource.Kind.UNIT,
            title=_("Units changed: %(names)s") % {"names": names},
            reason=reason,
            unit=next((unit for unit in after if unit.exists_on(today)), None),
            draft={
                "process": _("Assignment of work"),
                "event": _("Dossiers and records are lost or late while units change: %(names)s")
                % {"names": names},
                "cause": _("Handing over without a list; procedures still name the former unit."),
                "clause": "5.3",
            },
        )


def changes_without_risks(agency: Agency, today: dt.date) -> Iterator[Found]:
    """Planned changes being considered or approved that name no risk yet."""
    states = [PlannedChange.State.IN_REVIEW, PlannedChange.State.APPROVED]
    rows = PlannedChange.objects.filter(agency=agency, state__in=states).select_related("unit")
    rows = rows.filter(risk_sources=None).exclude(touches__risk__isnull=False).distinct()
    for change in rows:
        yield Found(
            key=f"change:{change.pk}",
            source_kind=RiskSource.Kind.CHANGE,
            title=_("A planned change names no risk: %(change)s") % {"change": change.title},
            reason=_("Takes effect on %(day)s; its consequences are told, but no risk follows them up.")
            % {"day": f"{change.takes_effect_on:%d/%m/%Y}"},
            url=change.get_absolute_url(),
            unit=change.unit,
            draft={
                "process": change.get_kind_display(),
                "event": change.consequences[:500],
                "cause": change.title,
                "change": str(change.pk),
                "clause": "6.3",
            },
        )


def repeated_complaints(agency: Agency, today: dt.date) -> Iterator[Found]:
    """Procedures, or units where no procedure is named, with several justified complaints lately."""
    days = int(agency_settings.get(agency, "risks.complaint_days", today))
    least = int(agency_settings.get(agency, "risks.complaints", today))
    rows = Feedback.objects.filter(
        agency=agency,
        kind__in=[Feedback.Kind.COMPLAINT, Feedback.Kind.REPORT],
        finding__in=[Feedback.Finding.FOUNDED, Feedback.Finding.PARTLY],
        received_on__gt=today - dt.timedelta(days=days),
        received_on__lte=today,
    )
    groups: dict[str, list[Feedback]] = {}
    for row in rows.select_related("procedure", "unit").order_by("received_on", "code"):
        if row.procedure_id or row.unit_id:
            place = f"procedure:{row.procedure_id}" if row.procedure_id else f"unit:{row.unit_id}"
            groups.setdefault(place, []).append(row)
    followed = _followed(agency, "procedure_id")
    for place, cases in groups.items():
        if len(cases) >= least:
            yield _complaints_found(place, cases, days, followed)


def _complaints_found(place: str, cases: list[Feedback], days: int, followed: dict[Any, Any]) -> Found:
    last = cases[-1]
    procedure = last.procedure
    name = procedure.name if procedure else last.unit.label if last.unit else ""
    units = Counter(case.unit for case in cases if case.unit is not None)
    unit = next((one for one, _number in units.most_common() if one.exists_on(clock.today())), None)
    reason = ngettext(
        "%(n)s justified complaint in %(days)s days, the last one %(code)s: %(matter)s",
        "%(n)s justified complaints in %(days)s days, the last one %(code)s: %(matter)s",
        len(cases),
    ) % {"n": len(cases), "days": days, "code": last.code, "matter": last.subject}
    return Found(
        key=f"complaints:{place}:{last.received_on.year}",
        source_kind=RiskSource.Kind.COMPLAINT,
        title=_("Justified complaints repeat: %(name)s") % {"name": name},
        reason=reason,
        url=last.get_absolute_url(),
        unit=unit,
        draft={
            "process": name[:255],
            "event": _("Citizens complain again about “%(name)s”") % {"name": name},
            "cause": last.subject,
            "consequence": _("Citizens lose trust, satisfaction falls, the agency has to apologise."),
            "procedure": str(procedure.pk) if procedure else "",
            "clause": "8.2.1",
        },
        risk=followed.get(procedure.pk) if procedure else None,
    )


def _followed(agency: Agency, field: str) -> dict[Any, Any]:
    """Key of what is followed up -> the newest entry that does so."""
    rows = Risk.objects.filter(agency=agency).exclude(state=Risk.State.CLOSED).exclude(**{field: None})
    return dict(rows.order_by("created_at").values_list(field, "pk"))
