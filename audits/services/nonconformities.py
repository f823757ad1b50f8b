"""Opening, describing, grading nonconformities; correction first; the cause (8.7, 10.2.1 a, b)."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import policies_improvement as policies
from audits.models import CauseAnalysis, CauseCategory, CorrectiveAction, Nonconformity
from audits.selectors.people import head_of, holders
from audits.services.recurrence import recurrence_find
from audits.services.telling import tell
from audits.workflow_improvement import CASE
from qms import agency_settings, audit, clock, search
from qms.exceptions import Invalid, Problem
from qms.models import Agency, OrgUnit, Person, Role
from qms.policies import require
from qms.text import nfc
from qms.workflow import hold, locked, move

State = Nonconformity.State
TEXTS = ("title", "process", "requirement", "description", "evidence")
CHANGEABLE = (*TEXTS, "procedure", "clause", "detected_on", "owner", "due_on")
MOST_WHYS = 7
LEAST_WHYS = 2


def nonconformity_open(
    agency: Agency,
    *,
    acting: Person | None,
    unit: OrgUnit,
    origin: str,
    grade: str,
    source: "tuple[str, UUID | None, str, str] | None" = None,
    finding: Any = None,
    similar_to: Nonconformity | None = None,
    **fields: Any,
) -> Nonconformity:
    """Open a case of a unit; its head is responsible unless somebody else is named.

    `source` is (kind, key, label, address) of the record it comes from, kept as it was. Earlier cases it
    repeats are found and linked at once. Raises Invalid for missing words or days out of order.
    """
    fields = {name: value for name, value in fields.items() if value is not None}
    days = int(agency_settings.get(agency, "audits.nonconformity_days"))
    detected = fields.get("detected_on") or clock.today()
    fields.setdefault("detected_on", detected)
    fields.setdefault("due_on", max(clock.today(), detected) + dt.timedelta(days=days))
    if not fields.get("owner"):
        fields["owner"] = head_of(unit) or acting
    values = _cleaned(fields)
    kind, key, label, url = source or ("", None, "", "")
    with transaction.atomic():
        require(policies.can_record(acting, unit))
        year = values["detected_on"].year
        case: Nonconformity = Nonconformity.objects.create(
            agency=agency,
            code=next_code(agency, year),
            year=year,
            origin=Nonconformity.Origin(origin),
            source_kind=kind,
            source_id=key,
            source_label=label[:300],
            source_url=url[:300],
            finding=finding,
            similar_to=similar_to,
            unit=unit,
            grade=Nonconformity.Grade(grade),
            reported_by=acting,
            **values,
        )
        recurrence_find(case, acting=acting)
        audit.record(
            "audits.nonconformity.opened",
            case,
            {name: (None, new) for name, new in ({"unit": unit, "grade": grade} | values).items() if new},
            acting=acting,
        )
        nonconformity_index(case)
        _tell_opened(case, acting)
    return case


def nonconformity_change(case: Nonconformity, *, acting: Person | None, **fields: Any) -> Nonconformity:
    """Change what a case says; whether it repeats an earlier one is looked at again."""
    with transaction.atomic(), locked(case) as case:
        require(policies.can_describe(acting, case))
        values = _cleaned({name: getattr(case, name) for name in CHANGEABLE} | fields)
        changes = audit.apply(case, **values)
        if changes:
            audit.record("audits.nonconformity.changed", case, changes, acting=acting)
            recurrence_find(case, acting=acting)
            nonconformity_index(case)
    return case


def nonconformity_grade(
    case: Nonconformity, *, acting: Person | None, grade: str, reason: str
) -> Nonconformity:
    """Grade a case anew with the reason; raised to major, a waiver falls."""
    reason = _reason(reason)
    with transaction.atomic(), locked(case) as case:
        require(policies.can_grade(acting, case))
        wanted: dict[str, Any] = {"grade": Nonconformity.Grade(grade)}
        changes = audit.apply(case, **wanted)
        if changes:
            audit.record("audits.nonconformity.graded", case, changes, acting=acting, note=reason)
    return case


def nothing_to_correct(case: Nonconformity, *, acting: Person | None, reason: str) -> Nonconformity:
    """Say why nothing can be put right any more: then the cause analysis may begin without a correction."""
    reason = _reason(reason)
    with transaction.atomic(), locked(case) as case:
        require(policies.can_handle(acting, case))
        _in_state(case, State.OPEN)
        if case.actions.filter(
            kind=CorrectiveAction.Kind.CORRECTION, state=CorrectiveAction.State.DONE
        ).exists():
            raise Invalid(_("Something has been corrected already."))
        changes = audit.apply(case, no_correction=reason)
        audit.record("audits.nonconformity.nothing_to_correct", case, changes, acting=acting)
    return case


def correction_missing(case: Nonconformity) -> str:
    """What still keeps the correction from being done; empty when it is."""
    rows = [one for one in case.actions.all() if one.is_correction and one.state != one.State.CANCELLED]
    if any(one.state == CorrectiveAction.State.OPEN for one in rows):
        return _("A correction is not reported done yet.")
    if not rows and not case.no_correction:
        return _("Correct first: plan a correction, or say why nothing can be corrected.")
    return ""


def analysis_begin(case: Nonconformity, *, acting: Person | None) -> Nonconformity:
    """Go on to the cause, once everything to correct is corrected."""
    with transaction.atomic(), locked(case) as case:
        require(policies.can_handle(acting, case))
        _require_corrected(case)
        changes = move(case, CASE["analyse"])
        audit.record("audits.nonconformity.analysis_begun", case, changes, acting=acting)
    return case


def analysis_waive(case: Nonconformity, *, acting: Person | None, reason: str) -> Nonconformity:
    """Do without cause analysis and actions: a minor case, never seen before, corrected, with the reason."""
    reason = _reason(reason)
    with transaction.atomic(), locked(case) as case:
        require(policies.can_waive(acting, case))
        if case.needs_cause:  # the portal itself is bound by it too
            raise Invalid(_("Of a major or recurring nonconformity the cause must be found."))
        _require_corrected(case)
        changes = move(case, CASE["waive"], waived_reason=reason, waived_by=acting)
        audit.record("audits.nonconformity.waived", case, changes, acting=acting, note=reason)
        tell(
            holders(case.agency, Role.SECRETARY),
            f"nc-waived:{case.pk}",
            gettext_lazy("To close: %(code)s, corrected, without cause analysis"),
            url=case.get_absolute_url(),
            body=case.title,
            but=acting,
            code=case.code,
        )
    return case


def cause_record(
    case: Nonconformity,
    *,
    acting: Person | None,
    method: str,
    items: list[dict[str, str]],
    root_cause: str,
    category: str,
) -> CauseAnalysis:
    """Keep the cause analysis of the present round; with the cause known, repeats are looked for again.

    Raises Invalid for fewer than two answered whys, an empty fishbone, or a missing root cause.
    """
    steps = _steps(method, items)
    root_cause = nfc(root_cause.strip())
    problems = []
    if not root_cause:
        problems.append(Problem("root_cause", _("Name the root cause.")))
    if category not in CauseCategory.values:
        problems.append(Problem("category", _("Choose the kind of the root cause.")))
    if method == CauseAnalysis.Method.WHYS and len(steps) < LEAST_WHYS:
        problems.append(Problem("answer_1", _("Ask why at least twice; the first answer is a symptom.")))
    if method == CauseAnalysis.Method.FISHBONE and not steps:
        problems.append(Problem(CauseCategory.PEOPLE, _("Write at least one cause on a bone.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic(), locked(case) as case:
        require(policies.can_handle(acting, case))
        _in_state(case, *Nonconformity.PLANNING)
        made, _new = CauseAnalysis.objects.update_or_create(
            nonconformity=case,
            round=case.round,
            defaults={
                "agency_id": case.agency_id,
                "method": CauseAnalysis.Method(method),
                "items": steps,
                "root_cause": root_cause,
                "category": category,
                "made_by": acting,
                "made_on": clock.today(),
            },
        )
        changes = audit.apply(case, root_cause=root_cause, cause_category=category)
        audit.record("audits.nonconformity.cause_found", case, changes, acting=acting)
        recurrence_find(case, acting=acting)
        nonconformity_index(case)
    found: CauseAnalysis = made
    return found


@search.indexer
def nonconformity_index(case: Nonconformity) -> None:
    """Make the case findable."""
    if case.state == State.CANCELLED:
        search.forget(case)
        return
    search.index(
        case,
        title=f"{case.code} {case.title}",
        subtitle=f"{case.unit.label} · {case.process}",
        text=f"{case.description} {case.evidence} {case.root_cause}",
    )


def _steps(method: str, items: list[dict[str, str]]) -> list[dict[str, str]]:
    names = ("question", "answer") if method == CauseAnalysis.Method.WHYS else ("category", "text")
    last = names[-1]
    rows = [{name: nfc(str(item.get(name, "")).strip()) for name in names} for item in items]
    return [row for row in rows if row[last]][: MOST_WHYS if last == "answer" else 60]


def _cleaned(fields: dict[str, Any]) -> dict[str, Any]:
    values = {name: fields[name] for name in CHANGEABLE if name in fields}
    for name in TEXTS:
        values[name] = nfc(str(values.get(name, "")).strip())
    values["title"] = values["title"][:300]
    problems = [Problem(name, _("Must not be empty.")) for name in (*TEXTS, "owner") if not values.get(name)]
    if values["detected_on"] > clock.today():
        problems.append(Problem("detected_on", _("The day lies in the future.")))
    if values["due_on"] < values["detected_on"]:
        problems.append(Problem("due_on", _("It cannot be finished before it was detected.")))
    if problems:
        raise Invalid(problems)
    return values


def next_code(agency: Agency, year: int) -> str:
    """The next code of a year such as KPH-2026-012; the lock keeps two from taking the same."""
    hold(agency)
    prefix = f"KPH-{year}-"
    codes = Nonconformity.objects.filter(agency=agency, code__startswith=prefix)
    numbers = [int(code[len(prefix) :]) for code in codes.values_list("code", flat=True)]
    return f"{prefix}{max(numbers, default=0) + 1:03d}"


def _require_corrected(case: Nonconformity) -> None:
    missing = correction_missing(case)
    if missing:
        raise Invalid(missing)


def _in_state(case: Nonconformity, *states: str) -> None:
    if case.state not in states:
        words = _("The nonconformity is “%(state)s”; this step belongs to another stage.")
        raise Invalid(words % {"state": case.get_state_display()})


def _reason(text: str) -> str:
    text = nfc(text.strip())
    if not text:
        raise Invalid([Problem("reason", _("Give the reason."))])
    return text


def _tell_opened(case: Nonconformity, acting: Person | None) -> None:
    tell(
        [case.owner, head_of(case.unit), *holders(case.agency, Role.SECRETARY)],
        f"nc-opened:{case.pk}",
        gettext_lazy("Nonconformity %(code)s opened for %(unit)s"),
        url=case.get_absolute_url(),
        body=case.title,
        but=acting,
        code=case.code,
        unit=case.unit.label,
    )
