"""Expected failures. Each carries words for the person; one handler turns them into messages."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise


class DomainError(Exception):
    """Something a person asked for cannot be done, for a reason that can be told."""

    def __init__(self, message: "str | Promise") -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class Refused(DomainError):
    """A policy said no; the message is its reason."""


class IllegalTransition(DomainError):
    """The record is not in a state from which this step is possible (perhaps somebody was faster)."""


class Conflict(DomainError):
    """The record changed since the person saw it."""


@dataclass(frozen=True)
class Problem:
    """One located problem: where, what stood there, and what was expected."""

    where: str
    message: str
    value: str = ""
    expected: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class Invalid(DomainError):
    """Input that cannot be taken; lists every problem with its place."""

    def __init__(self, problems: "Sequence[Problem] | str | Promise") -> None:
        if isinstance(problems, (str, Promise)):
            self.problems: list[Problem] = [Problem("", str(problems))]
        else:
            self.problems = list(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))
