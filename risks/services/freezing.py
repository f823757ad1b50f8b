"""What an approval freezes: the rows as they read that day, and what becomes of their risks (6.1)."""

import datetime as dt
import hashlib
import json
from typing import Any

from qms import audit, clock, search
from risks.models import Register, RegisterRow, Risk, RiskAction
from risks.selectors.scale import scales_of, word_levels

TEXTS = ("code", "kind", "process", "event", "cause", "consequence", "controls", "treatment", "pursue")
FIGURES = (
    "before_first",
    "before_second",
    "before_value",
    "before_level",
    "before_word",
    "after_first",
    "after_second",
    "after_value",
    "after_level",
    "after_word",
    "value",
    "level",
    "effectiveness",
)


def row_data(risk: Risk) -> dict[str, Any]:
    """Everything the paper says about a risk (with worded levels), as plain data."""
    data: dict[str, Any] = {name: getattr(risk, name) for name in (*TEXTS, *FIGURES)}
    day = risk.next_review_on
    return data | {
        "unit": risk.place,
        "clause": risk.clause.code if risk.clause else "",
        "owner": str(risk.owner) if risk.owner else "",
        "treatment_word": risk.get_treatment_display() if risk.treatment else "",
        "treatment_reason": risk.treatment_reason,
        "accepted_until": risk.accepted_until.isoformat() if risk.accepted_until else None,
        "next_review_on": day.isoformat() if day else None,
        "sources": [str(source) for source in risk.sources.all()],
        "actions": [_action_data(action) for action in risk.actions.all()],
    }


def register_freeze(register: Register) -> str:
    """Write the rows as they stand, settle their risks, and give the SHA-256 over the whole register."""
    rows = list(
        register.rows.select_related("risk__unit", "risk__clause", "risk__owner").prefetch_related(
            "risk__sources", "risk__actions__owner", "risk__actions__evidence__file"
        )
    )
    word_levels([row.risk for row in rows], scales_of(register.agency))
    today = clock.today()
    frozen = []
    for row in rows:
        _settle(row, today)
        row.data = row_data(row.risk)
        frozen.append(row.data | {"decision": row.decision, "note": row.note})
    RegisterRow.objects.bulk_update(rows, ["data"], batch_size=200)
    return digest_of(register, frozen)


def digest_of(register: Register, frozen: list[dict[str, Any]]) -> str:
    """The fingerprint of a register: canonical JSON of who, when and every row."""
    whole = {
        "agency": str(register.agency_id),
        "unit": str(register.unit_id or ""),
        "year": register.year,
        "version": register.version,
        "scale": str(register.scale_id),
        "rows": sorted(frozen, key=lambda row: str(row["code"])),
    }
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def register_intact(register: Register) -> bool:
    """Whether the frozen rows of an approved register still are what was approved."""
    rows = register.rows.order_by().values_list("data", "decision", "note")
    frozen = [data | {"decision": decision, "note": note} for data, decision, note in rows]
    return digest_of(register, frozen) == register.digest


def _action_data(action: RiskAction) -> dict[str, Any]:
    return {
        "description": action.description,
        "owner": str(action.owner),
        "deadline": action.deadline.isoformat(),
        "resources": action.resources,
        "procedure_document": action.procedure_document,
        "criterion": action.criterion,
        "state": action.state,
        "state_word": action.get_state_display(),
        "evidence": [str(item) for item in action.evidence.all()],
    }


def _settle(row: RegisterRow, today: dt.date) -> None:
    risk = row.risk
    if row.decision == RegisterRow.Decision.DROPPED:
        audit.apply(risk, state=Risk.State.CLOSED, closed_on=today, closed_reason=row.note, reviewed_on=today)
        search.forget(risk)
        return
    review = risk.next_review_on
    audit.apply(
        risk,
        state=Risk.State.OPEN,
        approved_value=risk.value,
        approved_level=risk.level,
        reviewed_on=today,
        next_review_on=review if review and review > today else _in_a_year(today),
    )


def _in_a_year(day: dt.date) -> dt.date:
    return day.replace(year=day.year + 1, day=min(day.day, 28))
