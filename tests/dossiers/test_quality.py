"""Data quality: contradictions are counted, listed, and never corrected here; reasons of delays."""

import pytest
from django.urls import reverse

from dossiers import delays, selectors
from dossiers.catalogue import Catalogue
from dossiers.handling import handling_hours
from dossiers.models import Dossier, Procedure
from dossiers.procedures import procedure_change
from dossiers.quality import Quality
from qms.exceptions import Invalid, Refused
from qms.models import AuditEntry, Role
from tests import factories
from tests.dossiers.conftest import year

pytestmark = pytest.mark.django_db


def test_the_sample_is_sound_and_broken_dossiers_are_found(agency, sample, client):
    whole, _quarters = year()
    before = Quality(agency, whole)
    assert all(row.difference == 0 for row in before.identities)
    one = Dossier.objects.filter(status="returned", result_at__isnull=False).first()
    Dossier.objects.filter(pk=one.pk).update(result_at=one.received_at.replace(year=2024))
    after = Quality(agency, whole)
    found = {check.key: count for check, count in after.checks}
    assert found["result_before_receipt"] == 1
    assert [row.difference for row in after.identities][-1] == 1
    client.force_login(factories.person(agency, Role.STAFF).user)
    page = client.get("/dossiers/quality/?year=2025")
    assert page.status_code == 200
    listed = client.get("/dossiers/?problem=result_before_receipt")
    assert [line[0].pk for line in listed.context["lines"]] == [one.pk]
    book = client.get("/dossiers/quality/export/")
    assert book.status_code == 200
    book.close()


@pytest.mark.parametrize(
    ("page", "note"),
    [
        ("quality-export", "chat-luong-du-lieu.xlsx"),
        ("procedure-export", "thu-tuc-hanh-chinh.xlsx"),
        ("import-list-export", "cac-lan-nhap-ho-so.xlsx"),
        ("survey-list-export", "cac-cuoc-khao-sat.xlsx"),
        ("import-profile-list-export", "nguon-ho-so.xlsx"),
    ],
)
def test_who_takes_a_table_along_stands_in_the_trail(login, one_stop, page, note):
    answer = login(one_stop).get(reverse(f"dossiers:{page}"))
    assert b"".join(answer.streaming_content).startswith(b"PK")
    taken = AuditEntry.objects.get(verb="qms.export.downloaded")
    assert (taken.agency, taken.actor, taken.note) == (one_stop.agency, one_stop, note)


def test_reasons_of_delays_add_up_to_the_late_dossiers(agency, sample):
    whole, _quarters = year()
    late = selectors.trace(agency, delays.LATE, whole)
    assert delays.reasons(agency, whole) == [("", "Chưa nêu lý do", 88 + 24)]
    secretary = factories.person(agency, Role.SECRETARY)
    delays.delay_explain(late[0], reason="coordination", acting=secretary)
    delays.delay_explain(late[0], reason="staff", note="Thiếu người", acting=secretary)
    counted = {code: count for code, _label, count in delays.reasons(agency, whole)}
    assert counted == {"staff": 1, "": 111}
    with pytest.raises(Refused):
        delays.delay_explain(late[1], reason="staff", acting=factories.person(agency, Role.CLERK))
    with pytest.raises(Invalid):
        delays.delay_explain(
            selectors.trace(agency, "early_or_on_time", whole)[0], reason="staff", acting=secretary
        )


def test_the_catalogue_of_a_day_tells_what_is_offered_online(agency, sample):
    import datetime as dt

    day = dt.date(2025, 7, 1)
    offered = len(Catalogue(agency).online(day).offered)
    missing = Catalogue(agency).online(day).missing
    assert offered + len(missing) == Procedure.objects.filter(agency=agency).count()
    procedure_change(missing[0], acting=None, on=dt.date(2025, 8, 1), online_level="full")
    again = Catalogue(agency)
    assert len(again.online(day).offered) == offered
    assert len(again.online(dt.date(2025, 8, 1)).offered) == offered + 1


def test_handling_hours_compare_with_the_regulated_time(agency, units, sample):
    whole, _quarters = year()
    Procedure.objects.filter(agency=agency).update(regulated_time=5)
    hours = handling_hours(agency, selectors.tables(agency), [whole])
    resolved = selectors.counts(agency, windows=[whole]).of(whole)["resolved"]
    assert hours[whole, None].dossiers == resolved
    assert hours[whole, None].regulated == resolved * 5 * 8
    assert sum(hours[whole, unit.pk].taken for unit in units.values()) == hours[whole, None].taken
