"""From any record one click leads to work that starts with it; what the form shows comes from the record."""

from urllib.parse import parse_qs, urlparse

from django.urls import reverse

from qms import registry
from risks.models import Risk
from tests import factories


def test_a_risk_is_written_down_from_another_record(make_risk, staff, login, monkeypatch):
    """The record is any kind that an app registered; here a person stands for a complaint."""
    about = factories.person(staff.agency, full_name="Phản ánh 07")
    monkeypatch.setitem(
        registry.record_kinds,
        "qms.person",
        registry.RecordKind(
            type(about),
            lambda one: registry.RecordFacts(
                "Phản ánh", "PA-07", one.full_name, "/pa/07/", process="Tiếp dân", origin="complaint"
            ),
        ),
    )
    action = next(one for one in registry.actions_for(about, staff) if "/risks/" in one.url)
    client = login(staff)
    page = client.get(action.url)
    assert page.context["form"]["process"].value() == "Tiếp dân"
    assert "PA-07" in page.text
    sent = {"process": "Tiếp dân", "event": "Người dân phải đi lại nhiều lần"}
    assert client.post(action.url, sent).status_code == 302
    source = Risk.objects.get(event=sent["event"]).sources.get()
    assert (source.kind, source.url) == ("complaint", "/pa/07/")


def test_the_page_of_a_record_offers_the_acts(make_risk, staff, login):
    page = login(staff).get(make_risk().get_absolute_url())
    assert page.status_code == 200
    assert f"{reverse('risks:risk-create')}?source" not in page.text, "no risk from a risk"


def test_a_record_of_another_agency_or_a_wrong_key_fills_nothing(make_risk, other_agency):
    risk = make_risk()
    stranger = factories.person(other_agency)
    assert registry.source_find(stranger, registry.source_key(risk)) is None
    for key in ("", "risks.risk:", "risks.risk:x", "no.kind:1"):
        assert registry.source_find(stranger, key) is None
    assert parse_qs(urlparse(f"?source={registry.source_key(risk)}").query)["source"]
