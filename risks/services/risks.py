"""Writing risks and opportunities down, scoring and treating them (6.1.1, 6.1.2)."""

import datetime as dt
import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from qms import audit, clock, search
from qms.exceptions import Invalid, Problem
from qms.models import Agency, OrgUnit, Person
from qms.policies import require
from qms.text import nfc
from qms.workflow import hold, locked
from risks import matrix, policies
from risks.models import Register, RegisterRow, Risk, RiskAcceptance, RiskScale, RiskScore, RiskSource
from risks.selectors.scale import scale_in_force
from risks.services.holding import held

TEXTS = ("process", "event", "cause", "consequence", "controls")
CHANGEABLE = (*TEXTS, "procedure", "clause", "owner", "next_review_on")
LINKS = {
    "issue": RiskSource.Kind.ISSUE,
    "party": RiskSource.Kind.PARTY,
    "target": RiskSource.Kind.OBJECTIVE,
    "change": RiskSource.Kind.CHANGE,
}
"""What a source may point at, and the kind of source that makes it."""
PREFIXES = {Risk.Kind.RISK: "RR", Risk.Kind.OPPORTUNITY: "CH"}
_CONTROL_WORDS = re.compile(
    r"^\s*(không có|thiếu|chưa có)\s+(quy trình|kiểm soát|quy định|hướng dẫn)\b", re.I
)


def risk_create(
    agency: Agency,
    *,
    acting: Person | None,
    kind: str,
    unit: OrgUnit | None,
    sources: "tuple[dict[str, Any], ...]" = (),
    copied_from: Risk | None = None,
    **fields: Any,
) -> Risk:
    """Write a new risk or opportunity down; it enters the unit's register that is being drawn up, if any.

    `sources` are the arguments of `source_add`. Raises Invalid for missing words.
    """
    values = _cleaned(fields)
    with transaction.atomic():
        require(policies.can_draft(acting, unit))
        risk: Risk = Risk.objects.create(
            agency=agency,
            kind=kind,
            unit=unit,
            code=_next_code(agency, kind, unit),
            drafted_by=acting,
            copied_from=copied_from,
            **values,
        )
        audit.record(
            "risks.risk.created",
            risk,
            {name: (None, new) for name, new in values.items() if new},
            acting=acting,
        )
        for source in sources:
            source_add(risk, acting=acting, **source)
        drawn_up = Register.objects.filter(agency=agency, unit=unit, state=Register.State.DRAFT)
        register = drawn_up.select_for_update(of=("self",)).first()
        if register is not None:
            RegisterRow.objects.create(
                agency=agency, register=register, risk=risk, decision=RegisterRow.Decision.NEW
            )
        risk_index(risk)
    return risk


def risk_change(risk: Risk, *, acting: Person | None, **fields: Any) -> Risk:
    """Change what an entry says; in a register being drawn up its row becomes “changed”."""
    with transaction.atomic(), held(risk) as risk:
        require(policies.can_edit(acting, risk))
        values = _cleaned({name: getattr(risk, name) for name in CHANGEABLE} | fields)
        changes = audit.apply(risk, **values)
        if changes:
            audit.record("risks.risk.changed", risk, changes, acting=acting)
            row_touch(risk)
            risk_index(risk)
    return risk


def risk_score(
    risk: Risk, *, acting: Person | None, phase: str, first: int, second: int, note: str = ""
) -> RiskScore:
    """Add a score on the scale in force to the line of scores; the newest one counts.

    Raises Invalid for a level the scale does not have, or for a residual score before the first one.
    """
    with transaction.atomic(), held(risk) as risk:
        require(policies.can_edit(acting, risk))
        scale = scale_for(risk)
        score = _compute(scale, risk, first, second)
        if phase == RiskScore.Phase.AFTER:
            _check_residual(risk, scale, score)
        made: RiskScore = RiskScore.objects.create(
            agency_id=risk.agency_id,
            risk=risk,
            phase=phase,
            scale=scale,
            first=score.first,
            second=score.second,
            value=score.value,
            level=score.band.code,
            level_label=score.band.label,
            note=nfc(note.strip()),
            on=clock.today(),
            by=acting,
        )
        changes = audit.apply(risk, **_figures(risk, scale, phase, score))
        audit.record("risks.risk.scored", risk, changes, acting=acting, note=str(made))
        row_touch(risk)
    return made


