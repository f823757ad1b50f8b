"""Telling people about cases and reviews: in Vietnamese, once per key."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import override

from qms import notifications
from qms.models import Person

TOPIC = "improvement"
_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


@contextmanager
def quietly() -> Iterator[None]:
    """Tell nobody meanwhile: whoever takes many cases over at once tells everybody once afterwards."""
    before = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(before)


def tell(
    people: Iterable[Person | None],
    key: str,
    title: "str | Promise",
    *,
    url: str,
    body: str = "",
    but: Person | None = None,
    **words: Any,
) -> int:
    """Notify each of some people (`but` one, who did it) once per key; gives back how many there are."""
    if _quiet.get():
        return 0
    told = set()
    for person in people:
        if person is None or person.pk in told or (but is not None and person.pk == but.pk):
            continue
        told.add(person.pk)
        with override(notifications.LANGUAGE):
            text = str(title) % words if words else str(title)
            notifications.notify(person, topic=TOPIC, title=text, body=body, url=url, key=key)
    return len(told)
