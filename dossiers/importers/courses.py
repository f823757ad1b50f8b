"""From one line of a table to all pauses and extensions of its dossier, where it tells more than one."""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from dossiers.importers.episodes import (
    EXTENSION,
    KINDS,
    MEMBERS,
    MOST,
    SUPPLEMENT,
    SUSPENSION,
    Course,
    Episode,
)
from dossiers.importers.values import Unreadable, moment_of, text_of
from qms.text import repair_marks

LONGEST_NOTICE = 60


class CourseReader:
    """The part of a `RowReader` that understands supplements, suspensions and extensions."""

    at: dict[str, int]
    again: Mapping[str, Sequence[int]]
    _cell: Callable[[list[Any], str], Any]
    _text: Callable[[list[Any], str], str]
    _moment: Callable[[Any, str, Callable[..., None]], dt.datetime | None]

    def _course(
        self, cells: list[Any], dates: dict[str, dt.datetime | None], wrong: Callable[..., None]
    ) -> Course:
        """All pauses and extensions of a line; the last of each kind goes to the columns of the dossier."""

        def moments(name: str) -> list[dt.datetime | None]:
            further = [cells[at] if at < len(cells) else "" for at in self.again.get(name, ())]
            return [self._moment(cell, name, wrong) for cell in (self._cell(cells, name), *further)]

        papers = [self._text(cells, "extension_document")]
        papers += [
            repair_marks(text_of(cells[at])) for at in self.again["extension_document"] if at < len(cells)
        ]
        found = [
            *_pauses(SUPPLEMENT, moments("supplement_requested_at"), moments("supplement_received_at")),
            *_pauses(SUSPENSION, moments("suspended_from"), moments("suspended_until")),
            *(
                Episode(EXTENSION, None, until, paper)
                for until, paper in zip_longest(moments("due_extended_at"), papers, fillvalue="")
                if isinstance(until, dt.datetime)
            ),
            *(Episode(EXTENSION, None, until, by_law=True) for until in moments("due_by_law") if until),
            *self._listed(cells, wrong),
        ]
        if any(one.start and one.end and one.end < one.start for one in found):
            wrong("suspended_until" if "suspended_until" in self.at else "supplement_received_at", "order")
        if any(len(one.document) > LONGEST_NOTICE for one in found):
            wrong(
                "extension_document", "too_long", _("at most %(count)s letters") % {"count": LONGEST_NOTICE}
            )
        course = Course.of(found)
        due = dates["due_original_at"]
        if course.by_law:
            laws = [replace(one, start=one.start or due) for one in course.by_law]
            course = replace(course, by_law=laws)
            dates["due_original_at"] = max(moment for one in laws for moment in (one.end, due) if moment)
        if course.supplements:
            last = course.supplements[-1]
            dates["supplement_requested_at"], dates["supplement_received_at"] = last.start, last.end
        if course.apologies:
            dates["due_extended_at"] = course.apologies[-1].end
        return course

    def _listed(self, cells: list[Any], wrong: Callable[..., None]) -> list[Episode]:
        """The episodes a one-stop system sends as a list."""
        text = self._text(cells, "episodes")
        if not text:
            return []
        try:
            told = json.loads(text)
            if not isinstance(told, list) or len(told) > MOST:
                raise ValueError
            return [self._one_listed(one) for one in told]
        except (ValueError, TypeError, AttributeError, RecursionError, Unreadable):
            wrong("episodes", "episodes", _("a list as the interface describes it"))
            return []

    def _one_listed(self, one: dict[str, Any]) -> Episode:
        is_extension = one["kind"] == EXTENSION
        start, end = (
            moment_of(str(one[name]), end_of_day=is_extension) if one.get(name) else None
            for name in ("from", "until")
        )
        by_law = one.get("by_law", False)
        known = one["kind"] in KINDS and MEMBERS.issuperset(one) and isinstance(by_law, bool)
        if not known or (end if is_extension else start) is None or (by_law and not is_extension):
            raise ValueError
        return Episode(one["kind"], start, end, repair_marks(text_of(str(one.get("document") or ""))), by_law)


def _pauses(kind: str, starts: list[dt.datetime | None], ends: list[dt.datetime | None]) -> list[Episode]:
    pairs = zip_longest(starts, ends)
    return [Episode(kind, start, end) for start, end in pairs if start is not None]
