"""What keeps an audit from being closed. Other parts add what follows from findings (corrective actions).

```python
from audits import closing

closing.add(open_corrective_actions)    # in AppConfig.ready: function (audit) -> iterable of words
```
"""

from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext as _

from audits.models import Audit, Finding, Nonconformity

Matter = Callable[[Audit], Iterable[str]]
_matters: list[Matter] = []


def add(matter: Matter) -> None:
    """Register something that must be over before an audit is closed."""
    if matter not in _matters:
        _matters.append(matter)


def _cases(audit: Audit) -> Iterator[str]:
    """Nonconformities found whose corrective action is not opened or not closed yet."""
    rows = audit.findings.filter(grade__in=Finding.NONCONFORMITIES, state__in=Finding.STANDING)
    states: dict[str, list[str]] = {}
    for code, state in rows.order_by("code").values_list("code", "nonconformities__state"):
        states.setdefault(code, []).append(state or "")
    over = {Nonconformity.State.CLOSED, Nonconformity.State.CANCELLED, ""}
    unopened = [code for code, found in states.items() if not any(found)]
    running = [code for code, found in states.items() if any(state not in over for state in found)]
    if unopened:
        words = _("No nonconformity opened yet from: %(codes)s.")
        yield words % {"codes": ", ".join(unopened)}
    if running:
        words = _("Corrective actions are not closed yet: %(codes)s.")
        yield words % {"codes": ", ".join(running)}


def open_matters(audit: Audit) -> list[str]:
    """Everything that is still open, in words."""
    waiting = audit.findings.filter(state__in=[Finding.State.RAISED, Finding.State.DISPUTED])
    codes = ", ".join(waiting.exclude(grade=Finding.Grade.STRENGTH).values_list("code", flat=True))
    found = [_("Findings wait for an answer or a decision: %(codes)s.") % {"codes": codes}] if codes else []
    found.extend(_cases(audit))
    for matter in _matters:
        found.extend(matter(audit))
    return found
