"""Building blocks of the tests: people, a draft, a set in force, confirmed figures."""

import datetime as dt
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from objectives import services
from objectives.models import RoleGroup, SetState
from qms.models import Job, Role
from tests import factories

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def people(agency):
    units = [
        factories.unit(agency, "Phòng Một", code="P1", order=1),
        factories.unit(agency, "Phòng Hai", code="P2", order=2),
    ]
    return SimpleNamespace(
        units=units,
        secretary=factories.person(agency, Role.SECRETARY),
        committee_head=factories.person(agency, Role.COMMITTEE_HEAD, position="Phó Giám đốc"),
        leader=factories.person(agency, Role.LEADER, position="Giám đốc"),
        head=factories.person(agency, Role.UNIT_HEAD, unit=units[0]),
        other_head=factories.person(agency, Role.UNIT_HEAD, unit=units[1]),
        staff=factories.person(agency, Role.STAFF, unit=units[0]),
        superior=factories.person(agency, Role.SUPERIOR),
        clerk=factories.person(agency, Role.CLERK),
    )


def draft(agency, who, year=2025, manual_units=None):
    by = {"acting": who.secretary}
    made = services.objective_set_create(
        agency=agency, year=year, title=f"Mục tiêu chất lượng năm {year}", **by
    )
    one = services.objective_add(made, text="Hồ sơ đúng hạn từ 98% trở lên", **by)
    services.target_add(
        one, text="Hồ sơ giải quyết đúng hạn", label="đúng hạn", figure=98, formula="RESOLVED", **by
    )
    services.task_add(
        one,
        text="Tiếp nhận và giải quyết hồ sơ",
        time_text="Thường xuyên",
        leads=[RoleGroup.PROCEDURE_UNITS],
        coordinators=[who.units[0]],
        **by,
    )
    two = services.objective_add(made, text="100% công chức được bồi dưỡng", **by)
    services.target_add(
        two,
        text="Công chức được bồi dưỡng",
        label="bồi dưỡng",
        figure=100,
        operator="=",
        formula="MANUAL",
        units=who.units if manual_units is None else manual_units,
        **by,
    )
    services.task_add(two, text="Cử người đi học", time_text="Quý II-III", leads=[who.units[0]], **by)
    return made


def into_force(made, who, on=None):
    services.set_submit(made, acting=who.secretary)
    services.set_approve(made, acting=who.leader)
    made = services.set_enter_into_force(made, on=on or dt.date(made.year, 1, 5), acting=None)
    Job.objects.filter(kind="objectives.attainment").update(state=Job.State.CANCELLED)
    assert made.state == SetState.IN_FORCE
    return made


def report(target, unit, period, numerator, denominator, who):
    """A confirmed figure of a unit."""
    entry = services.manual_entry_record(
        target,
        unit=unit,
        period=period,
        numerator=numerator,
        denominator=denominator,
        acting=who.secretary,
    )
    return services.manual_entry_confirm(entry, acting=who.committee_head)


def status_of(client, url):
    """The status of a page or an export, its file closed."""
    response = client.get(url)
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code
