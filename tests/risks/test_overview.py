"""The matrix, its drill-down, and constant numbers of queries."""

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from risks.models import ContextCategory, Risk, RiskAction
from risks.services import context, registers, risks
from tests.risks.conftest import TODAY


def test_an_agency_without_scale_is_led_to_one(agency, secretary, staff, login):
    page = login(secretary).get(reverse("risks:overview"))
    assert page.context["scale"] is None
    done = login(secretary).post(reverse("risks:start"), {"scale": "three"})
    assert done.status_code == 302
    assert login(secretary).get(reverse("risks:overview")).context["scale"].scale.risk.size == 3
    assert login(staff).post(reverse("risks:start")).status_code == 403


def test_every_figure_of_the_matrix_leads_to_exactly_its_entries(make_risk, staff, login):
    first = make_risk(3, 4)
    make_risk(3, 4)
    risks.risk_score(first, acting=staff, phase="after", first=1, second=4)
    client = login(staff)
    page = client.get(reverse("risks:overview"))

    def cells(rows):
        return {cell.key: cell.count for row in rows for cell in row.cells if cell.count}

    assert cells(page.context["before"]) == {"before-3-4": 2}
    assert cells(page.context["now"]) == {"now-3-4": 1, "now-1-4": 1}
    for key, number in (cells(page.context["before"]) | cells(page.context["now"])).items():
        rows = client.get(reverse("risks:risk-list"), {"cell": key, "kind": "risk"}).context["rows"]
        assert len(rows) == number
    assert {band.code: n for band, n in page.context["levels"]}["high"] == 1


def test_what_is_missing_is_counted_by_the_condition_that_lists_it(make_risk, staff, login):
    make_risk(3, 4, ready=False, owner=None)
    make_risk(None, ready=False)
    client = login(staff)
    checks = {
        code: number for code, _label, number in client.get(reverse("risks:overview")).context["checks"]
    }
    assert checks == {"no_owner": 1, "no_action": 1, "unscored": 1, "never_reviewed": 2}
    for code, number in checks.items():
        rows = client.get(reverse("risks:risk-list"), {"check": code}).context["rows"]
        assert len(rows) == number


def test_filters_narrow_the_matrix(make_risk, staff, unit, login):
    make_risk(3, 4)
    make_risk(5, 5, of=None, process="Quản lý tài liệu")
    client = login(staff)
    page = client.get(reverse("risks:overview"), {"unit": str(unit.pk)})
    assert [risk.value for risk in page.context["top"]] == [12]
    page = client.get(reverse("risks:overview"), {"process": "Quản lý tài liệu"})
    assert [risk.value for risk in page.context["top"]] == [25]


PAGES = ["overview", "risk-list", "risk-export", "register-list", "context", "party-list"]
REGISTER_PAGES = ["register-detail", "register-compare", "register-export"]


def test_pages_ask_the_database_equally_often_for_2_and_20(make_risk, staff, secretary, scaled, unit, login):
    issue_category = ContextCategory.objects.filter(agency=scaled, side="external").first()
    party_category = ContextCategory.objects.filter(agency=scaled, side="party").first()
    register = registers.register_open(scaled, acting=secretary, year=2026, unit=unit)
    urls = [reverse(f"risks:{name}") for name in PAGES]
    urls += [reverse(f"risks:{name}", args=[register.pk]) for name in REGISTER_PAGES]

    def add(number):
        for index in range(number):
            risk = make_risk(index % 5 + 1, 4, kind=Risk.Kind.values[index % 2])
            Risk.objects.filter(pk=risk.pk).update(approved_value=1)
            context.issue_add(
                scaled, acting=None, category=issue_category, title=f"Vấn đề {index}", effect="both"
            )
            party = context.party_add(scaled, acting=None, category=party_category, name=f"Bên {index}")
            context.need_add(party, acting=None, kind="need", text="Đúng hạn")
        RiskAction.objects.update(deadline=TODAY - dt.timedelta(1))

    def count(url):
        client = login(secretary)
        client.get(url).getvalue()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url)
            assert answer.status_code == 200
            assert answer.getvalue()
        return len(queries)

    add(2)
    few = {url: count(url) for url in urls}
    add(18)
    assert {url: count(url) for url in urls} == few
