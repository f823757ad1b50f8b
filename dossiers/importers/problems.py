"""What can be wrong with a value of an export, in words. The kinds are kept, the words are shown."""

from collections import Counter
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: "dict[str, str | Promise]" = {
    "missing": _("The value is missing"),
    "code": _("This is not a dossier code"),
    "date": _("This is not a date"),
    "no_such_date": _("There is no such day or time"),
    "date_range": _("The date lies far outside the years of one-stop systems"),
    "status": _("Unknown status"),
    "channel": _("Unknown way of handing in"),
    "level": _("Unknown online level"),
    "rating": _("This is not a rating"),
    "payment": _("Unknown way of payment"),
    "digitised": _("Neither yes nor no"),
    "late_reason": _("Unknown reason of a delay; taken as another reason"),
    "unit": _("Unknown unit"),
    "procedure": _("Unknown procedure without a code"),
    "too_long": _("The value is too long"),
    "result_before_receipt": _("The result is older than the receipt"),
    "future": _("The date lies after the export"),
    "due_before_receipt": _("The due time is older than the receipt"),
    "order": _("It ends before it begins"),
    "episodes": _("This is not a list of supplements, suspensions and extensions"),
    "extended_again": _("Extended with apology more than once"),
    "due_disagrees": _("The due time disagrees with the working days of the procedure"),
}
WARNINGS = frozenset(
    {
        "result_before_receipt",
        "future",
        "due_before_receipt",
        "due_disagrees",
        "late_reason",
        "extended_again",
    }
)


def reason_of(kind: str) -> str:
    """The words for a kind of problem."""
    return str(REASONS.get(kind, kind))


class FileRefused(Exception):
    """The file as a whole cannot be taken; the message says why."""


@dataclass(frozen=True)
class RowProblem:
    """One located problem. `value` is safe to keep: it never holds personal data."""

    line: int
    column: str
    kind: str
    value: str = ""
    expected: str = ""
    code: str = ""

    @property
    def is_warning(self) -> bool:
        """Whether the row is taken all the same."""
        return self.kind in WARNINGS


@dataclass
class Problems:
    """The problems of a file as they are found: all are counted by kind, the first ones are kept."""

    most: int
    kept: list[RowProblem] = field(default_factory=list)
    kinds: "Counter[str]" = field(default_factory=Counter)

    @property
    def is_full(self) -> bool:
        """Whether a further problem is only counted."""
        return len(self.kept) >= self.most

    def add(self, problem: RowProblem) -> None:
        """Count one, and keep it while there is room."""
        self.kinds[problem.kind] += 1
        if not self.is_full:
            self.kept.append(problem)
