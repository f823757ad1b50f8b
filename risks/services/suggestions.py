"""Suggestions: found by night, accepted or dismissed by people; a dismissal keeps its reason."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.models import Procedure
from objectives.models import Target
from qms import audit, clock, jobs
from qms.exceptions import Invalid, Problem
from qms.jobs import JobContext, job_kind
from qms.models import Agency, Clause, Job, Person
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked, move
from risks import policies, workflow
from risks.models import PlannedChange, Risk, RiskScale, RiskSource, Suggestion
from risks.providers import Found, all_providers
from risks.services.risks import risk_create, source_add

JOB = "risks.suggest"
State = Suggestion.State


def suggestions_request(agency: Agency, *, acting: Person | None = None) -> Job:
    """Have an agency's suggestions found anew, once at a time."""
    return jobs.enqueue(JOB, agency=agency, acting=acting, unique_key=str(agency.pk))


def suggestions_nightly() -> None:
    """Every agency that keeps registers."""
    for agency in Agency.objects.filter(pk__in=RiskScale.objects.values("agency")):
        suggestions_request(agency)


@job_kind(JOB, label=gettext_lazy("Look for risks in the data"))
def run(ctx: JobContext) -> None:
    """Ask every provider, then write what is new, what still holds and what lapsed, in one transaction."""
    today = clock.today()
    found: dict[str, list[Found]] = {}
    names = list(all_providers().items())
    for number, (name, provider) in enumerate(names):
        ctx.progress(number, len(names), name)
        found[name] = list(provider(ctx.agency, today))
    with ctx.completing() as result:
        result.update(suggestions_write(ctx.agency, found, today))


def suggestions_write(agency: Agency, found: dict[str, list[Found]], today: dt.date) -> dict[str, int]:
    """Keep what providers found: new ones open, decided ones stay decided, those not found again lapse."""
    counts = {"new": 0, "holding": 0, "lapsed": 0}
    with transaction.atomic():
        known = {row.key: row for row in Suggestion.objects.filter(agency=agency)}
        for provider, items in found.items():
            for item in items:
                row = known.get(item.key)
                counts["new" if row is None else "holding"] += 1
                _write(agency, provider, item, row, today)
        seen = {item.key for items in found.values() for item in items}
        for row in known.values():
            if row.state == State.OPEN and row.provider in found and row.key not in seen:
                changes = move(row, workflow.SUGGESTION["lapse"])
                audit.record("risks.suggestion.lapsed", row, changes, acting=None)
                counts["lapsed"] += 1
    return counts


def suggestion_accept(suggestion: Suggestion, *, acting: Person | None, note: str = "") -> Risk:
    """Take it over: an entry that already follows it gets the source and a review, else a new one is made."""
    with transaction.atomic(), locked(suggestion) as suggestion:
        require(policies.can_decide_suggestion(acting, suggestion))
        existing = suggestion.risk
        if existing is not None and policies.can_edit(acting, existing):
            risk = existing
            audit.apply(risk, next_review_on=clock.today())
        else:
            risk = _risk_from(suggestion, acting)
        source_add(risk, acting=acting, **_source_of(suggestion))
        changes = move(
            suggestion,
            workflow.SUGGESTION["accept"],
            decided_by=acting,
            decided_at=clock.now(),
            decision_note=nfc(note.strip()),
            risk=risk,
        )
        audit.record("risks.suggestion.accepted", suggestion, changes, acting=acting, note=risk.code)
    return risk


def suggestion_dismiss(suggestion: Suggestion, *, acting: Person | None, reason: str) -> Suggestion:
    """Leave it be, with the reason; the same finding does not come back."""
    reason = nfc(reason.strip())
    if not reason:
        raise Invalid([Problem("reason", _("Give the reason."))])
    with transaction.atomic(), locked(suggestion) as suggestion:
        require(policies.can_decide_suggestion(acting, suggestion))
        changes = move(
            suggestion,
            workflow.SUGGESTION["dismiss"],
            decided_by=acting,
            decided_at=clock.now(),
            decision_note=reason,
        )
        audit.record("risks.suggestion.dismissed", suggestion, changes, acting=acting, note=reason)
    return suggestion


def _write(agency: Agency, provider: str, item: Found, row: Suggestion | None, today: dt.date) -> None:
    values = {
        "provider": provider,
        "kind": item.kind,
        "source_kind": item.source_kind,
        "title": item.title[:300],
        "reason": item.reason,
        "url": item.url[:300],
        "unit": item.unit,
        "draft": item.draft,
        "seen_on": today,
    }
    if row is None:
        made = Suggestion.objects.create(agency=agency, key=item.key, risk_id=item.risk, **values)
        audit.record("risks.suggestion.found", made, acting=None, note=item.reason)
        return
    if row.state == State.OBSOLETE:
        move(row, workflow.SUGGESTION["return"])
    if row.state == State.OPEN:
        audit.apply(row, **values, risk_id=item.risk)


def _risk_from(suggestion: Suggestion, acting: Person | None) -> Risk:
    draft = suggestion.draft
    fields = {name: draft[name] for name in ("process", "event", "cause", "consequence") if draft.get(name)}
    return risk_create(
        suggestion.agency,
        acting=acting,
        kind=suggestion.kind,
        unit=suggestion.unit,
        procedure=_procedure(suggestion),
        clause=clause_near(draft.get("clause", "")),
        **({"process": suggestion.title[:255], "event": suggestion.title} | fields),
    )


def _source_of(suggestion: Suggestion) -> dict[str, Any]:
    draft = suggestion.draft
    links: dict[str, Any] = {}
    if draft.get("target"):
        links["target"] = Target.objects.filter(agency=suggestion.agency, pk=draft["target"]).first()
    if draft.get("change"):
        links["change"] = PlannedChange.objects.filter(agency=suggestion.agency, pk=draft["change"]).first()
    label = f"{suggestion.title}. {suggestion.reason}"
    return {"kind": RiskSource.Kind(suggestion.source_kind), "label": label, "url": suggestion.url, **links}


def _procedure(suggestion: Suggestion) -> Procedure | None:
    key = suggestion.draft.get("procedure")
    rows = Procedure.objects.filter(agency=suggestion.agency)
    return rows.filter(pk=key).first() if key else None


def clause_near(code: str) -> Clause | None:
    """The clause with a code in a published edition, or the nearest one above it."""
    while code:
        rows = Clause.objects.filter(code=code, edition__published_on__isnull=False)
        found = rows.order_by("-edition__published_on").first()
        if found is not None:
            return found
        code = code.rpartition(".")[0]
    return None
