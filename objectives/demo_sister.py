"""A second department of the demonstration, so that the provincial view has somebody to compare with.

Two dossier targets of the year under way, one of which it misses, and data that are some weeks old. All of it
is invented.
"""

import datetime as dt
import io
from dataclasses import replace

from dossiers import generator
from dossiers import services as dossiers
from dossiers.conditions import VIETNAM
from dossiers.models import DossierImport
from objectives import services
from objectives.demo import issue, person, standing_basis
from objectives.models import ObjectiveSet, RoleGroup, SetState
from qms import agency_settings, clock, jobs
from qms.demo import SISTER_CODE, SISTER_UNITS, START
from qms.models import Agency

OLD = dt.timedelta(days=24)
A_YEAR = 900
LATE = 12
"""Every so manyth result comes a day late."""
NGO, LABOUR = (unit.name for unit in SISTER_UNITS[-2:])
KINDS = (
    generator.Kind(
        "1.003822.H19",
        "Công nhận ban vận động thành lập hội",
        "Tổ chức phi chính phủ",
        "Toàn trình",
        NGO,
        0,
        15,
    ),
    generator.Kind("2.001481.H19", "Thành lập hội", "Tổ chức phi chính phủ", "Một phần", NGO, 0, 20),
    generator.Kind(
        "2.000205.H19",
        "Cấp giấy phép lao động cho người lao động nước ngoài làm việc tại Việt Nam",
        "Việc làm",
        "Toàn trình",
        LABOUR,
        1,
        5,
    ),
    generator.Kind(
        "1.001865.H19", "Cấp giấy phép hoạt động dịch vụ việc làm", "Việc làm", "Toàn trình", LABOUR, 1, 7
    ),
)
TARGETS = (
    ("1a", "Hồ sơ thủ tục hành chính giải quyết đúng hạn", "đúng hạn", "98", "RESOLVED"),
    ("1b", "Người dân, doanh nghiệp hài lòng về việc giải quyết thủ tục hành chính", "hài lòng", "90",
     "ONE_STOP_RATING"),
)  # fmt: skip


def load(agency: Agency) -> None:
    """Dossiers, published objectives and their figures of the year under way; only what is missing."""
    sister = Agency.objects.filter(code=SISTER_CODE).first()
    if sister is None:
        return
    year = clock.today().year
    _dossiers(sister)
    issue(_objectives(sister, year))
    jobs.run_or_wait(services.attainment_request(agency=sister, year=year, acting=None))


def _dossiers(agency: Agency) -> None:
    as_of = (clock.now() - OLD).astimezone(VIETNAM)
    name = f"ho_so_snv_{as_of.year}.csv"
    committed = DossierImport.objects.filter(agency=agency, state=DossierImport.State.COMMITTED)
    if committed.filter(file_name=name).exists():
        return
    then = as_of.replace(tzinfo=None)
    rows = generator.export_rows(then.year, then, a_year=A_YEAR, seed="sister")
    target = io.StringIO()
    generator.write_csv([_of_sister(number, row, then) for number, row in enumerate(rows)], target)
    content = io.BytesIO(target.getvalue().encode())
    dossiers.import_now(agency, name=name, content=content, acting=None, as_of=as_of)


def _of_sister(number: int, row: generator.Row, as_of: dt.datetime) -> generator.Row:
    row, late = replace(row, kind=KINDS[number % len(KINDS)]), row.due + dt.timedelta(days=1)
    if number % LATE or row.result is None or row.result > row.due or late > as_of:
        return row
    return replace(row, result=late, returned=row.returned and late)


def _objectives(agency: Agency, year: int) -> ObjectiveSet:
    sets = ObjectiveSet.objects.filter(agency=agency, year=year, unit=None)
    found: ObjectiveSet | None = sets.exclude(state=SetState.SUPERSEDED).first()
    if found is not None:
        return found
    if not agency_settings.get(agency, "documents.symbol"):
        agency_settings.put(
            agency, "documents.symbol", "SNV", acting=person(agency, "vanthu"), valid_from=START
        )
    secretary = person(agency, "thuky")
    made = services.objective_set_create(
        agency=agency, year=year, title=f"Mục tiêu chất lượng năm {year}", acting=secretary
    )
    objective = services.objective_add(
        made,
        number="1",
        text="Giải quyết thủ tục hành chính đúng hạn, người dân và doanh nghiệp hài lòng.",
        acting=secretary,
    )
    for code, text, label, figure, formula in TARGETS:
        services.target_add(
            objective,
            code=code,
            text=text,
            label=label,
            operator=">=",
            figure=figure,
            formula=formula,
            acting=secretary,
        )
    services.task_add(
        objective,
        text="Rà soát hồ sơ sắp đến hạn hằng ngày, đôn đốc đơn vị giải quyết.",
        time_text="Thường xuyên",
        leads=[RoleGroup.PROCEDURE_UNITS],
        coordinators=[],
        acting=secretary,
    )
    services.set_bases(made, bases=[(standing_basis(agency), "basis")], acting=secretary)
    services.set_submit(made, acting=secretary)
    services.set_approve(made, acting=person(agency, "truongban"))
    services.set_publish(made, signer=person(agency, "lanhdao"), acting=secretary)
    made.refresh_from_db()
    return made
