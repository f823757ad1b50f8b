"""A first guess of what the columns of an unknown source hold, from their headers and their cells. Pure.

A guess is only ever a proposal: the person confirms it on the page before anything is imported.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from dossiers.importers.profile import ANY_CODE, DATES, OPTIONAL_WORDS, WORDS, Profile, header_key, word_key
from dossiers.importers.values import Unreadable, moment_of, other_form, text_of

LIKE_ENOUGH = 0.6
MOST_CELLS = 0.6
MANY_CELLS, MOST_DIFFER = 12, 0.8
LONG_WORD = 6
FEW_WORDS = frozenset({*WORDS, "unit", "field"})
WORDS_OF_TITLES = frozenset({"cua", "va", "ho", "so", "ngay", "gio", "lich", "cac", "theo", "hs"})
_PEOPLE = re.compile(r"\+?\d{9,12}|[\w.+-]+@[\w-]+\.[\w.]+")
_OWN_CODE = re.compile(ANY_CODE)
How = Literal["name", "content"]


@dataclass(frozen=True)
class Guess:
    """What a column may hold ("personal" or a field), and by what it was guessed."""

    field: str
    how: How


class Guesser:
    """Guesses with the titles and words that are known."""

    def __init__(self, profiles: Iterable[Profile], units: Iterable[str]) -> None:
        self.profiles = list(profiles)
        self.strict = [profile for profile in self.profiles if not profile.takes_any_code]
        self.units = {word_key(name) for name in units}
        self.titles: dict[str, str] = {}
        for profile in self.profiles:
            self.titles |= profile.columns

    def columns(
        self,
        titles: Sequence[str],
        cells: Sequence[Sequence[Any]],
        taken: Mapping[int, str],
        shorts: Sequence[str] = (),
    ) -> dict[int, Guess]:
        """Guesses for the columns that are not in `taken` (index -> field); each field once at most.

        `shorts` are the lowest lines of titles in several lines.
        """
        open_ones = [
            index for index, title in enumerate(titles) if title and index not in taken and header_key(title)
        ]
        samples = {
            index: [row[index] for row in cells if index < len(row) and text_of(row[index])]
            for index in open_ones
        }
        found: dict[int, Guess] = {}
        used = set(taken.values())
        names = {
            index: [key for key in map(header_key, (titles[index], *shorts[index : index + 1])) if key]
            for index in open_ones
        }
        for _score, index, field in sorted(self._by_name(names, samples), reverse=True):
            if index not in found and field not in used:
                found[index] = Guess(field, "name")
                used.add(field)
        for index in open_ones:
            if index not in found:
                field = self._by_content(samples[index])
                if field == "personal" or (field and field not in used):
                    found[index] = Guess(field, "content")
                    used.add(field)
        return found

    def _by_name(
        self, names: Mapping[int, list[str]], samples: Mapping[int, list[Any]]
    ) -> Iterable[tuple[float, int, str]]:
        for index, keys in names.items():
            best: dict[str, float] = {}
            for known, field in self.titles.items():
                likeness = max(_likeness(key, known) for key in keys)
                best[field] = max(best.get(field, 0.0), likeness)
            for field, score in best.items():
                if score >= LIKE_ENOUGH and self.fits(field, samples[index]):
                    yield score, index, field

    def fits(self, field: str, cells: Sequence[Any]) -> bool:
        """Whether the cells may be what the field holds; a column without cells fits everything."""
        if field in FEW_WORDS and _all_differ(cells):
            return False
        if field == "code" and _all_differ(cells) and _share(cells, _is_own_code) >= MOST_CELLS:
            return True
        if field == "officer_code" and cells and _share(cells, self._is_unit) >= MOST_CELLS:
            return False
        check = self._check_of(field)
        return check is None or not cells or _share(cells, check) >= MOST_CELLS

    def _check_of(self, field: str) -> "Callable[[Any], bool] | None":
        if field == "code":
            return self._is_code
        if field in DATES:
            return _is_moment
        return None

    def _by_content(self, cells: Sequence[Any]) -> str:
        if not cells:
            return ""
        if _share(cells, self._is_code) >= MOST_CELLS:
            return "code"
        if _share(cells, lambda cell: bool(_PEOPLE.fullmatch(text_of(cell).replace(" ", "")))) >= MOST_CELLS:
            return "personal"
        if _share(cells, self._is_unit) >= MOST_CELLS:
            return "unit"
        shares = (
            (_share(cells, partial(self._is_word, kind)), kind)
            for kind in WORDS
            if kind not in OPTIONAL_WORDS
        )
        share, kind = max(shares)
        return kind if share >= MOST_CELLS else ""

    def _is_code(self, cell: Any) -> bool:
        text = text_of(cell).upper().replace(" ", "")
        return any(profile.code.match(text) for profile in self.strict)

    def _is_unit(self, cell: Any) -> bool:
        return word_key(text_of(cell)) in self.units

    def _is_word(self, kind: str, cell: Any) -> bool:
        return any(word_key(text_of(cell)) in profile.words.get(kind, {}) for profile in self.profiles)


def _is_moment(cell: Any) -> bool:
    try:
        return moment_of(cell) is not None
    except Unreadable:
        return bool(isinstance(cell, str) and other_form(cell))


def _is_own_code(cell: Any) -> bool:
    """Whether a cell may be a code as only this source writes it; no date, and no number of a person."""
    text = text_of(cell).upper().replace(" ", "")
    return bool(_OWN_CODE.match(text)) and not _PEOPLE.fullmatch(text) and not _is_moment(cell)


def _share(cells: Sequence[Any], check: "Callable[[Any], bool]") -> float:
    return sum(map(check, cells)) / len(cells)


def _all_differ(cells: Sequence[Any]) -> bool:
    """Whether hardly a cell occurs twice: names and numbers, no words of a list."""
    return len(cells) >= MANY_CELLS and len(set(map(text_of, cells))) > len(cells) * MOST_DIFFER


def _likeness(one: str, other: str) -> float:
    """How alike two header keys are: words that tell weigh more than those every header has.

    Names of fields of a program are one word: there the one may stand within the other.
    """
    if " " not in one and " " not in other and min(len(one), len(other)) >= LONG_WORD:
        short, long = sorted((one, other), key=len)
        return len(short) / len(long) if short in long else 0.0
    left, right = set(one.split()), set(other.split())
    if not (left & right) - WORDS_OF_TITLES:
        return 0.0

    def weight(words: set[str]) -> float:
        return sum(0.3 if word in WORDS_OF_TITLES else 1.0 for word in words)

    return 2 * weight(left & right) / (weight(left) + weight(right))
