"""What other apps say on a record's page about the record: a planned change that touches a document.

An app to the left knows the record, the record's own app does not know it. So it hangs a function in
from its AppConfig.ready, and the record's page shows what is found with `{% record_mentions record %}`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise

from qms.models import Person


@dataclass(frozen=True)
class Mention:
    """A record of another app that names this one: under which heading, what, where, in which state.

    `state` is a state of `qms.statuses`, `word` its word when the usual one does not fit.
    """

    heading: str | Promise
    label: str | Promise
    url: str
    detail: str | Promise = ""
    state: str = ""
    word: str | Promise = ""


Provider = Callable[[Any, Person], Iterable[Mention]]
_providers: list[Provider] = []


def add(*providers: Provider) -> None:
    """Register functions (record, person) -> mentions, once each."""
    _providers.extend(one for one in providers if one not in _providers)


def of(record: models.Model, person: Person) -> dict[str, list[Mention]]:
    """What other apps say about a record, by heading, in the order of their registration."""
    found: dict[str, list[Mention]] = {}
    for provide in _providers:
        for one in provide(record, person):
            found.setdefault(str(one.heading), []).append(one)
    return found
