"""Surveys of satisfaction: prepare, open, hand out tokens, take answers, close, count (9.1.2, domain D5).

Three methods of measuring satisfaction are kept apart: this survey with five levels, the rating at the
one-stop desk (a fact of a dossier), and complaints handled under Decision 766 (entered by the units).
"""

import datetime as dt
import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dossiers import policies
from dossiers.conditions import SATISFIED_FROM, Span
from dossiers.models import Survey, SurveyAnswer, SurveyQuestion, SurveyToken
from dossiers.workflow import SURVEY
from qms import audit, clock
from qms.exceptions import Invalid, Problem
from qms.models import Agency, OrgUnit, Person
from qms.policies import require
from qms.workflow import locked, move

Factor = SurveyQuestion.Factor
USUAL = (
    (Factor.ACCESS, gettext_noop("The place, the seats and the information about procedures")),
    (Factor.PROCEDURES, gettext_noop("The papers asked for, and how clearly they are listed")),
    (Factor.OFFICIALS, gettext_noop("The manner and knowledge of the officials")),
    (Factor.RESULTS, gettext_noop("The result: on time, complete and correct")),
    (Factor.FEEDBACK, gettext_noop("How opinions and complaints are received and answered")),
    (Factor.OVERALL, gettext_noop("All in all, how satisfied are you with the service?")),
)
"""The questions a survey begins with: the five factors of the SIPAS method and the overall one."""
MOST_TOKENS = 500
MOST_ROWS = 5000
PRECISION = 0.05


def survey_create(
    agency: Agency,
    *,
    title: str,
    opens_on: dt.date,
    closes_on: dt.date,
    acting: Person | None,
    intro: str = "",
    population: int | None = None,
    questions: "Iterable[tuple[str, str]] | None" = None,
) -> Survey:
    """Prepare a survey with the usual questions (or the given ones as (factor, text))."""
    require(policies.can_survey(acting, agency))
    if closes_on < opens_on:
        raise Invalid([Problem("closes_on", _("The last day lies before the first."))])
    asked = list(questions) if questions is not None else [(factor, _(text)) for factor, text in USUAL]
    with transaction.atomic():
        survey = Survey.objects.create(
            agency=agency,
            title=title.strip(),
            intro=intro.strip(),
            opens_on=opens_on,
            closes_on=closes_on,
            population=population,
            made_by=acting,
        )
        SurveyQuestion.objects.bulk_create(
            SurveyQuestion(agency=agency, survey=survey, order=number, factor=factor, text=text)
            for number, (factor, text) in enumerate(asked)
        )
        audit.record("dossiers.survey.created", survey, acting=acting)
    return survey


def survey_edit(
    survey: Survey, *, acting: Person | None, texts: "Mapping[uuid.UUID, str] | None" = None, **fields: Any
) -> Survey:
    """Change title, dates, introduction and questions while nobody can answer yet."""
    with transaction.atomic(), locked(survey) as survey:
        require(policies.can_survey(acting, survey.agency))
        if survey.state != Survey.State.DRAFT:
            raise Invalid(_("A survey that was opened is not changed any more: the answers belong to it."))
        changes = audit.apply(survey, **fields)
        for question in survey.questions.all():
            text = (texts or {}).get(question.pk, question.text).strip()
            if text and text != question.text:
                changes[f"question {question.order + 1}"] = (question.text, text)
                question.text = text
                question.save(update_fields=["text"])
        audit.record("dossiers.survey.changed", survey, changes, acting=acting)
    return survey


def survey_open(survey: Survey, *, acting: Person | None) -> Survey:
    """Let people answer; from here on the questions stay."""
    with transaction.atomic(), locked(survey) as survey:
        require(policies.can_survey(acting, survey.agency))
        changes = move(survey, SURVEY["open"])
        audit.record("dossiers.survey.opened", survey, changes, acting=acting)
    return survey


def survey_close(survey: Survey, *, acting: Person | None) -> Survey:
    """Take no more answers."""
    with transaction.atomic(), locked(survey) as survey:
        require(policies.can_survey(acting, survey.agency))
        changes = move(survey, SURVEY["close"])
        audit.record("dossiers.survey.closed", survey, changes, acting=acting)
    return survey


