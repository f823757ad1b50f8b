"""Tamper evidence of the audit trail (7.5.3): seals over stretches of it, chained one to the next.

The database refuses changes to the trail, but whoever owns the database can lift that. A seal keeps
the fingerprint of every entry and of the seal before; verifying tells which entry was changed,
removed or slipped in. Whoever writes down the last digest elsewhere can prove even that nothing was
cut off the end.
"""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms import clock, jobs, notation
from qms.models import Agency, AuditEntry, AuditSeal

SCHEME = 1
MOST_ENTRIES = 5000
SETTLED_AFTER = dt.timedelta(hours=1)
"""A transaction may write an entry well before it commits; only what is older than this is sealed."""

HASHED = (
    "id",
    "at",
    "agency_id",
    "actor_id",
    "on_behalf_of_id",
    "actor_label",
    "verb",
    "subject_kind",
    "subject_id",
    "subject_label",
    "changes",
    "note",
    "request_id",
    "job_id",
    "ip",
)


@dataclass
class Report:
    """What verifying found. `problems` is empty when every sealed entry is as it was."""

    seals: int = 0
    sealed: int = 0
    unsealed: int = 0
    digest: str = ""
    sealed_at: dt.datetime | None = None
    problems: list[str] = field(default_factory=list)


def fingerprint(entry: AuditEntry) -> str:
    """SHA-256 over every field of an entry, in a form that is the same on every database."""
    return hashlib.sha256(_canonical([getattr(entry, name) for name in HASHED])).hexdigest()


def _canonical(value: object) -> bytes:
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain
    ).encode()


def _plain(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return str(value)


def _after(
    rows: "models.QuerySet[AuditEntry]", at: dt.datetime, pk: uuid.UUID
) -> "models.QuerySet[AuditEntry]":
    return rows.filter(Q(at__gt=at) | Q(at=at, id__gt=pk))


def _up_to(
    rows: "models.QuerySet[AuditEntry]", at: dt.datetime, pk: uuid.UUID
) -> "models.QuerySet[AuditEntry]":
    return rows.filter(Q(at__lt=at) | Q(at=at, id__lte=pk))


def _trail(agency: Agency | None) -> "models.QuerySet[AuditEntry]":
    return AuditEntry.objects.filter(agency=agency).order_by("at", "id")


def _digest(seal: AuditSeal) -> str:
    parts = [
        seal.previous,
        seal.agency_id,
        seal.number,
        seal.scheme,
        seal.up_to_at,
        seal.up_to_id,
        seal.count,
        seal.entries,
    ]
    return hashlib.sha256(_canonical(parts)).hexdigest()


def last_seal(agency: Agency | None) -> AuditSeal | None:
    """The newest seal of an agency's trail (None: of what belongs to no agency)."""
    found: AuditSeal | None = AuditSeal.objects.filter(agency=agency).order_by("-number").first()
    return found


def seal(agency: Agency | None, *, until: dt.datetime | None = None) -> list[AuditSeal]:
    """Seal the settled entries since the last seal (those before `until`); gives the new seals."""
    before = until or clock.now() - SETTLED_AFTER
    made: list[AuditSeal] = []
    while True:
        previous = last_seal(agency)
        rows = _trail(agency).filter(at__lt=before)
        if previous is not None:
            rows = _after(rows, previous.up_to_at, previous.up_to_id)
        entries = list(rows[:MOST_ENTRIES])
        if not entries:
            return made
        new = AuditSeal(
            agency=agency,
            number=previous.number + 1 if previous else 1,
            scheme=SCHEME,
            sealed_at=clock.now(),
            up_to_at=entries[-1].at,
            up_to_id=entries[-1].pk,
            count=len(entries),
            entries=[[str(entry.pk), fingerprint(entry)] for entry in entries],
            previous=previous.digest if previous else "",
        )
        new.digest = _digest(new)
        try:
            with transaction.atomic():
                new.save(force_insert=True)
        except IntegrityError:  # somebody else seals right now
            return made
        made.append(new)


def seal_all() -> int:
    """Seal the trails of all agencies and the portal's own; run every night. Gives the entries sealed."""
    owners: Iterable[Agency | None] = [None, *Agency.objects.all()]
    return sum(one.count for owner in owners for one in seal(owner))


def verify(agency: Agency | None, *, expected: str = "") -> Report:
    """Compare the trail with its seals; with `expected`, that digest must be among the seals."""
    report = Report()
    previous: AuditSeal | None = None
    digests = set()
    for one in AuditSeal.objects.filter(agency=agency).order_by("number").iterator(chunk_size=20):
        report.problems += _wrong_with_seal(one, previous)
        report.problems += _wrong_with_entries(agency, one, previous)
        report.seals += 1
        report.sealed += one.count
        report.digest, report.sealed_at = one.digest, one.sealed_at
        digests.add(one.digest)
        previous = one
    rest = _trail(agency)
    if previous is not None:
        rest = _after(rest, previous.up_to_at, previous.up_to_id)
    report.unsealed = rest.count()
    if expected and expected not in digests:
        report.problems.append(_("No seal has the digest %(digest)s.") % {"digest": expected})
    return report


def _wrong_with_seal(one: AuditSeal, previous: AuditSeal | None) -> Iterator[str]:
    if one.number != (previous.number + 1 if previous else 1):
        yield _("A seal before seal %(number)s is missing.") % {"number": one.number}
    elif one.previous != (previous.digest if previous else ""):
        yield _("Seal %(number)s does not follow from the seal before it.") % {"number": one.number}
    if one.digest != _digest(one):
        yield _("Seal %(number)s was changed.") % {"number": one.number}


def _wrong_with_entries(agency: Agency | None, one: AuditSeal, previous: AuditSeal | None) -> Iterator[str]:
    rows = _up_to(_trail(agency), one.up_to_at, one.up_to_id)
    if previous is not None:
        rows = _after(rows, previous.up_to_at, previous.up_to_id)
    sealed: dict[str, str] = dict(one.entries)
    for entry in rows.iterator(chunk_size=1000):
        known = sealed.pop(str(entry.pk), None)
        if known is None:
            yield _("Added after sealing: %(entry)s") % {"entry": _named(entry)}
        elif known != fingerprint(entry):
            yield _("Changed after sealing: %(entry)s") % {"entry": _named(entry)}
    for pk in sealed:
        yield _("Removed (or moved in time) after seal %(number)s: entry %(entry)s") % {
            "number": one.number,
            "entry": pk,
        }


def _named(entry: AuditEntry) -> str:
    return f"{notation.moment(entry.at)} {entry.actor_label}: {entry.verb} ({entry.pk})"


VERIFY = "qms.audit.verify"


@jobs.job_kind(VERIFY, label=gettext_lazy("Check the audit trail against its seals"))
def verify_run(ctx: jobs.JobContext) -> None:
    """Verify one agency's trail; the result tells in words what was found."""
    report = verify(ctx.agency)
    if report.problems:
        message = _("%(count)s entries or seals are not as they were sealed.") % {
            "count": len(report.problems)
        }
    else:
        message = _(
            "All %(sealed)s sealed entries are unchanged. %(unsealed)s newer ones are not sealed yet."
        )
        message %= {"sealed": notation.number(report.sealed), "unsealed": notation.number(report.unsealed)}
    with ctx.completing(
        {
            "message": message,
            "problems": report.problems[:200],
            "digest": report.digest,
            "ok": not report.problems,
        }
    ):
        pass
