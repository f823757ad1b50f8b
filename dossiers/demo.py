"""The dossiers of the demonstration: the sample of 2025, and every year since, generated up to today.

Reasons of delays and surveys of satisfaction go with them; all of it is invented.
"""

import datetime as dt
import io
import random
from pathlib import Path

from django.utils.translation import gettext as _

from dossiers import delays, generator, selectors, services, surveys
from dossiers.conditions import VIETNAM
from dossiers.facts import Window
from dossiers.models import ApiToken, DelayReason, DossierImport, LateReason, Procedure, Survey
from dossiers.procedures import procedure_change
from dossiers.tokens import token_create
from qms import clock
from qms.models import Agency, OrgUnit

FIXTURES = Path(__file__).parent / "fixtures"
SAMPLE = FIXTURES / "one_stop_2025.xlsx"
SAMPLE_YEAR = 2025
EVENING = dt.time(17, 30)
LATE = frozenset({"done_late", "overdue"})
REASONS = (
    LateReason.COORDINATION,
    LateReason.STAFF,
    LateReason.COORDINATION,
    LateReason.RULES,
    LateReason.SYSTEM,
)


def load(agency: Agency) -> None:
    """Import what is missing; the same day twice adds nothing."""
    with SAMPLE.open("rb") as content:
        services.import_now(agency, name=SAMPLE.name, content=content, acting=None)
    _catalogue(agency)
    if not ApiToken.objects.filter(agency=agency).exists():
        # Nobody knows its text: it only shows what the list looks like.
        token_create(agency, name="Hệ thống một cửa điện tử (minh họa)", acting=None)
    before = generator.read_export(SAMPLE)
    for year, as_of in _exports(agency):
        rows = list(generator.export_rows(year, as_of, carried=generator.carry_over(before)))
        target = io.BytesIO()
        generator.write_xlsx(rows, target, year=year, as_of=as_of)
        target.seek(0)
        services.import_now(agency, name=f"mot_cua_{year}.xlsx", content=target, acting=None)
        before = rows
    _explain(agency)
    _surveys(agency)


def _catalogue(agency: Agency) -> None:
    """The regulated times, which exports do not tell."""
    for procedure in Procedure.objects.filter(agency=agency, regulated_time=None):
        kind = generator.BY_CODE.get(procedure.code)
        if kind is not None:
            procedure_change(procedure, acting=None, regulated_time=kind.days)


def _exports(agency: Agency) -> list[tuple[int, dt.datetime]]:
    """The years after the sample that are not in yet, each up to its end or to last evening."""
    yesterday = clock.today() - dt.timedelta(days=1)
    known = DossierImport.objects.filter(agency=agency, state=DossierImport.State.COMMITTED)
    names = set(known.values_list("file_name", flat=True))
    wanted = []
    for year in range(SAMPLE_YEAR + 1, yesterday.year + 1):
        if f"mot_cua_{year}.xlsx" not in names:
            last = min(dt.date(year, 12, 31), yesterday)
            wanted.append((year, dt.datetime.combine(last, EVENING)))
    return wanted


def _explain(agency: Agency) -> None:
    """Reasons of most delays, which exports do not tell; the newest ones nobody has explained yet."""
    at = selectors.data_as_of(agency)
    if at is None or DelayReason.objects.filter(agency=agency).exists():
        return
    whole = Window(dt.datetime(SAMPLE_YEAR, 1, 1, tzinfo=VIETNAM), at)
    late = selectors.trace(agency, delays.LATE, whole, as_of=at).select_related("agency")
    known = [one for one in late.order_by("due_original_at", "code") if one.timeliness in LATE]
    for number, dossier in enumerate(known[: len(known) * 4 // 5]):
        delays.delay_explain(dossier, reason=REASONS[number % len(REASONS)], acting=None)


def _surveys(agency: Agency) -> None:
    """A closed survey of the sample's year, and an open one with codes handed out."""
    if Survey.objects.filter(agency=agency).exists():
        return
    units = list(OrgUnit.objects.filter(agency=agency, handles_procedures=True).order_by("order"))
    if not units:
        return
    draw = random.Random("survey")  # noqa: S311 - invented answers, not a secret
    today = clock.today()
    for year in (SAMPLE_YEAR, today.year):
        opens, closes = dt.date(year, 5, 5), dt.date(year, 12, 15)
        survey = surveys.survey_create(
            agency,
            title=_("Satisfaction with administrative procedures in %(year)s") % {"year": year},
            intro=_("Please judge how your dossier was handled. It takes about one minute."),
            opens_on=opens,
            closes_on=closes,
            population=5200,
            acting=None,
        )
        surveys.survey_open(survey, acting=None)
        for month in range(5, 13):
            day = dt.date(year, month, 20)
            if day < today:
                rows = [[units[draw.randrange(len(units))].code, *_levels(draw)] for _number in range(46)]
                surveys.answers_import(survey, rows=rows, acting=None, answered_on=day)
        if year < today.year:
            surveys.survey_close(survey, acting=None)
            continue
        for unit in units[:3]:
            for token in surveys.tokens_make(survey, count=8, unit=unit, acting=None)[:3]:
                if opens <= today <= closes:
                    keys = [str(one.pk) for one in survey.questions.all()]
                    surveys.answer_record(token, levels=dict(zip(keys, _levels(draw), strict=True)))


def _levels(draw: random.Random) -> list[int]:
    return [draw.choices([5, 4, 3, 2, 1], [58, 37, 3, 1, 1])[0] for _number in surveys.USUAL]
