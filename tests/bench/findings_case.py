"""The lists of 10,000 findings and 10,000 nonconformities beside the lists of none."""

import datetime as dt

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audits.models import Audit, CorrectiveAction, Finding, Nonconformity
from qms.models import Agency, Clause, OrgUnit, Person, Role
from tests import factories
from tests.bench import dossiers
from tests.bench.figures import Figure, seconds

ROWS = 10_000
PAGES = ("finding-list", "overview", "coverage", "nc-list", "nc-actions", "nc-board")


def fill(agency: Agency, number: int) -> None:
    """Findings of one audit and as many nonconformities, each with an open action, over units and clauses."""
    units = list(OrgUnit.objects.filter(agency=agency, handles_procedures=True))
    clauses = list(Clause.objects.filter(edition__code="TCVN ISO 9001:2015", code__regex=r"^[0-9]+\.[0-9]+$"))
    people = list(Person.objects.filter(agency=agency, user__isnull=False))
    today, now = timezone.localdate(), timezone.now()
    audit = Audit.objects.create(
        agency=agency, code="BENCH", title="x", objective="x", scope="x", criteria="x", starts_on=today,
        ends_on=today, state="reported", reported_at=now,
    )  # fmt: skip
    turns = range(number)
    grades, words = ("major", "minor", "minor", "observation"), {"requirement": "x", "evidence": "x"}
    Finding.objects.bulk_create(
        (
            Finding(
                agency=agency, audit=audit, code=f"BENCH-{n:05d}", key=f"bench-{n:05d}", grade=grades[n % 4],
                unit=units[n % len(units)], clause=clauses[n % len(clauses)],
                raised_by=people[n % len(people)],
                raised_at=now - dt.timedelta(hours=n), description=f"Phát hiện số {n}", **words,
            )
            for n in turns
        ),
        batch_size=1000,
    )  # fmt: skip
    cases = Nonconformity.objects.bulk_create(
        (
            Nonconformity(
                agency=agency, code=f"BENCH-{n:05d}", year=today.year, title=f"Sự việc số {n}",
                origin="audit",
                state=("in_progress", "open", "checking")[n % 3], grade=("major", "minor")[n % 2],
                unit=units[n % len(units)], clause=clauses[n % len(clauses)], process=f"QT.{n % 40:02d}",
                description="x", detected_on=today - dt.timedelta(days=n % 700), due_on=today,
                owner=people[n % len(people)], reported_by=people[0], root_cause="x",
                cause_category=("people", "method", "tools")[n % 3], **words,
            )
            for n in turns
        ),
        batch_size=1000,
    )  # fmt: skip
    CorrectiveAction.objects.bulk_create(
        (
            CorrectiveAction(
                agency=agency, nonconformity=case, kind="corrective", round=1, description="x",
                owner=case.owner, deadline=today - dt.timedelta(days=n % 60), first_deadline=today,
            )
            for n, case in enumerate(cases)
        ),
        batch_size=1000,
    )  # fmt: skip
    with connection.cursor() as cursor:
        for model in (Finding, Nonconformity, CorrectiveAction):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


def measure(rows: int) -> list[Figure]:
    """Time and queries of every list and board of findings and nonconformities."""
    agency = dossiers.demonstration()
    fill(agency, ROWS)
    empty = factories.agency()
    readers = {
        "full": Person.objects.get(agency=agency, user__username="thuky"),
        "empty": factories.person(empty, Role.SECRETARY),
    }
    figures = []
    for page in PAGES:
        taken, queries = {}, {}
        for name, reader in readers.items():
            client = Client()
            client.force_login(reader.user)
            address = reverse(f"audits:{page}")
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            queries[name] = len(asked)
            taken[name] = seconds(lambda client=client, address=address: client.get(address), 5)
        figures += [
            Figure(f"findings, {page}", taken["full"], taken["empty"], "s", ROWS),
            Figure(f"findings, {page}, queries", queries["full"], queries["empty"], "queries", ROWS),
        ]
    return figures
