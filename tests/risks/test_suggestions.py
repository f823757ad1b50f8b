"""What the portal notices by itself, from real dossiers and figures; what people make of it."""

import datetime as dt
from pathlib import Path

import pytest
from django.urls import reverse

from documents.models import LegalBasis
from dossiers import generator, services
from dossiers.models import Procedure
from dossiers.models.procedure import procedure_id
from qms import jobs
from qms.exceptions import IllegalTransition, Invalid, Refused
from qms.models import AuditEntry, OrgUnitChange, Role
from risks import noticing, providers
from risks.models import Risk, RiskSource, Suggestion
from risks.providers import Found
from risks.services import changes, suggestions
from tests import factories
from tests.risks.conftest import TODAY


@pytest.fixture
def write(scaled):
    """write(*found) -> what suggestions_write counts, all from the provider "test"."""
    return lambda *found: suggestions.suggestions_write(scaled, {"test": list(found)}, TODAY)


def one(unit=None, **fields):
    values = {
        "key": "k1",
        "source_kind": RiskSource.Kind.DOSSIERS,
        "title": "Cụm hồ sơ trễ",
        "reason": "5/80",
    }
    return Found(**(values | {"unit": unit} | fields))


def test_findings_open_hold_lapse_and_return(write):
    assert write(one()) == {"new": 1, "holding": 0, "lapsed": 0}
    assert write(one(reason="6/80")) == {"new": 0, "holding": 1, "lapsed": 0}
    assert Suggestion.objects.get().reason == "6/80"
    assert write()["lapsed"] == 1
    assert Suggestion.objects.get().state == "obsolete"
    write(one())
    assert Suggestion.objects.get().state == "open"


def test_accepting_writes_an_entry_with_its_source(write, unit, staff, scaled):
    procedure = Procedure.objects.create(
        id=procedure_id(scaled, "1.1"), agency=scaled, code="1.1", name="Cấp phép"
    )
    draft = {"process": "Cấp phép", "event": "Hồ sơ trễ", "procedure": str(procedure.pk), "clause": "8.5.1"}
    write(one(unit, draft=draft, url="/dossiers/"))
    risk = suggestions.suggestion_accept(Suggestion.objects.get(), acting=staff)
    assert (risk.process, risk.event, risk.procedure, risk.unit) == ("Cấp phép", "Hồ sơ trễ", procedure, unit)
    source = risk.sources.get()
    assert (source.kind, source.url) == ("dossiers", "/dossiers/") and "5/80" in source.label
    suggestion = Suggestion.objects.get()
    assert (suggestion.state, suggestion.risk, suggestion.decided_by) == ("accepted", risk, staff)
    with pytest.raises(IllegalTransition):
        suggestions.suggestion_accept(suggestion, acting=staff)


def test_accepting_what_is_followed_already_asks_for_a_new_look(write, make_risk, unit, staff):
    risk = make_risk()
    write(one(unit, risk=risk.pk))
    assert suggestions.suggestion_accept(Suggestion.objects.get(), acting=staff) == risk
    risk.refresh_from_db()
    assert risk.next_review_on == TODAY
    assert Risk.objects.count() == 1 and risk.sources.count() == 1


def test_a_dismissal_keeps_its_reason_and_does_not_come_back(write, unit, staff):
    write(one(unit))
    suggestion = Suggestion.objects.get()
    with pytest.raises(Invalid):
        suggestions.suggestion_dismiss(suggestion, acting=staff, reason=" ")
    suggestions.suggestion_dismiss(suggestion, acting=staff, reason="Do nghỉ Tết")
    write(one(unit))
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.decision_note) == ("dismissed", "Do nghỉ Tết")
    entry = AuditEntry.objects.get(verb="risks.suggestion.dismissed")
    assert (entry.actor, entry.note) == (staff, "Do nghỉ Tết")


def test_other_units_do_not_decide(write, unit, scaled):
    write(one(unit))
    stranger = factories.person(scaled, Role.STAFF, unit=factories.unit(scaled))
    with pytest.raises(Refused):
        suggestions.suggestion_dismiss(Suggestion.objects.get(), acting=stranger, reason="x")


def test_the_job_asks_every_registered_provider(scaled, secretary, monkeypatch):
    monkeypatch.setitem(providers._providers, "test", lambda agency, today: [one(reason=str(today))])
    job = jobs.run_here(suggestions.suggestions_request(scaled, acting=secretary))
    assert job.result["new"] == 1
    assert Suggestion.objects.get().reason == "2026-06-15"


def test_the_night_searches_only_agencies_that_keep_registers(scaled, other_agency):
    from qms.models import Job

    suggestions.suggestions_nightly()
    assert [job.agency for job in Job.objects.filter(kind=suggestions.JOB)] == [scaled]


