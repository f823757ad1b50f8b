"""Two people in one form at once: nobody overwrites what they have not seen (races on PostgreSQL only)."""

import threading
from contextlib import suppress

import pytest
from django.test import Client
from django.urls import reverse

from audits.models import Finding
from audits.services import findings, programmes
from qms.views import base, guard
from tests import factories
from tests.audits.cases import june, open_case, people  # noqa: F401
from tests.audits.test_reviews import prepare
from tests.pages import as_sent
from tests.races import PATIENCE, SOON, at_once, races

pytestmark = races


def a_case(people):  # noqa: F811
    case = open_case(people)
    return case, reverse("audits:nc-edit", args=[case.pk]), people.secretary, ("title", "description")


def a_programme(people):  # noqa: F811
    made = programmes.programme_open(people.agency, acting=people.secretary, year=2026)
    return made, reverse("audits:programme-edit", args=[made.pk]), people.secretary, ("objective", "scope")


def a_review(people):  # noqa: F811
    made = prepare(people)
    return made, reverse("audits:review-edit", args=[made.pk]), people.secretary, ("title", "place")


KINDS = [a_case, a_programme, a_review]


def two_save(people, kind, monkeypatch, *, lock):  # noqa: F811
    """Two people save one form at once, each another field: (the answers, how many fields stand)."""
    record, address, first, fields = kind(people)
    second = factories.person(people.agency, *first.role_assignments.values_list("role", flat=True))
    meet = threading.Barrier(2)
    plain, codes = guard.conflicts_of, []

    def slow(*args, **kwargs):
        found = plain(*args, **kwargs)
        with suppress(threading.BrokenBarrierError):  # with the lock the second one still waits for the first
            meet.wait(timeout=SOON if lock else PATIENCE)
        return found

    monkeypatch.setattr(guard, "conflicts_of", slow)

    def save(person, field):
        client = Client()
        client.force_login(person.user)
        data = as_sent(client.get(address), **{field: "Người này viết"})
        return lambda: codes.append(client.post(address, data).status_code)

    at_once(*(save(person, field) for person, field in zip((first, second), fields, strict=True)))
    record.refresh_from_db()
    return sorted(codes), [getattr(record, name) for name in fields].count("Người này viết")


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_guard_the_later_one_overwrites_unseen(people, kind, monkeypatch):  # noqa: F811
    monkeypatch.setattr(base, "take_turn", lambda key: None)
    assert two_save(people, kind, monkeypatch, lock=False) == ([302, 302], 1)


@pytest.mark.parametrize("kind", KINDS)
def test_with_the_guard_the_later_one_is_told(people, kind, monkeypatch):  # noqa: F811
    assert two_save(people, kind, monkeypatch, lock=True) == ([302, 409], 1)


def test_of_two_answers_to_a_finding_one_counts(running, items, lead, head):
    """A finding is not edited once raised: who answers second is told that it is answered."""
    finding = findings.finding_raise(
        running, acting=lead, key="khoa-000001", grade="observation", item=items[0], description="Bản cũ"
    )
    raised = at_once(
        lambda: findings.finding_acknowledge(finding, acting=head),
        lambda: findings.finding_dispute(finding, acting=head, reason="Bản mới đã có"),
    )
    finding.refresh_from_db()
    assert len(raised) == 1 and finding.state in {Finding.State.ACKNOWLEDGED, Finding.State.DISPUTED}
