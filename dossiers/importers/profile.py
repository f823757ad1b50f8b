"""How the exports of one source are read: headers, words, code pattern, phrases. All of it is data.

A profile is JSON (kept in `ImportProfile`), so that another vendor needs no programmer. Headers are compared
without accents and punctuation; words are compared exactly but for case, spaces and Unicode form.
"""

import copy
import json
import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.text import fold, repair_marks

FIELDS: "dict[str, str | Promise]" = {
    "code": _("Dossier code"),
    "procedure_code": _("Procedure code"),
    "procedure_name": _("Administrative procedure"),
    "field": _("Field"),
    "level": _("Online level"),
    "channel": _("Handed in"),
    "received_at": _("Received"),
    "due_original_at": _("Due on"),
    "due_extended_at": _("Due after extension"),
    "supplement_requested_at": _("Supplement asked for"),
    "supplement_received_at": _("Supplement received"),
    "result_at": _("Result ready"),
    "returned_at": _("Result handed over"),
    "closed_at": _("Closed without result"),
    "unit": _("Handling unit"),
    "officer_code": _("Officer"),
    "status": _("Status"),
    "rating": _("Rating"),
    "extension_document": _("Notice of extension"),
    "payment": _("Payment"),
    "digitised": _("Digitised"),
    "late_reason": _("Reason of the delay"),
    "suspended_from": _("Suspended from"),
    "suspended_until": _("Suspended until"),
    "due_by_law": _("Due after an extension by law"),
    "episodes": _("Further supplements, suspensions, extensions"),
}
DATES = tuple(name for name in FIELDS if name.endswith("_at"))
SELDOM = ("suspended_from", "suspended_until", "due_by_law", "episodes")
"""Fields few dossiers have; a line with one of them takes the thorough way."""
REPEATED = frozenset(
    {
        "supplement_requested_at",
        "supplement_received_at",
        "due_extended_at",
        "extension_document",
        "suspended_from",
        "suspended_until",
        "due_by_law",
    }
)
"""Fields that may stand in several columns: the first supplement, the second one, …"""
REQUIRED = ("code", "received_at", "due_original_at", "result_at", "channel", "status", "unit")
ONE_OF = ("procedure_code", "procedure_name")
WORDS = ("status", "channel", "level", "rating", "payment", "digitised", "late_reason")
OPTIONAL_WORDS = ("payment", "digitised", "late_reason")
"""Columns many systems do not have: an empty cell says nothing."""
BUILT_IN = "one-stop"
ANY_CODE = r"^(?=.*\d)[\w./-]{3,60}$"
"""Codes as a source of its own writes them: letters, digits and . / - _, at least one digit."""
CODE_FORMS = ("usual", "any")
VERY_SAME = 3
"""How near a file is that has the very titles a source taught."""
SAME_TITLES = 0.6
"""Of the titles of a file so many are those of its source, else it is likely of another one."""
PERSONAL: "dict[str, str | Promise]" = {
    "owner": _("Name of the citizen or organisation"),
    "identity": _("Identity or tax number"),
    "telephone": _("Telephone"),
    "address": _("Address"),
}
"""Personal data an agency may switch on (setting `dossiers.personal`); all other is always dropped."""


def same_source(titles: Set[str], learned: Set[str]) -> bool:
    """Whether a file with these titles is likely of the source that was learned from those."""
    return len(titles & learned) >= len(titles) * SAME_TITLES


def header_key(text: str) -> str:
    """A header without accents, case and punctuation."""
    return " ".join(re.findall(r"[a-z0-9]+", fold(text)))


@lru_cache(maxsize=4096)
def word_key(text: str) -> str:
    """A word without differences of case, spaces, Unicode form and displaced marks."""
    return " ".join(repair_marks(text).split()).casefold()


