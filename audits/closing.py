"""What keeps an audit from being closed. Other parts add what follows from findings (corrective actions).

```python
from audits import closing

closing.add(open_corrective_actions)    # in AppConfig.ready: function (audit) -> iterable of words
```
"""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from audits.models import Audit, Finding

Matter = Callable[[Audit], Iterable[str]]
_matters: list[Matter] = []


def add(matter: Matter) -> None:
    """Register something that must be over before an audit is closed."""
    if matter not in _matters:
        _matters.append(matter)


def open_matters(audit: Audit) -> list[str]:
    """Everything that is still open, in words."""
    waiting = audit.findings.filter(state__in=[Finding.State.RAISED, Finding.State.DISPUTED])
    codes = ", ".join(waiting.exclude(grade=Finding.Grade.STRENGTH).values_list("code", flat=True))
    found = [_("Findings wait for an answer or a decision: %(codes)s.") % {"codes": codes}] if codes else []
    for matter in _matters:
        found.extend(matter(audit))
    return found
