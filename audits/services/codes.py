"""Running codes of audits and findings, one series per agency and year."""

from typing import Any

from qms.models import Agency
from qms.workflow import hold


def next_code(model: Any, agency: Agency, prefix: str) -> str:
    """The next code such as PH-2026-07; must run inside a transaction, which it serialises per agency."""
    hold(agency)
    codes = model.objects.filter(agency=agency, code__startswith=prefix).values_list("code", flat=True)
    numbers = [int(code[len(prefix) :]) for code in codes if code[len(prefix) :].isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1:02d}"
