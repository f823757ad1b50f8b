"""What papers are for. Other apps register their purposes in AppConfig.ready; this app learns no more.

```python
from documents import registry

registry.add(registry.Purpose("objectives.publish", _("Publish the objectives"), Kind.DECISION,
                              build=build_content, on_issued=activate, on_revoked=deactivate,
                              warnings=compare_annex_with_plan, subject_url=address))
```
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from documents.content import Kind, PaperContent

if TYPE_CHECKING:
    from documents.models import Paper
    from qms.models import Person


@dataclass(frozen=True)
class PaperWarning:
    """Something a paper disagrees with itself about; never a block for what an agency may decide."""

    message: "str | Promise"
    url: str = ""
    link: "str | Promise" = ""


def _nothing(paper: "Paper", acting: "Person | None") -> None:
    return None


def _no_warnings(paper: "Paper") -> Iterable[PaperWarning]:
    return ()


def _no_address(paper: "Paper") -> str:
    return ""


@dataclass(frozen=True)
class Purpose:
    """What a paper decides.

    `build(paper)` makes the content anew from records while the paper is a draft. `on_issued` and
    `on_revoked` run inside the transaction that issues or ends the paper: what it decides comes into
    force, or ends, with it; an exception there undoes the whole step.
    """

    key: str
    label: "str | Promise"
    kind: Kind
    build: "Callable[[Paper], PaperContent] | None" = None
    on_issued: "Callable[[Paper, Person | None], None]" = _nothing
    on_revoked: "Callable[[Paper, Person | None], None]" = _nothing
    warnings: "Callable[[Paper], Iterable[PaperWarning]]" = _no_warnings
    subject_url: "Callable[[Paper], str]" = _no_address


_purposes: dict[str, Purpose] = {}

AMENDING = {
    "corrected": "papers.correction",
    "superseded": "papers.supersession",
    "revoked": "papers.revocation",
}
"""What a paper about an earlier paper is for, by its effect on that one (documents/services/amending.py)."""


def add(purpose: Purpose) -> None:
    """Register a purpose; its key is unique."""
    _purposes[purpose.key] = purpose


def get(key: str) -> Purpose | None:
    """The purpose of a key; None for a paper written freely."""
    return _purposes.get(key)


def is_carried_over(key: str) -> bool:
    """Whether a successor with the same text decides the same: the purpose makes its papers of no records."""
    purpose = get(key)
    return purpose is not None and purpose.build is None and key not in AMENDING.values()


def all_purposes() -> list[Purpose]:
    """Every registered purpose."""
    return list(_purposes.values())
