"""Where suggestions come from. Apps to the left (audits: repeated nonconformities) add their own.

```python
from risks import providers

providers.add("nonconformities", find_repeated)    # in AppConfig.ready
```

A provider is asked once a night per agency and tells everything it finds that day; what it no longer
finds lapses by itself.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from qms.models import Agency, OrgUnit


@dataclass(frozen=True)
class Found:
    """One thing somebody should look at. `key` tells it apart from every other of the agency.

    `draft` proposes the entry (texts of a Risk, `procedure` and `target` ids); `risk` is the id of an
    entry that already follows it up and should be looked at again.
    """

    key: str
    source_kind: str
    title: str
    reason: str
    url: str = ""
    unit: OrgUnit | None = None
    kind: str = "risk"
    draft: dict[str, Any] = field(default_factory=dict)
    risk: Any = None


Provider = Callable[[Agency, dt.date], Iterable[Found]]
_providers: dict[str, Provider] = {}


def add(name: str, provider: Provider) -> None:
    """Register a provider under its name; called from AppConfig.ready."""
    _providers[name] = provider


def all_providers() -> dict[str, Provider]:
    """Every provider by its name."""
    return dict(_providers)