def test_expired_bases_are_noticed(scaled):
    def basis(number, **fields):
        return LegalBasis.objects.create(
            agency=scaled, kind="Nghị định", number=number, issuer="Chính phủ",
            issued_on=dt.date(2018, 4, 23), about="về một cửa", **fields,
        )  # fmt: skip

    new = basis("118/2025/NĐ-CP")
    basis("61/2018/NĐ-CP", expires_on=dt.date(2025, 6, 30), replaced_by=new)
    basis("1/2026/NĐ-CP", expires_on=TODAY + dt.timedelta(30))
    basis("2/2026/NĐ-CP", expires_on=TODAY + dt.timedelta(300))
    found = {item.title: item.reason for item in noticing.expired_bases(scaled, TODAY)}
    assert len(found) == 2
    assert any("61/2018/NĐ-CP" in title and "118/2025/NĐ-CP" in why for title, why in found.items())


def test_changed_units_are_noticed_with_what_they_leave_behind(scaled, make_risk):
    old = factories.unit(scaled, "Phòng Cũ", valid_to=TODAY - dt.timedelta(1))
    new = factories.unit(scaled, "Phòng Mới")
    make_risk(of=old, owner=None, ready=False)
    change = OrgUnitChange.objects.create(agency=scaled, kind="merged", on=TODAY)
    change.before.set([old])
    change.after.set([new])
    found = list(noticing.unit_changes(scaled, TODAY))
    assert [item.unit for item in found] == [new]
    assert "1" in found[0].reason
    assert not list(noticing.unit_changes(scaled, TODAY + dt.timedelta(300)))


def test_a_planned_change_without_risk_is_noticed_until_one_follows_it(scaled, head, make_risk, unit):
    from risks.services.risks import source_add

    change = changes.change_create(scaled, acting=head, **CHANGE, unit=unit)
    assert not list(noticing.changes_without_risks(scaled, TODAY))
    changes.change_submit(change, acting=head)
    assert [item.unit for item in noticing.changes_without_risks(scaled, TODAY)] == [unit]
    source_add(make_risk(), acting=head, kind="change", change=change)
    assert not list(noticing.changes_without_risks(scaled, TODAY))


SAMPLE = Path(generator.__file__).resolve().parents[1] / "fixtures" / "one_stop_2025.xlsx"
CHANGE = {
    "title": "Đổi phần mềm một cửa",
    "kind": "software",
    "purpose": "Thống nhất một phần mềm",
    "consequences": "Tuần đầu thao tác chậm",
    "integrity": "Giải quyết xong hồ sơ cũ trên phần mềm cũ",
    "resources": "Hai buổi tập huấn",
    "responsibilities": "Phòng CĐS cấu hình",
    "takes_effect_on": TODAY + dt.timedelta(10),
    "follow_up_on": TODAY + dt.timedelta(60),
}


def test_overdue_clusters_come_from_imported_dossiers(scaled, secretary):
    units = {name: factories.unit(scaled, name) for name in generator.UNITS}
    with SAMPLE.open("rb") as content:
        services.import_now(scaled, name=SAMPLE.name, content=content, acting=None)
    found = list(noticing.overdue_clusters(scaled, TODAY))
    assert found
    for item in found:
        procedure = Procedure.objects.get(pk=item.draft["procedure"])
        assert procedure.name in item.title and item.unit in units.values()
    jobs.run_here(suggestions.suggestions_request(scaled))
    assert Suggestion.objects.filter(provider="overdue", state="open").count() == len(found)
    suggestion = Suggestion.objects.filter(provider="overdue").first()
    risk = suggestions.suggestion_accept(suggestion, acting=secretary)
    again = {item.key: item.risk for item in noticing.overdue_clusters(scaled, TODAY)}
    assert again[suggestion.key] == risk.pk


def test_the_pages_accept_and_dismiss(write, unit, staff, secretary, login):
    write(one(unit), one(unit, key="k2", title="Khác"))
    client = login(staff)
    page = client.get(reverse("risks:suggestion-list"))
    assert len(page.context["rows"]) == 2
    first, second = Suggestion.objects.order_by("key")
    assert client.post(reverse("risks:suggestion-accept", args=[first.pk])).status_code == 302
    dismiss = reverse("risks:suggestion-dismiss", args=[second.pk])
    assert client.get(dismiss).status_code == 200
    assert client.post(dismiss, {"reason": ""}).status_code == 422
    client.post(dismiss, {"reason": "Đã xử lý"})
    assert client.get(reverse("risks:suggestion-list") + "?state=dismissed").context["rows"][0][0] == second
    assert client.post(reverse("risks:suggestion-search")).status_code == 403
    assert login(secretary).post(reverse("risks:suggestion-search")).status_code == 302