@dataclass(frozen=True)
class Profile:
    """A mapping ready for use."""

    columns: dict[str, str]
    personal: frozenset[str]
    personal_marks: tuple[str, ...]
    ignored: frozenset[str]
    words: dict[str, dict[str, str]]
    code: re.Pattern[str]
    footers: tuple[str, ...]
    as_of: tuple[str, ...]
    usual_words: dict[str, tuple[str, ...]]
    units: dict[str, str]
    dates: str
    personal_kinds: dict[str, tuple[str, ...]]
    header: frozenset[str] = frozenset()
    """The titles of the file it was learned from; none of the one the portal comes with."""

    @classmethod
    def from_mapping(cls, mapping: dict[str, Any]) -> "Profile":
        """Make it from the data; raises KeyError when a part is missing."""
        return cls(
            columns={
                header_key(title): field for field, titles in mapping["columns"].items() for title in titles
            },
            personal=frozenset(header_key(title) for title in mapping["personal"]),
            personal_marks=tuple(header_key(mark) for mark in mapping["personal_marks"]),
            ignored=frozenset(header_key(title) for title in mapping["ignored"]),
            words={
                kind: {word_key(word): value for value, words in values.items() for word in words}
                for kind, values in mapping["words"].items()
            },
            code=re.compile(mapping["code_pattern"]),
            footers=tuple(fold(word) for word in mapping["footers"]),
            as_of=tuple(fold(phrase) for phrase in mapping["as_of"]),
            usual_words={
                kind: tuple(words[0] for words in values.values())
                for kind, values in mapping["words"].items()
            },
            units={word_key(name): unit for name, unit in mapping.get("units", {}).items()},
            dates=mapping.get("dates", ""),
            header=frozenset(filter(None, mapping.get("header", ()))),
            personal_kinds={
                kind: tuple(header_key(mark) for mark in marks)
                for kind, marks in mapping.get("personal_kinds", {}).items()
            },
        )

    def nearness(self, header: frozenset[str]) -> int:
        """How near a file is to what it was learned from: the same titles, most of them, none, other ones."""
        if not self.header:
            return 1
        if header == self.header:
            return VERY_SAME
        return 2 if same_source(header, self.header) else 0

    @property
    def takes_any_code(self) -> bool:
        """Whether the source writes codes in a way of its own, so that they tell nothing of a column."""
        return self.code.pattern == ANY_CODE

    def is_footer(self, text: str) -> bool:
        """Whether a line that begins so stands below the dossiers: a total, who drew it up."""
        folded = fold(text)
        return any(folded == word or folded.startswith(f"{word} ") for word in self.footers)

    def is_personal(self, title: str) -> bool:
        """Whether a column by its header holds data of citizens."""
        key = header_key(title)
        padded = f" {key} "
        return key in self.personal or any(f" {mark} " in padded for mark in self.personal_marks)

    def personal_kind(self, title: str) -> str:
        """Which personal data a column by its header holds; "" when it is none that may be kept."""
        padded = f" {header_key(title)} "
        marks = self.personal_kinds.items()
        return next((kind for kind, words in marks if any(f" {word} " in padded for word in words)), "")


@dataclass(frozen=True)
class Answers:
    """What a person said of a file: per title a field, "personal" or ""; per kind of word its meaning."""

    columns: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    dates: str = ""
    encoding: str = ""
    delimiter: str = ""
    codes: str = ""
    """How codes are written: one of CODE_FORMS; "" leaves what is known of it."""


def learn(mapping: dict[str, Any], answers: Answers) -> dict[str, Any]:
    """The mapping with the answers added; what was learned before stays, unless it was answered anew."""
    learned = copy.deepcopy(mapping)
    for title, use in answers.columns.items():
        key = header_key(title)
        lists = [*learned["columns"].values(), learned["personal"], learned["ignored"]]
        for titles in lists:
            titles[:] = [known for known in titles if header_key(known) != key]
        if use in FIELDS:
            learned["columns"].setdefault(use, []).append(title)
        else:
            learned["personal" if use == "personal" else "ignored"].append(title)
    for kind, words in answers.words.items():
        for word, value in words.items():
            if kind == "unit":
                learned.setdefault("units", {})[word] = value
                continue
            for known in learned["words"].setdefault(kind, {}).values():
                known[:] = [one for one in known if word_key(one) != word_key(word)]
            learned["words"][kind].setdefault(value, []).append(word)
    learned["header"] = sorted({header_key(title) for title in answers.columns if title})
    for name in ("dates", "encoding", "delimiter"):
        learned[name] = getattr(answers, name)
    if answers.codes:
        learned["code_pattern"] = ANY_CODE if answers.codes == "any" else built_in()["code_pattern"]
    return learned


def adopt(mapping: dict[str, Any], columns: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The mapping with guessed columns (title, field) taken as they are."""
    return learn(mapping, Answers(dict(columns), {}, mapping.get("dates", "")))


def built_in() -> dict[str, Any]:
    """The mapping the portal comes with, for one-stop systems in general."""
    mapping: dict[str, Any] = json.loads(
        (Path(__file__).parent / "one_stop.json").read_text(encoding="utf-8")
    )
    return mapping
