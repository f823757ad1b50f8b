"""What of audits fulfils an item of the annual plan: programme, reports, corrective actions closed."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audits.models import Audit, AuditProgramme, Finding, Nonconformity
from qms import registry
from qms.models import Agency


def approved_programme(agency: Agency, year: int) -> registry.Fulfilment | None:
    """The approved audit programme of a year."""
    one = AuditProgramme.objects.filter(
        agency=agency, year=year, state=AuditProgramme.State.APPROVED, approved_at__isnull=False
    ).first()
    if one is None or one.approved_at is None:
        return None
    on = timezone.localdate(one.approved_at)
    return registry.Fulfilment(str(one), one.get_absolute_url(), on, f"{one._meta.label_lower}:{one.pk}")


def reported_audits(agency: Agency, year: int) -> registry.Fulfilment | None:
    """The last report of the year, once every audit of the year has one."""
    rows = Audit.objects.filter(agency=agency, starts_on__year=year).exclude(state=Audit.State.CANCELLED)
    audits = list(rows.order_by("reported_at"))
    if not audits or any(one.reported_at is None for one in audits):
        return None
    one = audits[-1]
    assert one.reported_at is not None
    on = timezone.localdate(one.reported_at)
    return registry.Fulfilment(str(one), one.get_absolute_url(), on, f"{one._meta.label_lower}:{one.pk}")


def corrected(agency: Agency, year: int) -> registry.Fulfilment | None:
    """The nonconformity of the year's audits closed last, once all of them are closed.

    Every audit of the year has its report, and every nonconformity it found has a case of its own.
    """
    if reported_audits(agency, year) is None:
        return None
    found = Finding.objects.filter(agency=agency, audit__starts_on__year=year)
    found = found.filter(grade__in=Finding.NONCONFORMITIES, state__in=Finding.STANDING)
    cases = list(
        Nonconformity.objects.filter(agency=agency, finding__audit__starts_on__year=year)
        .exclude(state=Nonconformity.State.CANCELLED)
        .order_by("closed_on", "code")
    )
    handled = {case.finding_id for case in cases if case.finding_id is not None}
    if not cases or any(case.closed_on is None or case.state != "closed" for case in cases):
        return None
    if found.exclude(pk__in=handled).exists():
        return None
    last = cases[-1]
    assert last.closed_on is not None
    return registry.Fulfilment(
        str(last), last.get_absolute_url(), last.closed_on, f"{last._meta.label_lower}:{last.pk}"
    )


def register() -> None:
    """Tell the registry."""
    registry.fulfilments.add(
        registry.FulfilmentKind(
            "audit_programme", _("Approved audit programme"), approved_programme, order=40
        ),
        registry.FulfilmentKind("audit_report", _("Reports of the year's audits"), reported_audits, order=41),
        registry.FulfilmentKind(
            "corrective_closed", _("All nonconformities of the year's audits closed"), corrected, order=50
        ),
    )
