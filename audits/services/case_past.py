"""Cases of a workbook that were closed before: their words stay as they are, no step is made up (10.2.2)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from audits import policies
from audits.models import CaseImport, CauseCategory, Nonconformity
from audits.selectors.people import head_of
from audits.services.case_columns import KEPT
from audits.services.nonconformities import next_code, nonconformity_index
from audits.services.recurrence import recurrence_find
from qms import agency_settings, audit, clock
from qms.exceptions import Invalid, Problem
from qms.models import Agency, OrgUnit, Person
from qms.policies import require
from qms.text import fold, nfc

Located = Callable[[str, str, str], dict[str, str]]
CLOSED_WORDS = ("Đã đóng", "Đóng", "Hoàn thành", "Đã hoàn thành", "Đã xong", "Kết thúc")
EFFECT = {"co": "yes", "dat": "yes", "hieu qua": "yes", "co hieu luc": "yes", "yes": "yes"} | {
    "khong": "no", "khong dat": "no", "khong hieu qua": "no", "khong co hieu luc": "no", "no": "no",
}  # fmt: skip
COMPULSORY = ("title", "unit", "process", "detected_on", "closed_on")
NEEDED = gettext_noop("a closed case needs it")


class PastReader:
    """Reads the lines of cases that are closed already."""

    def __init__(self, agency: Agency, problem: Located) -> None:
        self.problem = problem
        self.closed = {fold(word) for word in CLOSED_WORDS}
        self.cancelled: set[str] = set()
        self.causes: dict[str, str] = {}
        for language in ("vi", "en"):
            with override(language):
                self.closed.add(fold(str(Nonconformity.State.CLOSED.label)))
                self.cancelled.add(fold(str(Nonconformity.State.CANCELLED.label)))
                self.causes |= {fold(str(label)): value for value, label in CauseCategory.choices}
        self.units: dict[str, OrgUnit] = {}
        rows = OrgUnit.objects.filter(agency=agency).exclude(kind=OrgUnit.Kind.COMMITTEE)
        for unit in rows.order_by("-valid_from", "pk"):
            for word in (unit.name, unit.short_name, unit.abbreviation, unit.code):
                if word:
                    self.units.setdefault(fold(word), unit)

    def is_closed(self, cells: dict[str, str]) -> bool:
        """Whether a line is about a case that was closed: its state says so, or its day and no state."""
        state = fold(cells.get("state", ""))
        return state in self.closed or (not state and bool(cells.get("closed_on")))

    def read(self, cells: dict[str, str], values: dict[str, Any], problems: list[dict[str, str]]) -> None:
        """Values and words of a closed case."""
        values["history"] = True
        values["past"] = {key: cells[key] for key in KEPT if cells.get(key)}
        for name in ("root_cause", "closed_note"):
            if cells.get(name):
                values[name] = cells[name]
        for name in COMPULSORY:
            if not cells.get(name):
                problems.append(self.problem(name, "", _(NEEDED)))
        for name, known, labels in (
            ("cause", self.causes, [str(label) for label in CauseCategory.labels]),
            ("effective", EFFECT, [_("Yes"), _("No")]),
        ):
            word = cells.get(name, "")
            if word and fold(word) not in known:
                words = _("one of: %(words)s") % {"words": ", ".join(labels)}
                problems.append(self.problem(name, word, words))
            elif word:
                values[name] = known[fold(word)]
        today = clock.today().isoformat()
        for name in ("detected_on", "closed_on"):
            if values.get(name, "") > today:
                problems.append(self.problem(name, cells[name], _("The day lies in the future.")))
        if values.get("detected_on", "") > values.get("closed_on", "9999"):
            words = _("a day that is not before the one it was detected on")
            problems.append(self.problem("closed_on", cells["closed_on"], words))
        if values.get("due_on", "9999") < values.get("detected_on", ""):
            words = _("It cannot be finished before it was detected.")
            problems.append(self.problem("due_on", cells["due_on"], words))


def past_take(
    agency: Agency, values: dict[str, Any], fields: dict[str, Any], batch: CaseImport, acting: Person | None
) -> Nonconformity:
    """Keep a closed case as history: its days and words as given, nobody of the portal closed it.

    `fields` are its columns as `case_transfer` reads them, `batch` the file it comes from.
    """
    unit = OrgUnit.objects.get(agency=agency, pk=values["unit"])
    owner = fields.pop("owner", None) or head_of(unit) or acting
    if owner is None:
        raise Invalid([Problem("owner", _("Must not be empty."))])
    days = int(agency_settings.get(agency, "audits.nonconformity_days"))
    fields.setdefault("due_on", fields["detected_on"] + dt.timedelta(days=days))
    with transaction.atomic():
        require(policies.can_keep(acting, agency))
        case: Nonconformity = Nonconformity.objects.create(
            agency=agency,
            code=next_code(agency, fields["detected_on"].year),
            year=fields["detected_on"].year,
            origin=values.get("origin") or Nonconformity.Origin.REPORT,
            grade=values.get("grade") or Nonconformity.Grade.MINOR,
            source_kind="workbook",
            source_label=values.get("number", ""),
            unit=unit,
            owner=owner,
            reported_by=acting,
            state=Nonconformity.State.CLOSED,
            closed_on=dt.date.fromisoformat(values["closed_on"]),
            closed_note=nfc(values.get("closed_note", "")),
            root_cause=nfc(values.get("root_cause", "")),
            cause_category=values.get("cause", ""),
            effective={"yes": True, "no": False}.get(values.get("effective", "")),
            no_correction=nfc(values.get("no_correction", "")),
            taken_over=batch,
            past=values["past"],
            **{name: nfc(value) if isinstance(value, str) else value for name, value in fields.items()},
        )
        changes = {"closed_on": (None, case.closed_on), "unit": (None, unit), "grade": (None, case.grade)}
        audit.record("audits.nonconformity.taken_over", case, changes, acting=acting, note=batch.file.name)
        recurrence_find(case, acting=acting)
        nonconformity_index(case)
    return case


def past_differs(case: Nonconformity, values: dict[str, Any]) -> str:
    """The first column in which a line says something else than the closed case that was taken over."""
    own: dict[str, Any] = {
        "closed_on": case.closed_on.isoformat() if case.closed_on else "",
        "closed_note": case.closed_note,
        "root_cause": case.root_cause,
        "cause": case.cause_category,
        "grade": case.grade,
        "unit": str(case.unit_id),
    }
    for name, value in own.items():
        if values.get(name) and nfc(str(values[name]).strip()) != nfc(str(value).strip()):
            return name
    said = {key: word for key, word in values["past"].items() if key in case.past}
    return next((key for key, word in said.items() if fold(word) != fold(case.past[key])), "")
