"""Tamper evidence of the audit trail."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from qms import audit, clock, jobs, seals
from qms.models import AuditEntry, AuditSeal


@pytest.fixture
def trail(agency, secretary):
    """Three entries, sealed."""
    made = [
        audit.record("qms.agency.changed", agency, {"name": (f"{n}", f"{n + 1}")}, acting=secretary)
        for n in range(3)
    ]
    seals.seal(agency, until=clock.now() + dt.timedelta(seconds=1))
    return made


def tamper(statement, *values):
    """What the owner of the database can do: lift the trigger, change, put it back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS qms_auditentry_no_update")
            cursor.execute("DROP TRIGGER IF EXISTS qms_auditentry_no_delete")
            cursor.execute("DROP TRIGGER IF EXISTS qms_auditseal_no_update")
            cursor.execute("DROP TRIGGER IF EXISTS qms_auditseal_no_delete")
        cursor.execute(statement, values)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")


def db_id(pk):
    return pk if connection.vendor == "postgresql" else pk.hex


def test_an_untouched_trail_verifies_and_says_what_is_not_sealed_yet(trail, agency, secretary):
    audit.record("qms.agency.changed", agency, acting=secretary)
    report = seals.verify(agency)
    assert (report.problems, report.seals, report.sealed, report.unsealed) == ([], 1, 3, 1)


def test_seals_follow_one_another(trail, agency, secretary):
    audit.record("qms.agency.changed", agency, acting=secretary)
    (second,) = seals.seal(agency, until=clock.now() + dt.timedelta(seconds=1))
    assert (second.number, second.count) == (2, 1)
    assert second.previous == AuditSeal.objects.get(number=1).digest
    assert seals.verify(agency).problems == []


def test_what_a_running_transaction_may_still_write_is_not_sealed(agency, secretary):
    audit.record("qms.agency.changed", agency, acting=secretary)
    assert seals.seal(agency) == []


def test_a_changed_entry_is_named(trail, agency):
    tamper("UPDATE qms_auditentry SET note = 'x' WHERE id = %s", db_id(trail[1].pk))
    (problem,) = seals.verify(agency).problems
    assert str(trail[1].pk) in problem


def test_a_removed_entry_is_named(trail, agency):
    tamper("DELETE FROM qms_auditentry WHERE id = %s", db_id(trail[0].pk))
    (problem,) = seals.verify(agency).problems
    assert str(trail[0].pk) in problem


def test_an_entry_slipped_in_is_named(trail, agency):
    late = AuditEntry.objects.create(
        at=trail[1].at, agency=agency, actor_label="x", verb="qms.agency.changed", subject_kind="qms.agency",
        subject_id="x", subject_label="x", id=trail[1].pk.__class__(int=trail[1].pk.int - 1),
    )  # fmt: skip
    (problem,) = seals.verify(agency).problems
    assert str(late.pk) in problem


def test_a_changed_or_missing_seal_is_noticed(trail, agency, secretary):
    audit.record("qms.agency.changed", agency, acting=secretary)
    seals.seal(agency, until=clock.now() + dt.timedelta(seconds=1))
    tamper("UPDATE qms_auditseal SET sealed_at = sealed_at, count = 2 WHERE number = 1")
    assert len(seals.verify(agency).problems) == 1
    tamper("DELETE FROM qms_auditseal WHERE number = 1")
    assert seals.verify(agency).problems


def test_a_cut_off_end_is_noticed_by_whoever_wrote_the_digest_down(trail, agency):
    digest = seals.last_seal(agency).digest
    assert seals.verify(agency, expected=digest).problems == []
    tamper("DELETE FROM qms_auditseal")
    tamper("DELETE FROM qms_auditentry")
    assert seals.verify(agency).problems == []
    assert seals.verify(agency, expected=digest).problems


def test_long_stretches_become_several_seals(agency, secretary, monkeypatch):
    monkeypatch.setattr(seals, "MOST_ENTRIES", 2)
    for _time in range(5):
        audit.record("qms.agency.changed", agency, acting=secretary)
    made = seals.seal(agency, until=clock.now() + dt.timedelta(seconds=1))
    assert [one.count for one in made] == [2, 2, 1]
    assert seals.verify(agency).problems == []


def test_a_seal_cannot_be_changed_in_sql(trail):
    for statement in ("UPDATE qms_auditseal SET count = 1", "DELETE FROM qms_auditseal"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_command_says_what_is_wrong(trail, agency, capsys):
    call_command("verify_audit")
    assert "3 sealed entries in 1 seals" in capsys.readouterr().out
    tamper("UPDATE qms_auditentry SET note = 'x' WHERE id = %s", db_id(trail[1].pk))
    with pytest.raises(CommandError, match="1 problems"):
        call_command("verify_audit", agency=agency.code)


def test_the_job_tells_the_outcome_in_words(trail, agency, secretary):
    job = jobs.run_here(jobs.enqueue(seals.VERIFY, agency=agency, acting=secretary))
    assert job.result["ok"] is True
    assert "3" in job.result["message"]