def risk_treat(
    risk: Risk,
    *,
    acting: Person | None,
    treatment: str = "",
    pursue: bool | None = None,
    reason: str = "",
) -> Risk:
    """Choose how to treat a risk, or whether to pursue an opportunity; a refusal to pursue needs a reason."""
    reason = nfc(reason.strip())
    if risk.kind == Risk.Kind.RISK and treatment not in Risk.Treatment.values:
        raise Invalid([Problem("treatment", _("Choose a treatment."))])
    if risk.kind == Risk.Kind.OPPORTUNITY and pursue is None:
        raise Invalid([Problem("pursue", _("Say whether to pursue it."))])
    if not reason and (pursue is False or treatment == Risk.Treatment.ACCEPT):
        raise Invalid([Problem("reason", _("Give the reason of this choice."))])
    with transaction.atomic(), held(risk) as risk:
        require(policies.can_edit(acting, risk))
        wanted: dict[str, Any] = {"treatment_reason": reason}
        wanted |= {"treatment": treatment} if risk.is_risk else {"pursue": pursue}
        changes = audit.apply(risk, **wanted)
        if changes:
            audit.record("risks.risk.treated", risk, changes, acting=acting)
            row_touch(risk)
    return risk


def risk_accept(risk: Risk, *, acting: Person | None, until: dt.date, reason: str) -> RiskAcceptance:
    """A leader accepts a risk until a day; afterwards it counts as not accepted again.

    Raises Invalid when it is not scored, not chosen to be accepted, or the day is past or too far.
    """
    with transaction.atomic(), locked(risk) as risk:
        require(policies.can_accept(acting, risk))
        _check_acceptance(risk, until, reason)
        assert acting is not None and risk.value is not None  # the portal itself accepts no risk
        made: RiskAcceptance = RiskAcceptance.objects.create(
            agency_id=risk.agency_id,
            risk=risk,
            value=risk.value,
            level_label=scale_for(risk, own=True).scale.of(risk.kind).band_of(risk.value or 1).label,
            reason=nfc(reason.strip()),
            accepted_by=acting,
            accepted_on=clock.today(),
            until=until,
        )
        changes = audit.apply(risk, accepted_until=until)
        audit.record("risks.risk.accepted", risk, changes, acting=acting, note=reason)
    return made


def source_add(
    risk: Risk, *, acting: Person | None, kind: str, label: str = "", url: str = "", **links: Any
) -> RiskSource:
    """Say where a risk comes from; a linked issue, party, target or change gives its kind and words."""
    named = next((name for name in LINKS if links.get(name)), None)
    linked = links[named] if named else None
    kind = LINKS[named] if named else kind
    words = nfc((label or str(linked or "")).strip())
    if not words:
        raise Invalid([Problem("label", _("Say what the source is."))])
    if linked is not None and linked.agency_id != risk.agency_id:
        raise Invalid([Problem("label", _("This record belongs to another agency."))])
    with transaction.atomic(), held(risk) as risk:
        require(policies.can_edit(acting, risk))
        made: RiskSource = RiskSource.objects.create(
            agency_id=risk.agency_id, risk=risk, kind=kind, label=words[:300], url=url, **links
        )
        audit.record("risks.risk.changed", risk, {"source": (None, str(made))}, acting=acting)
        row_touch(risk)
    return made


def source_remove(source: RiskSource, *, acting: Person | None) -> None:
    """Take a source away again; the trail keeps it."""
    with transaction.atomic(), held(source.risk):
        require(policies.can_edit(acting, source.risk))
        audit.record("risks.risk.changed", source.risk, {"source": (str(source), None)}, acting=acting)
        source.delete()


def row_touch(risk: Risk) -> None:
    """Mark the row of a register being drawn up: what is edited there has changed."""
    RegisterRow.objects.filter(
        risk=risk,
        register__state=Register.State.DRAFT,
        decision__in=[RegisterRow.Decision.UNDECIDED, RegisterRow.Decision.KEPT],
    ).update(decision=RegisterRow.Decision.CHANGED)


