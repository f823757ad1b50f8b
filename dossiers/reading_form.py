"""The form on the preview page: what each column holds, and what each unknown word means."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.importers.profile import (
    ANY_CODE,
    BUILT_IN,
    FIELDS,
    REPEATED,
    Answers,
    header_key,
    same_source,
)
from dossiers.importers.suggest import suggestion
from dossiers.models import Channel, DossierImport, OnlineLevel, Payment, Status
from qms.forms import PortalForm
from qms.models import OrgUnit

USUAL = "usual"
TAB = "tab"
DAY_FORMS = (
    (USUAL, gettext_lazy("day/month/year, ISO (2025-12-31), year/month/day, Excel dates")),
    ("dmy2", gettext_lazy("day/month/year of two digits (31/12/25)")),
    ("mdy", gettext_lazy("month/day/year (12/31/2025)")),
    ("mdy2", gettext_lazy("month/day/year of two digits (12/31/25)")),
    ("ymd2", gettext_lazy("year of two digits/month/day (25/12/31)")),
)
CODE_FORMS = (
    ("usual", gettext_lazy("as the State numbers them (000.00.16.H19-250822-0001)")),
    ("any", gettext_lazy("in a way of this source: letters, digits and . / - _")),
)
ENCODINGS = (
    ("", gettext_lazy("Find out")),
    ("utf-8", "UTF-8"),
    ("utf-16-le", "UTF-16"),
    ("cp1258", "Windows-1258"),
)
SIGNS = (
    ("", gettext_lazy("Find out")),
    (",", gettext_lazy("Comma ,")),
    (";", gettext_lazy("Semicolon ;")),
    (TAB, gettext_lazy("Tab")),
    ("|", gettext_lazy("Bar |")),
    ("^", "^"),
    ("~", "~"),
)
KINDS: "dict[str, str | Promise]" = {
    "status": gettext_lazy("Status"),
    "channel": gettext_lazy("Handed in"),
    "level": gettext_lazy("Online level"),
    "unit": gettext_lazy("Handling unit"),
    "rating": gettext_lazy("Rating"),
    "payment": gettext_lazy("Payment"),
    "digitised": gettext_lazy("Digitised"),
}
HOW: "dict[str, str | Promise]" = {
    "name": gettext_lazy("guessed from the header"),
    "content": gettext_lazy("guessed from the cells"),
}
TEXT_FILES = (".csv", ".txt", ".tsv")


@dataclass(frozen=True)
class AskedColumn:
    """One column of the file on the form."""

    title: str
    samples: list[str]
    how: "str | Promise"
    field: Any
    is_settled: bool


@dataclass(frozen=True)
class AskedWord:
    """One unknown word on the form."""

    kind: "str | Promise"
    word: str
    count: int
    field: Any
    is_suggested: bool


class ReadingForm(PortalForm):
    """Built from what a check understood; gives `Answers`."""

    source = forms.CharField(
        label=gettext_lazy("Name of the source"),
        max_length=160,
        help_text=gettext_lazy("The next file with this header is read the same way."),
    )
    dates = forms.ChoiceField(label=gettext_lazy("Days are written as"), choices=DAY_FORMS)
    codes = forms.ChoiceField(label=gettext_lazy("Dossier codes are written"), choices=CODE_FORMS)
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"), choices=ENCODINGS, required=False)
    delimiter = forms.ChoiceField(label=gettext_lazy("Between the columns"), choices=SIGNS, required=False)

    def __init__(self, *args: Any, one: DossierImport, **kwargs: Any) -> None:
        self.one, self.told = one, one.understood
        mapping = one.mapping or {}
        initial = {
            "source": self._source(),
            "dates": mapping.get("dates") or USUAL,
            "codes": "any" if mapping.get("code_pattern") == ANY_CODE else "usual",
            "encoding": mapping.get("encoding", ""),
            "delimiter": mapping.get("delimiter", "").replace("\t", TAB),
        }
        super().__init__(*args, **(kwargs | {"initial": initial}))
        if self.told.get("odd_dates"):
            # The other form may be right: the person says which, nothing is chosen beforehand.
            dates: Any = self.fields["dates"]
            dates.choices = [("", _("– Choose –")), *DAY_FORMS]
            self.initial["dates"] = ""
        if self.told.get("odd_codes"):
            codes: Any = self.fields["codes"]
            codes.choices = [("", _("– Choose –")), *CODE_FORMS]
            self.initial["codes"] = ""
        if not one.file_name.lower().endswith(TEXT_FILES):
            del self.fields["encoding"], self.fields["delimiter"]
        self._columns = list(self._add_columns())
        self._words = list(self._add_words())

    def _source(self) -> str:
        """The source it was read by, unless most titles are other ones: then it is likely another source."""
        learned = set(self.one.profile.mapping.get("header", ()))
        titles = {header_key(column["title"]) for column in self.told.get("columns", [])} - {""}
        is_other = bool(learned) and not same_source(titles, learned)
        return "" if self.one.profile.code == BUILT_IN or is_other else self.one.profile.name

    def _add_columns(self) -> Iterator[tuple[str, dict[str, Any]]]:
        uses = [("", _("Not imported")), ("personal", _("Data of citizens: drop it"))]
        fields = [(name, str(label)) for name, label in FIELDS.items() if name != "episodes"]
        seen: set[str] = set()
        for number, column in enumerate(self.told.get("columns", [])):
            key = header_key(column["title"])
            if key in seen:
                continue
            seen.add(key)
            is_personal = column["use"] == "personal" and not column.get("how")
            value = column["field"] if column["use"] == "field" else ""
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=column["title"],
                choices=uses[1:] if is_personal else [*uses, *fields],
                required=False,
                initial="personal" if column["use"] == "personal" else value,
            )
            yield f"column-{number}", column

    def _add_words(self) -> Iterator[tuple[str, str, str, int]]:
        asked = self.told.get("words", {})
        units = dict(self._choices("unit")) if asked.get("unit") else {}
        for kind, words in asked.items():
            choices = [("", _("Unknown: reject these rows")), *self._choices(kind)]
            for number, (word, count) in enumerate(words):
                name = f"word-{kind}-{number}"
                self.fields[name] = forms.ChoiceField(
                    label=word, choices=choices, required=False, initial=suggestion(kind, word, units)
                )
                yield name, kind, word, count

    def _choices(self, kind: str) -> list[tuple[str, Any]]:
        if kind == "unit":
            units = OrgUnit.objects.filter(agency=self.one.agency).order_by("order", "name")
            return [(str(unit.pk), unit.name) for unit in units]
        if kind == "rating":
            return [(str(number), str(number)) for number in range(5, 0, -1)]
        if kind == "digitised":
            return [("yes", _("Yes")), ("no", _("No"))]
        kinds = {"status": Status, "channel": Channel, "level": OnlineLevel, "payment": Payment}
        return list(kinds[kind].choices)

    def columns(self) -> list[AskedColumn]:
        """The columns in the order of the file."""
        return [
            AskedColumn(
                column["title"],
                column.get("samples", []),
                HOW.get(column.get("how", ""), ""),
                self[name],
                column["use"] in {"field", "personal", "ignored"} and not column.get("how"),
            )
            for name, column in self._columns
        ]

    def columns_to_see(self) -> list[AskedColumn]:
        """The columns a person should look at: guessed or unknown ones, and all while one is missing."""
        whole = bool(self.told.get("missing")) or self.is_bound
        return [one for one in self.columns() if whole or not one.is_settled]

    def columns_settled(self) -> list[AskedColumn]:
        """The columns somebody explained before."""
        shown = {one.title for one in self.columns_to_see()}
        return [one for one in self.columns() if one.title not in shown]

    @property
    def guessed(self) -> int:
        """How many columns the portal guessed."""
        return sum(bool(column.get("how")) for _name, column in self._columns)

    def words(self) -> list[tuple["str | Promise", list[AskedWord]]]:
        """The unknown words kind by kind, those that occur most first."""
        found: dict[str, list[AskedWord]] = {}
        for name, kind, word, count in self._words:
            is_suggested = bool(self.fields[name].initial) and not self.is_bound
            found.setdefault(kind, []).append(AskedWord(KINDS[kind], word, count, self[name], is_suggested))
        return [(KINDS[kind], asked) for kind, asked in found.items()]

    @property
    def word_count(self) -> int:
        """How many words are asked about."""
        return len(self._words)

    def settings(self) -> list[Any]:
        """The fields about the file as a whole."""
        return [
            self[name]
            for name in ("source", "dates", "codes", "encoding", "delimiter")
            if name in self.fields
        ]

    def clean(self) -> dict[str, Any]:
        """No field may be read from two columns."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        taken: dict[str, str] = {}
        for name, column in self._columns:
            use = found.get(name, "")
            if use in FIELDS and use not in REPEATED and use in taken:
                self.add_error(name, _("“%(title)s” is already read as this.") % {"title": taken[use]})
            taken[use] = column["title"]
        return found

    def answers(self) -> Answers:
        """What the person said."""
        found = self.cleaned_data
        words: dict[str, dict[str, str]] = {}
        for name, kind, word, _count in self._words:
            if found.get(name):
                words.setdefault(kind, {})[word] = found[name]
        return Answers(
            columns={column["title"]: found.get(name, "") for name, column in self._columns},
            words=words,
            dates="" if found["dates"] == USUAL else found["dates"],
            codes=found["codes"],
            encoding=found.get("encoding", ""),
            delimiter=found.get("delimiter", "").replace(TAB, "\t"),
        )
