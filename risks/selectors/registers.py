"""Reading registers: what is ready, what is missing, how two years differ."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms import clock
from qms.models import Agency, OrgUnit, Person
from risks import matrix
from risks.models import Register, RegisterRow, Risk, RiskAction
from risks.selectors.scale import scales_of

Decision = RegisterRow.Decision


@dataclass(frozen=True)
class RegisterProblem:
    """Something that keeps a register from being submitted or approved; `codes` are the entries meant."""

    code: str
    text: str
    blocks: str
    codes: tuple[str, ...]


def last_approved(agency: Agency, unit: OrgUnit | None, before_year: int | None = None) -> Register | None:
    """The newest approved register of a unit (None: of the agency), before a year if asked."""
    rows = Register.objects.filter(agency=agency, unit=unit, state=Register.State.APPROVED)
    if before_year is not None:
        rows = rows.filter(year__lt=before_year)
    return rows.order_by("-year", "-version").first()


def register_rows(register: Register) -> "QuerySet[Any]":
    """Every row of a register; those of the agency's register include its parts'."""
    rows = RegisterRow.objects.filter(agency=register.agency_id)
    if register.unit_id is None:
        parts = register.parts.values_list("pk", flat=True)
        return rows.filter(register__in=[register.pk, *parts])
    return rows.filter(register=register)


def register_problems(register: Register) -> list[RegisterProblem]:
    """What is missing, worst first. Submitting needs decisions, scores, owners, treatment and actions;
    approving needs a leader's valid acceptance of every high risk that is accepted."""
    rows = list(
        register_rows(register)
        .exclude(decision=Decision.DROPPED)
        .select_related("risk", "register")
        .prefetch_related("risk__actions")
        .order_by("risk__code")
    )
    scales = scales_of(register.agency)
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for key in _row_problems(row, scales):
            found.setdefault(key, []).append(row.risk.code)
    problems = [
        RegisterProblem(code, _words(code, codes), blocks, tuple(codes))
        for (code, blocks), codes in found.items()
    ]
    if not rows and not register.rows.exists():
        problems.append(RegisterProblem("empty", _("The register has no entry yet."), "submit", ()))
    return problems


def _row_problems(row: RegisterRow, scales: dict[Any, Any]) -> list[tuple[str, str]]:
    risk = row.risk
    found = []
    if row.decision == Decision.UNDECIDED:
        found.append(("undecided", "submit"))
    if risk.value is None or risk.scale_id != row.register.scale_id:
        found.append(("unscored", "submit"))
        return found
    band = scales[risk.scale_id].scale.of(risk.kind).band_of(risk.value)
    first = scales[risk.scale_id].scale.of(risk.kind).band_of(risk.before_value)
    if risk.owner_id is None:
        found.append(("no_owner", "submit"))
    if (risk.is_risk and not risk.treatment) or (not risk.is_risk and risk.pursue is None):
        found.append(("untreated", "submit"))
    elif risk.treatment == Risk.Treatment.ACCEPT:
        if band.needs_leader and not (risk.accepted_until and risk.accepted_until >= clock.today()):
            found.append(("not_accepted", "approve"))
    elif first.needs_action and risk.pursue is not False and not _has_action(risk):
        found.append(("no_action", "submit"))
    return found


def _has_action(risk: Risk) -> bool:
    return any(action.state != RiskAction.State.CANCELLED for action in risk.actions.all())


def _words(code: str, codes: list[str]) -> str:
    number = len(codes)
    texts = {
        "undecided": ngettext(
            "%(n)s carried entry has not been reviewed: %(codes)s.",
            "%(n)s carried entries have not been reviewed: %(codes)s.",
            number,
        ),
        "unscored": ngettext(
            "%(n)s entry has no score on the scale of this register: %(codes)s.",
            "%(n)s entries have no score on the scale of this register: %(codes)s.",
            number,
        ),
        "no_owner": ngettext(
            "%(n)s entry has no owner: %(codes)s.", "%(n)s entries have no owner: %(codes)s.", number
        ),
        "untreated": ngettext(
            "For %(n)s entry no treatment has been chosen: %(codes)s.",
            "For %(n)s entries no treatment has been chosen: %(codes)s.",
            number,
        ),
        "no_action": ngettext(
            "%(n)s high entry has no action: %(codes)s.",
            "%(n)s high entries have no action: %(codes)s.",
            number,
        ),
        "not_accepted": ngettext(
            "%(n)s high risk is accepted without a leader's valid decision: %(codes)s.",
            "%(n)s high risks are accepted without a leader's valid decision: %(codes)s.",
            number,
        ),
    }
    shown = ", ".join(codes[:12]) + (" …" if number > 12 else "")
    return texts[code] % {"n": number, "codes": shown}


@dataclass(frozen=True)
class Compared:
    """One entry in two registers: `old` and `new` are its frozen data or None."""

    code: str
    kind: str
    event: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    status: str
    movement: str
    note: str


def compare(old: Register | None, new: Register) -> list[Compared]:
    """How every entry fared between two approved registers: kept, changed, dropped, new; up or down."""
    before = _frozen(old) if old else {}
    after = _frozen(new)
    found = []
    for key in sorted(
        before.keys() | after.keys(), key=lambda key: str((after.get(key) or before[key]).risk.code)
    ):
        found.append(_compared(before.get(key), after.get(key)))
    return found


def _frozen(register: Register) -> dict[Any, RegisterRow]:
    rows = register_rows(register).select_related("risk", "risk__unit", "register__unit")
    return {row.risk_id: row for row in rows}


def _compared(old: RegisterRow | None, new: RegisterRow | None) -> Compared:
    row = new or old
    assert row is not None
    gone = new is None or new.decision == Decision.DROPPED
    status = "dropped" if gone else "new" if old is None else row.decision or "kept"
    old_value = old.data.get("value") if old else None
    new_value = new.data.get("value") if new and not gone else None
    return Compared(
        code=row.risk.code,
        kind=row.risk.kind,
        event=row.data.get("event") or row.risk.event,
        old=old.data if old else None,
        new=new.data if new and not gone else None,
        status=status,
        movement="gone" if gone else matrix.movement(old_value, new_value),
        note=new.note if new else "",
    )


def registers_of_year(person: Person, year: int) -> "QuerySet[Any]":
    """The registers of a year that a person may see, newest version first."""
    return (
        Register.objects.visible_to(person)
        .filter(year=year)
        .select_related("unit", "drafted_by", "confirmed_by", "approved_by", "scale")
        .order_by("unit__order", "-version")
    )