def scale_for(risk: Risk, *, own: bool = False) -> RiskScale:
    """The scale a new score is given on: that of the register being drawn up, else the one in force.

    With `own`, the scale of the present score. Raises Invalid when the agency has no scale yet.
    """
    if own and risk.scale is not None:
        return risk.scale
    row = (
        RegisterRow.objects.filter(risk=risk, register__state=Register.State.DRAFT)
        .select_related("register__scale")
        .first()
    )
    scale = row.register.scale if row else scale_in_force(risk.agency)
    if scale is None:
        raise Invalid(_("The agency has no scale of risks yet."))
    found: RiskScale = scale
    return found


def wording_hint(event: str) -> str:
    """A hint when the event names a missing control instead of something that may happen, else empty."""
    if _CONTROL_WORDS.match(event):
        return _("This names a missing control. Write what may happen; the missing control is its cause.")
    return ""


def _cleaned(fields: dict[str, Any]) -> dict[str, Any]:
    values = {name: fields[name] for name in CHANGEABLE if name in fields}
    for name in TEXTS:
        if name in values:
            values[name] = nfc(values[name].strip())
    problems = [
        Problem(name, _("Must not be empty.")) for name in ("process", "event") if not values.get(name)
    ]
    if problems:
        raise Invalid(problems)
    return values


def _next_code(agency: Agency, kind: str, unit: OrgUnit | None) -> str:
    """The next code of a unit such as RR-BCVT-06; the lock keeps two from taking the same."""
    hold(agency)
    place = (unit.abbreviation or unit.code) if unit else (agency.short_name or agency.code)
    prefix = f"{PREFIXES[Risk.Kind(kind)]}-{re.sub(r'[^0-9A-ZĐ]', '', place.upper())}-"
    codes = Risk.objects.filter(agency=agency, code__startswith=prefix).values_list("code", flat=True)
    numbers = [int(code[len(prefix) :]) for code in codes if code[len(prefix) :].isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1:02d}"


def _compute(scale: RiskScale, risk: Risk, first: int, second: int) -> matrix.Score:
    table = scale.scale.of(risk.kind)
    problems = [
        Problem(name, _("Choose a level from 1 to %(most)s.") % {"most": table.size}, str(value))
        for name, value in (("first", first), ("second", second))
        if not 1 <= value <= table.size
    ]
    if problems:
        raise Invalid(problems)
    return table.score(first, second)


def _check_residual(risk: Risk, scale: RiskScale, score: matrix.Score) -> None:
    if risk.before_value is None or risk.scale_id != scale.pk:
        raise Invalid(_("Score it before treatment first, on the same scale."))
    if risk.is_risk and score.value > risk.before_value:
        raise Invalid(
            [Problem("first", _("What remains cannot be higher than before treatment (%(value)s).")
                     % {"value": risk.before_value})]
        )  # fmt: skip


def _figures(risk: Risk, scale: RiskScale, phase: str, score: matrix.Score) -> dict[str, Any]:
    """The fields of a risk that repeat its newest scores."""
    found: dict[str, Any] = {f"{phase}_first": score.first, f"{phase}_second": score.second}
    found |= {f"{phase}_value": score.value, f"{phase}_level": score.band.code, "scale": scale}
    if phase == RiskScore.Phase.BEFORE:
        # A new first score makes an older residual one meaningless; the line of scores keeps it.
        found |= {"after_first": None, "after_second": None, "after_value": None, "after_level": ""}
    return found | {"value": score.value, "level": score.band.code}


def _check_acceptance(risk: Risk, until: dt.date, reason: str) -> None:
    problems = []
    today = clock.today()
    if risk.value is None:
        problems.append(Problem("", _("Score it first.")))
    if risk.treatment != Risk.Treatment.ACCEPT:
        problems.append(Problem("", _("The unit has not chosen to accept this risk.")))
    if not today <= until <= today + dt.timedelta(days=366):
        problems.append(Problem("until", _("Choose a day within the next twelve months.")))
    if not reason.strip():
        problems.append(Problem("reason", _("Give the reason of this choice.")))
    if problems:
        raise Invalid(problems)


@search.indexer
def risk_index(risk: Risk) -> None:
    """Make the entry findable; a dropped one no longer is."""
    if risk.state == Risk.State.CLOSED:
        search.forget(risk)
        return
    search.index(
        risk,
        title=f"{risk.code} {risk.event}",
        subtitle=f"{risk.place} · {risk.process}",
        text=f"{risk.cause} {risk.consequence}",
    )
