"""The mechanisms everything rests on: trail, moves, jobs, policies, text."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from qms import agency_settings, audit, jobs, search, text
from qms.exceptions import DomainError, IllegalTransition, Invalid
from qms.models import Agency, AuditEntry, Job, Person, Role, RoleDelegation
from qms.models.audit import AppendOnly
from qms.workflow import Workflow, locked, move, step
from qms.worktime import DayHours, WorkCalendar
from tests import factories

FLOW = Workflow(
    (step("start", "queued", "running", "Start"), step("cancel", "queued", "cancelled", "Cancel"))
)


def test_a_move_records_old_and_new_and_happens_once(agency):
    job = Job.objects.create(agency=agency, kind="x", label="x")
    same = Job.objects.get(pk=job.pk)
    assert move(job, FLOW["start"], reason="r") == {"state": ("queued", "running"), "reason": ("", "r")}
    with pytest.raises(IllegalTransition):
        move(same, FLOW["cancel"])
    job.refresh_from_db()
    assert job.state == "running"


def test_locked_gives_the_fresh_record(agency):
    stale = Agency.objects.get(pk=agency.pk)
    Agency.objects.filter(pk=agency.pk).update(name="Tên mới")
    with transaction.atomic(), locked(stale) as fresh:
        assert fresh.name == "Tên mới"


def test_the_trail_keeps_before_and_after_with_the_frozen_name(agency, secretary):
    old = agency.name
    changes = audit.apply(agency, name="Tên mới")
    entry = audit.record("qms.agency.changed", agency, changes, acting=secretary)
    assert entry.changes == {"name": [old, "Tên mới"]}
    assert entry.actor_label == secretary.full_name
    assert entry.agency == agency


def test_the_trail_refuses_verbs_nobody_registered(agency):
    with pytest.raises(audit.UnknownVerb):
        audit.record("qms.no.such", agency, acting=None)


def test_the_trail_cannot_be_changed_or_deleted_even_in_sql(agency):
    entry = audit.record("qms.agency.changed", agency, acting=None)
    with pytest.raises(AppendOnly):
        AuditEntry.objects.all().delete()
    with pytest.raises(AppendOnly):
        entry.delete()
    for statement in ("UPDATE qms_auditentry SET note = 'x'", "DELETE FROM qms_auditentry"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert AuditEntry.objects.count() == 1


def test_settings_have_validity_dates(agency):
    agency_settings.put(
        agency, "access.second_factor_roles", ["clerk"], acting=None, valid_from=dt.date(2026, 1, 1)
    )
    assert agency_settings.get(agency, "access.second_factor_roles", dt.date(2025, 12, 31)) == []
    assert agency_settings.get(agency, "access.second_factor_roles", dt.date(2026, 1, 1)) == ["clerk"]
    with pytest.raises(Invalid):
        agency_settings.put(agency, "access.second_factor_roles", "clerk", acting=None)


def test_a_delegated_role_counts_only_in_its_period(agency):
    boss = factories.person(agency, Role.LEADER)
    deputy = factories.person(agency)
    RoleDelegation.objects.create(
        agency=agency,
        giver=boss,
        person=deputy,
        role=Role.LEADER,
        reason="đi công tác",
        valid_from=dt.date(2020, 1, 1),
        valid_to=dt.date(2020, 1, 31),
    )
    assert not Person.objects.get(pk=deputy.pk).has_role(Role.LEADER)
    RoleDelegation.objects.update(valid_to=None)
    assert Person.objects.get(pk=deputy.pk).has_role(Role.LEADER)


@pytest.fixture
def adding_job():
    """A kind of job that adds an agency and succeeds in the same transaction."""

    @jobs.job_kind("test.add", label="Add")
    def run(ctx):
        if ctx.params.get("fail"):
            raise DomainError("không được")
        with ctx.completing() as result:
            Agency.objects.create(code=ctx.params["code"], name="n", place="p")
            result["code"] = ctx.params["code"]

    yield
    jobs.kinds.pop("test.add")


def test_a_job_runs_once_and_tells_its_result(adding_job, agency):
    job = jobs.enqueue("test.add", agency=agency, params={"code": "NEW"})
    assert jobs.run(job.pk).state == Job.State.SUCCEEDED
    assert jobs.run(job.pk) is None
    job.refresh_from_db()
    assert job.result == {"code": "NEW"}
    assert Agency.objects.filter(code="NEW").count() == 1


def test_a_failed_job_says_why_and_can_be_tried_again(adding_job, agency, secretary):
    job = jobs.enqueue("test.add", agency=agency, params={"fail": True}, acting=secretary)
    with pytest.raises(DomainError, match="không được"):
        jobs.run_here(job)
    job.refresh_from_db()
    assert (job.state, job.reason) == ("failed", "không được")
    assert secretary.notifications.count() == 1
    Job.objects.filter(pk=job.pk).update(params={"code": "NEW"})
    job = jobs.retry(job, acting=secretary)
    assert jobs.run_here(job).state == "succeeded"


def test_a_runner_given_up_for_dead_leaves_no_trace(adding_job, agency):
    job = jobs.enqueue("test.add", agency=agency, params={"code": "NEW"})
    taken = jobs._take(job.pk)
    Job.objects.filter(pk=job.pk).update(claim="somebody else")
    with pytest.raises(jobs.LostClaim):
        jobs.kinds["test.add"].run(jobs.JobContext(taken, taken.claim))
    assert not Agency.objects.filter(code="NEW").exists()


def test_the_sweep_puts_back_a_job_without_a_sign_of_life(adding_job, agency, monkeypatch):
    job = jobs.enqueue("test.add", agency=agency, params={"code": "NEW"})
    jobs._take(job.pk)
    monkeypatch.setattr(jobs, "GIVE_UP_AFTER", dt.timedelta(0))
    monkeypatch.setattr(jobs, "publish", lambda job_id: None)
    assert jobs.sweep()["suspected"] == 1
    assert jobs.sweep()["put_back"] == 1
    assert jobs.run(job.pk).state == "succeeded"


def test_a_unique_job_is_enqueued_once(adding_job, agency):
    first = jobs.enqueue("test.add", agency=agency, unique_key="k")
    assert jobs.enqueue("test.add", agency=agency, unique_key="k") == first


def test_search_needs_no_accents_and_stays_inside_the_agency(agency, other_agency):
    mine, theirs = factories.person(agency), factories.person(other_agency)
    search.index(mine, title="Nguyễn Thị Đào", url="/x")
    search.index(theirs, title="Nguyễn Thị Đào", url="/y")
    assert [hit.url for hit in search.find(mine, "thi dao")] == ["/x"]
    assert search.find(mine, "đao xxx") == []


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("hoc̣", "học"),
        ("nghê ̣", "nghệ "),
        ("điṇh", "định"),
        ("viêc̣", "việc"),
        ("Quyết điṇh", "Quyết định"),
        ("Khoa học", "Khoa học"),
        ("THỰC HIÊṆ", "THỰC HIỆN"),
    ],
)
def test_displaced_marks_are_put_back(broken, mended):
    assert text.repair_marks(broken) == mended


def test_vietnamese_order():
    assert text.sort_vietnamese(["đà", "da", "ăn", "an", "dạ", "âm", "ba"]) == [
        "an",
        "ăn",
        "âm",
        "ba",
        "da",
        "dạ",
        "đà",
    ]


def test_the_database_sorts_as_vietnamese(agency):
    from qms.db import in_vietnamese_order

    for name in ["Đào", "Dung", "Ân", "An", "Ăn"]:
        factories.unit(agency, name)
    names = [unit.name for unit in agency_units(agency).order_by(in_vietnamese_order("name"))]
    assert names == ["An", "Ăn", "Ân", "Dung", "Đào"]


def agency_units(agency):
    from qms.models import OrgUnit

    return OrgUnit.objects.filter(agency=agency)


CALENDAR = WorkCalendar(
    dict.fromkeys(range(5), DayHours((dt.time(7), dt.time(11, 30)), (dt.time(13, 30), dt.time(17)))),
    {dt.date(2026, 1, 1): False, dt.date(2026, 1, 2): False, dt.date(2026, 1, 10): True},
)


def test_working_days_know_swaps():
    assert CALENDAR.add_working_days(dt.date(2025, 12, 31), 1) == dt.date(2026, 1, 5)
    assert CALENDAR.is_working_day(dt.date(2026, 1, 10))
    assert CALENDAR.working_days_between(dt.date(2026, 1, 5), dt.date(2026, 1, 12)) == 6


def test_working_hours_skip_lunch_and_nights():
    assert CALENDAR.add_working_hours(dt.datetime(2026, 1, 5, 11), 1) == dt.datetime(2026, 1, 5, 14)
    assert CALENDAR.add_working_hours(dt.datetime(2026, 1, 5, 16, 30), 8) == dt.datetime(2026, 1, 6, 16, 30)
