"""The dossiers of the demonstration: the sample of 2025, and every year since, generated up to today."""

import datetime as dt
import io
from pathlib import Path

from dossiers import generator, services
from dossiers.models import DossierImport, Procedure
from dossiers.procedures import procedure_change
from qms import clock
from qms.models import Agency

FIXTURES = Path(__file__).parent / "fixtures"
SAMPLE = FIXTURES / "one_stop_2025.xlsx"
SAMPLE_YEAR = 2025
EVENING = dt.time(17, 30)


def load(agency: Agency) -> None:
    """Import what is missing; the same day twice adds nothing."""
    with SAMPLE.open("rb") as content:
        services.import_now(agency, name=SAMPLE.name, content=content, acting=None)
    _catalogue(agency)
    before = generator.read_export(SAMPLE)
    for year, as_of in _exports(agency):
        rows = list(generator.export_rows(year, as_of, carried=generator.carry_over(before)))
        target = io.BytesIO()
        generator.write_xlsx(rows, target, year=year, as_of=as_of)
        target.seek(0)
        services.import_now(agency, name=f"mot_cua_{year}.xlsx", content=target, acting=None)
        before = rows


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
