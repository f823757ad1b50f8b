"""Reading registers: what is ready, what is missing, how two years differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms import clock
from qms.models import Agency, OrgUnit, Person
from risks.models import Register, RegisterRow, Risk, RiskAction
from risks.selectors.risks import worded
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


BLOCKS = {
    "undecided": "submit",
    "unscored": "submit",
    "no_owner": "submit",
    "untreated": "submit",
    "no_action": "submit",
    "not_accepted": "approve",
}
"""What may be missing in a row, and the step it keeps the register from."""

NAMED = 12
"""So many entries are named beside what they lack; the register lists the others."""


def register_problems(register: Register) -> list[RegisterProblem]:
    """What is missing, in the order of `BLOCKS`. Submitting needs decisions, scores, owners, treatment and
    actions; approving needs a leader's valid acceptance of every high risk that is accepted.

    The database counts by the conditions that list the rows (`missing`): no row is read but those named.
    """
    rows = register_rows(register).order_by()
    conditions = {code: missing(register, code) for code in BLOCKS}
    counts = rows.aggregate(
        standing=Count("pk", filter=~Q(decision=Decision.DROPPED)),
        own=Count("pk", filter=Q(register=register)),
        **{code: Count("pk", filter=condition) for code, condition in conditions.items()},
    )
    problems = []
    for code, blocks in BLOCKS.items():
        if counts[code]:
            named = rows.filter(conditions[code]).order_by("risk__code").values_list("risk__code", flat=True)
            codes = tuple(named[:NAMED])
            problems.append(RegisterProblem(code, _words(code, counts[code], codes), blocks, codes))
    if not counts["standing"] and not counts["own"]:
        problems.append(RegisterProblem("empty", _("The register has no entry yet."), "submit", ()))
    return problems


def missing(register: Register, code: str) -> Q:
    """The condition on rows of a register that lack something; an unknown code finds nothing."""
    standing = ~Q(decision=Decision.DROPPED)
    scored = Q(risk__value__isnull=False, risk__scale=F("register__scale"))
    untreated = Q(risk__kind=Risk.Kind.RISK, risk__treatment="")
    untreated |= Q(risk__kind=Risk.Kind.OPPORTUNITY, risk__pursue=None)
    accepted = Q(risk__treatment=Risk.Treatment.ACCEPT)
    planned = RiskAction.objects.filter(agency=register.agency_id).exclude(state=RiskAction.State.CANCELLED)
    late = Q(risk__accepted_until=None) | Q(risk__accepted_until__lt=clock.today())
    conditions = {
        "undecided": Q(decision=Decision.UNDECIDED),
        "unscored": Q(risk__value=None) | ~Q(risk__scale=F("register__scale")),
        "no_owner": scored & Q(risk__owner=None),
        "untreated": scored & untreated,
        "no_action": scored
        & ~untreated
        & ~accepted
        & ~Q(risk__pursue=False)
        & _in_bands(register, "before_level", "needs_action")
        & ~Q(risk__in=planned.values("risk")),
        "not_accepted": scored & accepted & late & _in_bands(register, "level", "needs_leader"),
    }
    return standing & conditions[code] if code in conditions else Q(pk__in=[])


def _in_bands(register: Register, field: str, what: str) -> Q:
    """Rows whose level, on the scale it was given on, lies in a band that asks for something."""
    found = Q(pk__in=[])
    for scale in scales_of(register.agency).values():
        for kind in Risk.Kind.values:
            levels = [band.code for band in scale.scale.of(kind).bands if getattr(band, what)]
            found |= Q(risk__scale=scale, risk__kind=kind, **{f"risk__{field}__in": levels})
    return found


def rows_asked(rows: "QuerySet[Any]", register: Register, asked: Mapping[str, Any]) -> "QuerySet[Any]":
    """Rows of a register by the filters of the address; an unknown value filters nothing."""
    if asked.get("kind") in Risk.Kind.values:
        rows = rows.filter(risk__kind=asked["kind"])
    if asked.get("decision") == UNDECIDED:
        rows = rows.filter(decision=Decision.UNDECIDED)
    elif asked.get("decision") in set(Decision.values) - {Decision.UNDECIDED}:
        rows = rows.filter(decision=asked["decision"])
    if asked.get("unit"):
        rows = rows.filter(risk__unit=None) if asked["unit"] == "-" else rows.filter(risk__unit=asked["unit"])
    if asked.get("missing") in BLOCKS:
        rows = rows.filter(missing(register, asked["missing"]))
    if asked.get("q"):
        rows = rows.filter(risk__in=worded(Risk.objects.all(), register.agency, asked["q"]).values("pk"))
    return rows


def rows_of_keys(keys: list[Any]) -> list[RegisterRow]:
    """The rows of one page with everything it shows, in the order of the keys."""
    rows = (
        RegisterRow.objects.filter(pk__in=keys)
        .select_related("risk__unit", "risk__owner", "risk__scale", "register__unit")
        .prefetch_related("risk__actions__owner")
    )
    found = {row.pk: row for row in rows}
    return [found[key] for key in keys if key in found]


def row_totals(register: Register) -> dict[str, int]:
    """How many rows a register has, of each kind, and how many nobody has reviewed."""
    found: dict[str, int] = (
        register_rows(register)
        .order_by()
        .aggregate(
            rows=Count("pk"),
            risks=Count("pk", filter=Q(risk__kind=Risk.Kind.RISK)),
            opportunities=Count("pk", filter=Q(risk__kind=Risk.Kind.OPPORTUNITY)),
            undecided=Count("pk", filter=Q(decision=Decision.UNDECIDED, register=register)),
        )
    )
    return found


UNDECIDED = "undecided"
"""How the address says that a row has not been reviewed (its decision is empty)."""


def _words(code: str, number: int, codes: tuple[str, ...]) -> str:
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
    shown = ", ".join(codes) + (" …" if number > len(codes) else "")
    return texts[code] % {"n": number, "codes": shown}


def registers_of_year(person: Person, year: int) -> "QuerySet[Any]":
    """The registers of a year that a person may see, newest version first."""
    return (
        Register.objects.visible_to(person)
        .filter(year=year)
        .select_related("unit", "drafted_by", "confirmed_by", "approved_by", "scale")
        .order_by("unit__order", "-version")
    )
