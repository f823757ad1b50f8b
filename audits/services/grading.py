"""The agency's grades: the scale in force, and its next version. Findings already graded stay as they are."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits import policies
from audits.models import Finding, GradeScale
from audits.selectors.grading import MOST_GRADES, scale_on
from qms import audit, clock
from qms.exceptions import Invalid, Problem
from qms.models import Agency, Person
from qms.policies import require
from qms.text import fold, nfc
from qms.workflow import hold

NEEDED = (Finding.Grade.MAJOR, Finding.Grade.MINOR, Finding.Grade.OBSERVATION)
"""Behaviours no scale does without: what must be found out, what must be corrected, what is only told."""


def scale_change(
    agency: Agency,
    *,
    acting: Person | None,
    grades: list[dict[str, Any]],
    valid_from: dt.date | None = None,
    document: str = "",
) -> GradeScale:
    """Add a version of the scale: a list of `word`, `meaning`, `behaviour`, in the order they are offered.

    A version that is not in force yet graded nothing: it is replaced. Raises Invalid for missing or repeated
    words, an unknown behaviour, a behaviour no grade has, or a day before the last version in force.
    """
    rows = _cleaned(grades)
    with transaction.atomic():
        require(policies.can_keep(acting, agency))
        hold(agency)
        versions = GradeScale.objects.filter(agency=agency).order_by("-version")
        coming = versions.filter(valid_from__gt=clock.today()).first()
        last = versions.filter(valid_from__lte=clock.today()).first()
        day = valid_from or clock.today()
        if last is not None and day < last.valid_from:
            words = _("The day must not lie before that of the last version (%(day)s).")
            raise Invalid([Problem("valid_from", words % {"day": f"{last.valid_from:%d/%m/%Y}"})])
        made: GradeScale = coming or GradeScale(agency=agency, version=last.version + 1 if last else 1)
        before = (_words(made.grades), made.valid_from) if coming else (None, None)
        made.grades, made.valid_from, made.made_by = rows, day, acting
        made.document = nfc(document.strip())
        made.save()
        changes = {"grades": (before[0], _words(rows)), "valid_from": (before[1], day)}
        audit.record("audits.grades.changed", made, changes, acting=acting, note=document)
    return made


def grade_of(agency: Agency, sent: str) -> tuple[str, str, GradeScale | None]:
    """What a form sent as a grade: its behaviour, the word and the scale (both empty for the standard's own).

    A phone without network may send a grade of the version it was shown; a bare behaviour takes the first
    grade with it. What is no grade has an empty behaviour.
    """
    number, _dot, _place = sent.partition(".")
    if number.isdecimal() and len(number) < 6:
        scale = GradeScale.objects.filter(
            agency=agency, version=int(number), valid_from__lte=clock.today()
        ).first()
        for row in scale.rows() if scale else ():
            if row.key == sent:
                return row.behaviour, row.word, scale
    elif sent in Finding.Grade.values:
        scale = scale_on(agency, clock.today())
        for row in scale.rows() if scale else ():
            if row.behaviour == sent:
                return sent, row.word, scale
        return sent, "", None
    return "", "", None


def _words(rows: list[dict[str, Any]]) -> str:
    return ", ".join(row["word"] for row in rows)


def _cleaned(grades: list[dict[str, Any]]) -> list[dict[str, str]]:
    problems, rows, seen = [], [], set()
    for number, row in enumerate(grades, start=1):
        word = nfc(str(row.get("word", "")).strip())[:60]
        if not word:
            continue
        behaviour = str(row.get("behaviour", ""))
        if behaviour not in Finding.Grade.values:
            problems.append(Problem(f"behaviour_{number}", _("Say how a finding of this grade is treated.")))
        if fold(word) in seen:
            problems.append(Problem(f"word_{number}", _("Two grades have the same word.")))
        seen.add(fold(word))
        meaning = nfc(str(row.get("meaning", "")).strip())[:300]
        rows.append({"word": word, "meaning": meaning, "behaviour": behaviour})
    have = {row["behaviour"] for row in rows}
    missing = [str(one.label) for one in NEEDED if one not in have]
    if missing:
        words = _("No grade is treated as: %(missing)s.") % {"missing": ", ".join(missing)}
        problems.append(Problem("", words))
    if len(rows) > MOST_GRADES:
        problems.append(Problem("", _("A scale has at most %(n)s grades.") % {"n": MOST_GRADES}))
    if problems:
        raise Invalid(problems)
    return rows