def tokens_make(
    survey: Survey, *, count: int, unit: OrgUnit | None, acting: Person | None
) -> list[SurveyToken]:
    """Make tokens to hand out, each for one answer; raises Invalid for a closed survey or too many."""
    with transaction.atomic(), locked(survey) as survey:
        require(policies.can_survey(acting, survey.agency))
        if survey.state == Survey.State.CLOSED:
            raise Invalid(_("The survey is closed."))
        if not 1 <= count <= MOST_TOKENS:
            raise Invalid([Problem("count", _("Between 1 and %(most)s at a time.") % {"most": MOST_TOKENS})])
        if unit is not None and unit.agency_id != survey.agency_id:
            raise Invalid([Problem("unit", _("Choose a unit of the agency."))])
        made = SurveyToken.objects.bulk_create(
            SurveyToken(agency=survey.agency, survey=survey, unit=unit, token=secrets.token_urlsafe(16))
            for _number in range(count)
        )
        audit.record("dossiers.survey.tokens_made", survey, {"count": (None, count)}, acting=acting)
    return made


def why_not(token: SurveyToken) -> str:
    """Why a token gives no answer (any more), in words for the citizen; empty when it does."""
    survey = token.survey
    if token.used_at is not None:
        return _("This code was used already. Thank you for your answer.")
    today = clock.today()
    if survey.state != Survey.State.OPEN or today > survey.closes_on:
        return _("This survey does not take answers now.")
    return _("This survey has not begun yet.") if today < survey.opens_on else ""


def answer_record(token: SurveyToken, *, levels: Mapping[str, int]) -> SurveyAnswer:
    """Keep the answer of a token: levels by question id. Raises Invalid when it cannot be taken (again)."""
    with transaction.atomic():
        token = SurveyToken.objects.select_for_update(of=("self",)).select_related("survey").get(pk=token.pk)
        reason = why_not(token)
        if reason:
            raise Invalid(reason)
        survey = token.survey
        level = _overall(list(survey.questions.all()), levels)
        token.used_at = clock.now()
        token.save(update_fields=["used_at"])
        return SurveyAnswer.objects.create(
            agency_id=survey.agency_id,
            survey=survey,
            unit=token.unit,
            token=token,
            source=SurveyAnswer.Source.LINK,
            answered_at=token.used_at,
            level=level,
            levels=dict(levels),
        )


def _overall(questions: Sequence[SurveyQuestion], levels: Mapping[str, int]) -> int:
    """The answer to the overall question; raises Invalid when answers are missing or no levels."""
    missing = [question for question in questions if str(question.pk) not in levels]
    if missing:
        raise Invalid([Problem(f"q{question.order}", _("Choose an answer.")) for question in missing])
    if any(level not in range(1, 6) for level in levels.values()):
        raise Invalid(_("An answer is a level from 1 to 5."))
    return next(levels[str(one.pk)] for one in questions if one.factor == Factor.OVERALL)


def answers_import(
    survey: Survey, *, rows: "Sequence[Sequence[Any]]", acting: Person | None, answered_on: dt.date
) -> int:
    """Take answers from paper: one row per questionnaire, unit code and a level per question, in order.

    All rows or none; raises Invalid with every problem and its line.
    """
    with transaction.atomic(), locked(survey) as survey:
        require(policies.can_survey(acting, survey.agency))
        if survey.state == Survey.State.DRAFT:
            raise Invalid(_("Open the survey first."))
        questions = list(survey.questions.all())
        units = {one.code.casefold(): one for one in OrgUnit.objects.filter(agency=survey.agency)}
        made, problems = [], []
        at = dt.datetime.combine(answered_on, dt.time(12), tzinfo=dt.timezone(dt.timedelta(hours=7)))
        for line, row in enumerate(rows[:MOST_ROWS], start=2):
            cells = ["" if cell is None else str(cell).strip().removesuffix(".0") for cell in row]
            if not any(cells):
                continue
            cells += [""] * (len(questions) + 1 - len(cells))
            code, given = cells[0], cells[1 : len(questions) + 1]
            if code and code.casefold() not in units:
                problems.append(Problem(str(line), _("Unknown unit"), code))
            if any(level not in {"1", "2", "3", "4", "5"} for level in given):
                problems.append(Problem(str(line), _("Each answer is a whole number from 1 to 5.")))
            if not problems:
                levels = {str(one.pk): int(level) for one, level in zip(questions, given, strict=True)}
                made.append(
                    SurveyAnswer(
                        agency=survey.agency,
                        survey=survey,
                        unit=units.get(code.casefold()),
                        source=SurveyAnswer.Source.PAPER,
                        answered_at=at,
                        level=_overall(questions, levels),
                        levels=levels,
                    )
                )
        if problems:
            raise Invalid(problems)
        SurveyAnswer.objects.bulk_create(made, batch_size=500)
        audit.record(
            "dossiers.survey.answers_imported", survey, {"answers": (None, len(made))}, acting=acting
        )
    return len(made)


