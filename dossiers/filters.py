"""The filter of the list of dossiers: what a person chooses, and what a figure leads to."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.timezone import get_default_timezone, is_naive
from django.utils.translation import gettext_lazy as _

from dossiers import delays, facts, quality, selectors
from dossiers.facts import Window
from dossiers.models import Dossier, DossierImport, LateReason, OnlineLevel, Procedure, Status
from dossiers.registration import procedures_matching
from qms.forms import DateField, FilterForm
from qms.models import OrgUnit, Person
from qms.text import fold

ALL = ("", _("All"))
DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(1990, 1, 1), dt.date(2100, 1, 1)


class DossierFilter(FilterForm):
    """Every part stands in the address, so that a list can be linked to."""

    q = forms.CharField(label=_("Code or procedure"), max_length=120)
    fact = forms.ChoiceField(
        label=_("Counted as"), choices=[ALL, *((fact.key, fact.label) for fact in facts.FACTS.values())]
    )
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=OrgUnit.objects.none(), empty_label=_("All"))
    status = forms.ChoiceField(label=_("Status"), choices=[ALL, *Status.choices])
    procedure = forms.ModelChoiceField(
        label=_("Administrative procedure"), queryset=Procedure.objects.none(), empty_label=_("All")
    )
    problem = forms.ChoiceField(
        choices=[ALL, *((check.key, check.label) for check in quality.CHECKS.values())],
        widget=forms.HiddenInput,
    )
    reason = forms.ChoiceField(
        label=_("Reason of the delay"),
        choices=[ALL, *LateReason.choices, (delays.NONE, _("No reason given yet"))],
        widget=forms.HiddenInput,
    )
    field = forms.CharField(max_length=200, widget=forms.HiddenInput)
    as_of = forms.CharField(widget=forms.HiddenInput)
    seq = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = DateField(label=_("From"), required=False)
        self.fields["to"] = DateField(label=_("To"), required=False)
        hidden = ["problem", "reason", "field", "as_of", "seq"]
        self.order_fields(["q", "fact", "from", "to", "unit", "status", "procedure", *hidden])
        reasons: Any = self.fields["reason"]
        self.reasons: dict[str, Any] = dict(reasons.choices)
        units: Any = self.fields["unit"]
        units.queryset = OrgUnit.objects.visible_to(person).filter(handles_procedures=True)
        procedures: Any = self.fields["procedure"]
        procedures.queryset = Procedure.objects.visible_to(person).order_by("name")
        fact: Any = self.fields["fact"]
        asked = self.data.get("fact", "")
        if "+" in asked and facts.is_known(asked):
            fact.choices = [*fact.choices, (asked, facts.label(asked))]


@dataclass(frozen=True)
class Selection:
    """The dossiers a filter leads to, and in what they are counted."""

    rows: "QuerySet[Dossier]"
    as_of: dt.datetime | None
    fact: str
    window: Window


def select(person: Person, form: DossierFilter) -> Selection:
    """The dossiers of the person's agency that a filter asks for; what it cannot read filters nothing."""
    form.is_valid()
    asked: dict[str, Any] = form.cleaned_data
    as_of = _moment(asked.get("as_of") or "") or selectors.data_as_of(person.agency)
    window = Window(_midnight(asked.get("from") or FIRST), _midnight((asked.get("to") or LAST) + DAY))
    rows: QuerySet[Dossier] = Dossier.objects.visible_to(person).select_related("unit", "procedure")
    fact = asked.get("fact") or ""
    if fact:
        rows = rows.filter(facts.condition(fact, window, as_of))
    elif asked.get("from") or asked.get("to"):
        rows = rows.filter(received_at__gte=window.start, received_at__lt=window.end)
    if asked.get("field"):
        rows = rows.filter(procedure__field=asked["field"])
    if asked.get("problem"):
        rows = rows.filter(quality.condition(asked["problem"], as_of))
    if asked.get("reason"):
        rows = delays.with_reason(rows, asked["reason"])
    for name in ("unit", "status", "procedure"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("seq"):
        rows = rows.filter(import_seq=asked["seq"])
    if asked.get("q"):
        rows = rows.filter(_words(person, asked["q"]))
    return Selection(rows, as_of, fact, window)


def _words(person: Person, text: str) -> Q:
    """Part of a code, or words of the procedure's name with or without accents."""
    by_code = Q(code__contains=text.strip().upper())
    if any(letter.isdigit() for letter in text) and " " not in text.strip():
        return by_code
    return by_code | Q(procedure__in=procedures_matching(person, fold(text).split()))


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=get_default_timezone())


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is not None and is_naive(moment):
        moment = moment.replace(tzinfo=get_default_timezone())
    return moment


class ProcedureFilter(FilterForm):
    """Which procedures of the catalogue to show."""

    q = forms.CharField(label=_("Code or name of the procedure"), max_length=120)
    level = forms.ChoiceField(label=_("Online level"), choices=[ALL, *OnlineLevel.choices])
    online = forms.CharField(max_length=20, widget=forms.HiddenInput)

    def chosen(self, person: Person) -> "QuerySet[Procedure]":
        """The procedures asked for; what it cannot read filters nothing."""
        self.is_valid()
        asked: dict[str, Any] = self.cleaned_data
        rows = Procedure.objects.visible_to(person).order_by("field", "name")
        if text := (asked.get("q") or "").strip():
            named = procedures_matching(person, fold(text).split())
            rows = rows.filter(Q(code__icontains=text) | Q(pk__in=[one.pk for one in named]))
        if asked.get("level"):
            rows = rows.filter(online_level=asked["level"])
        return rows


class ImportFilter(FilterForm):
    """Which imports to show."""

    state = forms.ChoiceField(label=_("Status"), choices=[ALL, *DossierImport.State.choices])
