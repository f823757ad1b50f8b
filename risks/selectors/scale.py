"""The agency's scales: the one in force, and the words of every version."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from qms import clock
from qms.models import Agency
from risks.models import RiskScale


def scale_in_force(agency: Agency, on: dt.date | None = None) -> RiskScale | None:
    """The newest version whose day has come, or None while the agency has no scale."""
    day = on or clock.today()
    return RiskScale.objects.filter(agency=agency, valid_from__lte=day).order_by("-version").first()


def scales_of(agency: Agency) -> dict[uuid.UUID, RiskScale]:
    """Every version by its key: one query however many rows ask for their words."""
    return {scale.pk: scale for scale in RiskScale.objects.filter(agency=agency)}


def word_levels(rows: Iterable[Any], scales: dict[uuid.UUID, RiskScale]) -> list[Any]:
    """Give every risk the words of its levels: `before_word`, `after_word`, `word`."""
    found = list(rows)
    for risk in found:
        scale = scales.get(risk.scale_id)
        for name in ("before", "after"):
            value = getattr(risk, f"{name}_value")
            known = scale is not None and value is not None
            word = scale.scale.of(risk.kind).band_of(value).label if known and scale else ""
            setattr(risk, f"{name}_word", word)
        risk.word = risk.after_word or risk.before_word
    return found
