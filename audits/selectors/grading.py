"""Which grades are offered: those of the agency's scale in force, else those of the standard."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from audits.models import Finding, GradeScale, OwnGrade
from qms import clock
from qms.models import Agency

MOST_GRADES = 8

BEHAVIOURS: dict[str, Any] = {
    Finding.Grade.MAJOR: _("A nonconformity is opened; its cause must be found"),
    Finding.Grade.MINOR: _("A nonconformity is opened; the unit head may waive the cause analysis"),
    Finding.Grade.OBSERVATION: _("The unit answers; no nonconformity is opened"),
    Finding.Grade.STRENGTH: _("Recorded as an example; nobody has to answer"),
}
"""What follows from each of the four behaviours."""


def scale_on(agency: Agency, day: dt.date) -> GradeScale | None:
    """The version in force on a day; None while the agency grades in the words of the standard."""
    rows = GradeScale.objects.filter(agency=agency, valid_from__lte=day)
    found: GradeScale | None = rows.order_by("-valid_from", "-version").first()
    return found


def standard_grades() -> list[OwnGrade]:
    """The grades of the standard and the procedure, offered where the agency has none of its own."""
    return [OwnGrade(value, str(label), "", value) for value, label in Finding.Grade.choices]


def grades_offered(agency: Agency) -> list[OwnGrade]:
    """What an auditor may choose from today."""
    scale = scale_on(agency, clock.today())
    return scale.rows() if scale else standard_grades()


def words_used(agency: Agency) -> list[str]:
    """Every word of the agency's own that ever graded a finding, for the filter of the list."""
    found: dict[str, None] = {}
    for scale in GradeScale.objects.filter(agency=agency).order_by("version"):
        for row in scale.rows():
            found.setdefault(row.word)
    return list(found)
