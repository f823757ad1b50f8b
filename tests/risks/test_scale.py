"""An agency changes levels, words and bands; scores already given stay on their version."""

import copy
import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from qms.exceptions import Invalid, Refused
from qms.models import AuditEntry, Role
from risks.models import Risk, RiskScale, RiskScore
from risks.selectors.scale import scale_in_force
from risks.services import registers, risks
from risks.services.scale import presets, scale_change
from risks.services.start import starting_data_load, without_label
from risks.work import waiting_work
from tests import factories
from tests.risks.conftest import TODAY


def test_starting_data_is_loaded_once_and_keeps_what_the_agency_changed(agency, secretary):
    added = starting_data_load(agency, acting=secretary)
    assert added["scales"] == 1 and added["categories"] == 15 and added["library"] >= 12
    category = agency_category(agency)
    category.name = "Tên riêng"
    category.save()
    assert not any(starting_data_load(agency, acting=secretary).values())
    category.refresh_from_db()
    assert category.name == "Tên riêng"


def agency_category(agency):
    from risks.models import ContextCategory

    return ContextCategory.objects.filter(agency=agency).first()


def test_a_new_scale_keeps_every_old_score(scaled, secretary, make_risk):
    risk = make_risk(3, 4)
    old = risk.scale
    new = scale_change(
        scaled,
        acting=secretary,
        label="Thang 3 mức",
        data=without_label(presets()["three"]),
        valid_from=TODAY,
    )
    assert new.version == 2 and scale_in_force(scaled) == new
    risk.refresh_from_db()
    assert (risk.value, risk.level, risk.scale) == (12, "high", old)
    risks.risk_score(risk, acting=secretary, phase="before", first=2, second=2)
    risk.refresh_from_db()
    assert (risk.value, risk.level, risk.scale) == (4, "medium", new)
    line = list(risk.scores.order_by("created_at").values_list("value", "level_label", "scale__version"))
    assert line == [(12, "Cao", 1), (4, "Trung bình", 2)]


def test_own_words_and_bands(scaled, secretary):
    data = copy.deepcopy(without_label(presets()["five"]))
    data["risk"]["first"][0]["label"] = "Chưa bao giờ"
    data["risk"]["bands"] = [
        {"code": "low", "label": "Xanh", "upto": 12},
        {"code": "high", "label": "Đỏ", "upto": 25, "needs_action": True, "needs_leader": True},
    ]
    made = scale_change(scaled, acting=secretary, label="Riêng", data=data)
    assert made.scale.risk.band_of(12).label == "Xanh"
    assert made.scale.risk.band_of(15).needs_leader


def test_a_leader_is_asked_to_accept_what_the_scale_says(make_risk, secretary, staff, leader):
    risk = make_risk(2, 3, ready=False)
    risks.risk_treat(risk, acting=staff, treatment="accept", reason="Ngoài khả năng")
    asked = f"risk-accept:{risk.pk}:None"
    assert asked not in {found.key for found in waiting_work(leader)}
    data = copy.deepcopy(without_label(presets()["five"]))
    data["risk"]["bands"] = [
        {"code": "low", "label": "Xanh", "upto": 4},
        {"code": "medium", "label": "Vàng", "upto": 25, "needs_leader": True},
    ]
    scale_change(risk.agency, acting=secretary, label="Chặt", data=data)
    assert asked in {found.key for found in waiting_work(leader)}


def test_a_broken_scale_is_refused_with_every_place(scaled, secretary):
    data = copy.deepcopy(without_label(presets()["three"]))
    data["risk"]["first"][1]["label"] = ""
    data["risk"]["bands"][2]["upto"] = 8
    with pytest.raises(Invalid) as caught:
        scale_change(scaled, acting=secretary, label="Sai", data=data)
    assert {problem.where for problem in caught.value.problems} == {"risk.first.2", "risk.bands.3"}
    assert RiskScale.objects.filter(agency=scaled).count() == 1


def test_a_scale_cannot_begin_before_the_last_one(scaled, secretary):
    with pytest.raises(Invalid):
        scale_change(
            scaled,
            acting=secretary,
            label="Cũ",
            data=without_label(presets()["five"]),
            valid_from=dt.date(2020, 1, 1),
        )


def test_staff_may_not_change_the_scale(scaled, staff):
    with pytest.raises(Refused, match=r"(?i)thư ký ISO|ISO secretary"):
        scale_change(scaled, acting=staff, label="x", data=without_label(presets()["five"]))


def test_scores_cannot_be_changed_even_in_sql(make_risk):
    make_risk()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE risks_riskscore SET value = 1, first = 1, second = 1")
    assert RiskScore.objects.get().value == 12


def test_an_open_register_goes_on_with_its_scale_until_it_adopts_the_new_one(
    scaled, secretary, unit, head, make_risk
):
    register = registers.register_open(scaled, acting=head, year=2026, unit=unit)
    risk = make_risk(3, 4)
    new = scale_change(scaled, acting=secretary, label="3", data=without_label(presets()["three"]))
    assert risks.scale_for(risk) == register.scale
    registers.register_adopt_scale(register, acting=head)
    assert risks.scale_for(risk) == new
    with pytest.raises(Invalid, match=risk.code):
        registers.register_submit(register, acting=head)


def test_the_page_changes_the_scale_and_shows_faults_at_their_fields(scaled, login, secretary):
    client = login(secretary)
    url = reverse("risks:scale-change")
    page = client.get(url + "?levels=3")
    assert page.status_code == 200
    values = page.context["form"].initial | {"label": "Thang riêng", "valid_from": "15/06/2026"}
    values = {key: value for key, value in values.items() if value not in (None, False)}
    bad = client.post(url + "?levels=3", values | {"risk.bands.3.upto": "8"})
    assert bad.status_code == 422
    assert "risk.bands.3" in bad.context["form"].errors
    good = client.post(url + "?levels=3", values | {"risk.first.1": "Chưa gặp"})
    assert good.status_code == 302
    made = scale_in_force(scaled)
    assert (made.version, made.label, made.scale.risk.first[0].label) == (2, "Thang riêng", "Chưa gặp")
    assert AuditEntry.objects.filter(verb="risks.scale.changed", actor=secretary).exists()
    assert client.get(reverse("risks:scale") + "?version=1").context["shown"].version == 1


def test_another_agency_sees_nothing_of_it(scaled, other_agency, login, make_risk):
    risk = make_risk()
    stranger = factories.person(other_agency, Role.SECRETARY)
    client = login(stranger)
    assert client.get(risk.get_absolute_url()).status_code == 404
    assert Risk.objects.visible_to(stranger).count() == 0
