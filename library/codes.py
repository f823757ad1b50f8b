"""Codes of documents by the agency's schemes, pure: `QT.{unit}.{n}` and what comes next.

`{unit}` is the abbreviation of the unit in charge, `{n}` the next free number in two digits, `{parent}` the
code of the document it belongs to without its first part (`QT.TĐC.01` → `TĐC.01`).
"""

import re
from collections.abc import Iterable

SCHEMES = {
    "manual": "STCL",
    "policy": "CSCL",
    "objectives": "MTCL",
    "procedure": "QT.{unit}.{n}",
    "instruction": "HD.{unit}.{n}",
    "form": "BM.{parent}.{n}",
    "external": "",
}
_FIELD = re.compile(r"\{(unit|n|parent)\}")


def problems(scheme: str) -> bool:
    """Whether a scheme holds a field that is not known."""
    return "{" in _FIELD.sub("", scheme) or "}" in _FIELD.sub("", scheme)


def suggest(scheme: str, taken: Iterable[str], *, unit: str = "", parent: str = "") -> str:
    """The next free code of a scheme; empty when the scheme needs what is not given."""
    if ("{unit}" in scheme and not unit) or ("{parent}" in scheme and not parent):
        return ""
    tail = parent.partition(".")[2] or parent
    known = set(taken)
    pattern = scheme.replace("{unit}", unit.replace(" ", "")).replace("{parent}", tail)
    if "{n}" not in pattern:
        return pattern if pattern not in known else ""
    return next(code for n in range(1, 1000) if (code := pattern.replace("{n}", f"{n:02d}")) not in known)