def read_sheet(content: "IO[bytes]") -> list[list[Any]]:
    """The rows below the head of the first sheet of an `.xlsx`; raises Invalid for anything else."""
    from python_calamine import CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(content)
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except Exception as error:  # the reader raises many kinds for a file that is no workbook
        raise Invalid(_("This file cannot be read as a spreadsheet.")) from error
    return [list(row) for row in rows[1 : MOST_ROWS + 1]]


# Counting


@dataclass(frozen=True)
class Share:
    """How many answers there are, and how many of them are satisfied (4 or 5)."""

    answers: int
    satisfied: int


def counts(
    agency: Agency, *, windows: Iterable[Span], until: dt.datetime | None = None
) -> dict[tuple[Span, Any], Share]:
    """Answers and satisfied ones per window for the agency (unit None) and each unit."""
    asked = list(dict.fromkeys(windows))
    if not asked:
        return {}
    aggregates = {}
    for number, window in enumerate(asked):
        end = window.end if until is None else min(window.end, until)
        inside = Q(answered_at__gte=window.start, answered_at__lt=end)
        aggregates[f"a{number}"] = Count("pk", filter=inside)
        aggregates[f"s{number}"] = Count("pk", filter=inside & Q(level__gte=SATISFIED_FROM))
    found: dict[tuple[Span, Any], Share] = {}
    rows: Any = SurveyAnswer.objects.filter(agency=agency).order_by().values("unit").annotate(**aggregates)
    for line in rows:
        for number, window in enumerate(asked):
            for scope in {None, line["unit"]}:
                old = found.get((window, scope), Share(0, 0))
                found[window, scope] = Share(
                    old.answers + line[f"a{number}"], old.satisfied + line[f"s{number}"]
                )
    return found


@dataclass(frozen=True)
class QuestionResult:
    """What was answered to one question: how often each level, from 5 down to 1."""

    question: SurveyQuestion
    levels: tuple[int, int, int, int, int]

    @property
    def answers(self) -> int:
        """All answers to it."""
        return sum(self.levels)

    @property
    def satisfied(self) -> int:
        """Answers of 4 and 5."""
        return self.levels[0] + self.levels[1]


@dataclass(frozen=True)
class Results:
    """The results of a survey."""

    questions: list[QuestionResult]
    by_unit: list[tuple[OrgUnit | None, Share]]
    by_source: dict[str, Share]
    handed_out: int
    used: int

    @property
    def whole(self) -> Share:
        """All answers together."""
        return Share(
            sum(share.answers for share in self.by_source.values()),
            sum(share.satisfied for share in self.by_source.values()),
        )


def results(survey: Survey) -> Results:
    """What the answers of a survey say; three queries whatever their number."""
    questions = list(survey.questions.all())
    tally = {str(one.pk): [0] * 5 for one in questions}
    units: dict[Any, list[int]] = {}
    sources: dict[str, list[int]] = {}
    rows = SurveyAnswer.objects.filter(agency_id=survey.agency_id, survey=survey)
    for unit, source, level, levels in rows.values_list("unit", "source", "level", "levels").iterator():
        for key, given in levels.items():
            if key in tally:
                tally[key][5 - given] += 1
        for place in (units.setdefault(unit, [0, 0]), sources.setdefault(source, [0, 0])):
            place[0] += 1
            place[1] += level >= SATISFIED_FROM
    named = {
        one.pk: one for one in OrgUnit.objects.filter(agency_id=survey.agency_id, pk__in=filter(None, units))
    }
    handed_out, used = (
        SurveyToken.objects.filter(agency_id=survey.agency_id, survey=survey)
        .aggregate(all=Count("pk"), used=Count("used_at"))
        .values()
    )
    return Results(
        [QuestionResult(one, tuple(tally[str(one.pk)])) for one in questions],  # type: ignore[arg-type]
        sorted(
            ((named.get(unit), Share(*both)) for unit, both in units.items()),
            key=lambda pair: (pair[0] is None, pair[0].order if pair[0] else 0),
        ),
        {source: Share(*both) for source, both in sources.items()},
        handed_out,
        used,
    )


def sample_size(population: int | None) -> int | None:
    """How many answers stand for a population at 5 % precision: N / (1 + N·e²), rounded up."""
    if not population:
        return None
    return -int(-population // (1 + population * PRECISION**2))


def shares(agency: Agency) -> dict[Any, Share]:
    """Answers and satisfied ones by survey; one query."""
    rows = (
        SurveyAnswer.objects.filter(agency=agency)
        .order_by()
        .values_list("survey")
        .annotate(answers=Count("pk"), satisfied=Count("pk", filter=Q(level__gte=SATISFIED_FROM)))
    )
    return {survey: Share(answers, satisfied) for survey, answers, satisfied in rows}
