"""State machines as tables. A move is one conditional UPDATE: of two at once, exactly one succeeds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from qms.exceptions import IllegalTransition

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Transition:
    """A step from one of `sources` to `target`; the label is the verb on the button."""

    name: str
    sources: frozenset[str]
    target: str
    label: "str | Promise"


class Workflow:
    """All the steps of one kind of record, by name; `field` is the name of its state field."""

    def __init__(self, steps: "list[Transition] | tuple[Transition, ...]", field: str = "state") -> None:
        self.steps = tuple(steps)
        self.field = field
        self.names = {step.name: step for step in self.steps}

    def __getitem__(self, name: str) -> Transition:
        return self.names[name]

    def open_steps(self, state: str) -> list[Transition]:
        """The steps that lead on from a state."""
        return [step for step in self.steps if state in step.sources]


def step(name: str, sources: "str | list[str]", target: str, label: "str | Promise") -> Transition:
    """A transition; one source may be given as a bare string."""
    return Transition(name, frozenset([sources] if isinstance(sources, str) else sources), target, label)


@contextmanager
def locked(record: M) -> Iterator[M]:
    """The same record, fresh and locked until the transaction ends. Must run inside `atomic`."""
    manager = type(record)._default_manager
    yield manager.select_for_update(of=("self",)).get(pk=record.pk)


def hold(record: models.Model) -> None:
    """Let those who number or open something under a record, as an agency, take turns until they are done.

    Whoever only refers to the record (nearly every write refers to the agency) does not wait, as he would for
    `locked`. Must run inside `atomic`.
    """
    type(record)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=record.pk)


def move(
    record: models.Model, transition: Transition, *, field: str = "state", **values: Any
) -> dict[str, tuple[Any, Any]]:
    """Take one step and set the named fields with it; gives back {field: (old, new)}.

    Raises IllegalTransition when the record is not (or no longer) in a source state.
    """
    old_state = getattr(record, field)
    manager = type(record)._default_manager
    changed = (
        manager.filter(pk=record.pk, **{f"{field}__in": transition.sources}).update(
            **{field: transition.target}, **values
        )
        if old_state in transition.sources
        else 0
    )
    if not changed:
        state = record._meta.get_field(field)
        words = dict(getattr(state, "flatchoices", [])).get(old_state, old_state)
        raise IllegalTransition(
            _("“%(step)s” is not possible: the present state is “%(state)s”.")
            % {"step": transition.label, "state": words}
        )
    changes: dict[str, tuple[Any, Any]] = {field: (old_state, transition.target)}
    setattr(record, field, transition.target)
    for name, value in values.items():
        changes[name] = (getattr(record, name), value)
        setattr(record, name, value)
    return changes
