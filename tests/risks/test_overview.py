"""The matrix, its drill-down, and constant numbers of queries."""

import datetime as dt
import html
import re
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qms.models import Clause, Role, StandardEdition
from risks.models import (
    ActionEvidence,
    ActionJudgement,
    ChangeOpinion,
    ContextCategory,
    ContextReview,
    LibraryRisk,
    PlannedChange,
    Risk,
    RiskAcceptance,
    RiskAction,
    Suggestion,
)
from risks.selectors.scale import scale_in_force
from risks.services import changes, context, registers, risks
from risks.services.scale import scale_change
from tests import factories
from tests.risks.conftest import TODAY, plan
from tests.risks.test_suggestions import CHANGE


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


def numbers(page):
    """Everything the overview counts or lists."""
    context = page.context
    cells = [cell for key in ("before", "now") for row in context[key] for cell in row.cells]
    return {
        "top": [risk.event for risk in context["top"]],
        "moved": [risk.event for risk in context["moved"]],
        "cells": {cell.key: cell.count for cell in cells if cell.count},
        "late": [action.risk.event for action in context["late"]],
        "checks": {code: number for code, _label, number in context["checks"]},
        "levels": {band.code: number for band, number in context["levels"] if number},
        "total": context["totals"]["total"],
    }


@pytest.mark.parametrize("name", ["unit", "process", "clause", "level"])
def test_each_filter_narrows_every_figure_of_the_overview(name, make_risk, scaled, unit, staff, login):
    """One entry has what is asked for, one has not: no figure, list or action of the other is left."""
    edition = StandardEdition.objects.create(code="ISO-T", published_on=TODAY, title_vi="x", title_en="x")
    clauses = [Clause.objects.create(edition=edition, code=code, order=n) for n, code in enumerate("45")]
    mine = make_risk(3, 4, event="Hồ sơ trễ", process="Tiếp nhận", clause=clauses[0])
    other = make_risk(
        5, 5, event="Mất hồ sơ", process="Lưu trữ", clause=clauses[1], of=factories.unit(scaled), owner=None
    )
    for risk in (mine, other):
        Risk.objects.filter(pk=risk.pk).update(approved_value=1)
    RiskAction.objects.update(deadline=TODAY - dt.timedelta(3))
    asked = {"unit": str(unit.pk), "process": "Tiếp nhận", "clause": "4", "level": "high"}[name]
    client = login(staff)
    whole = numbers(client.get(reverse("risks:overview")))
    assert (whole["total"], len(whole["late"]), len(whole["moved"])) == (2, 2, 2)
    page = client.get(reverse("risks:overview"), {name: asked})
    assert numbers(page) == {
        "top": ["Hồ sơ trễ"],
        "moved": ["Hồ sơ trễ"],
        "cells": {"before-3-4": 1, "now-3-4": 1},
        "late": ["Hồ sơ trễ"],
        "checks": {"never_reviewed": 1},
        "levels": {"high": 1},
        "total": 1,
    }
    # Every link of a figure carries the filter, so that it leads to exactly what was counted.
    link = urlencode({name: asked})
    found = html.unescape(page.content.decode())
    for part in ("cell=before-3-4", "cell=now-3-4", "level=high", "check=never_reviewed"):
        assert re.search(rf'list/\?[^"]*{part}[^"]*{re.escape(link)}', found), part
    assert [risk.event for risk in client.get(reverse("risks:risk-list"), {name: asked}).context["rows"]] == [
        "Hồ sơ trễ"
    ]


def test_a_cell_leads_to_no_entry_of_an_earlier_scale(make_risk, scaled, secretary, staff, login):
    make_risk(3, 4)
    scale_change(scaled, acting=secretary, label="Thang mới", data=scale_in_force(scaled).data)
    make_risk(3, 4, event="Chấm theo thang mới")
    client = login(staff)
    page = client.get(reverse("risks:overview"))
    assert numbers(page)["cells"] == {"before-3-4": 1, "now-3-4": 1}
    rows = client.get(reverse("risks:risk-list"), {"cell": "now-3-4", "kind": "risk"}).context["rows"]
    assert [risk.event for risk in rows] == ["Chấm theo thang mới"]
    assert numbers(page)["checks"]["old_scale"] == 1


def test_levels_are_asked_for_in_the_words_of_the_agency(scaled, secretary, staff, login):
    data = scale_in_force(scaled).data
    for band in data["risk"]["bands"]:
        band["label"] = f"Mức {band['code']}"
    scale_change(scaled, acting=secretary, label="Từ của cơ quan", data=data)
    choices = login(staff).get(reverse("risks:risk-list")).context["form"].fields["level"].choices
    assert next(label for value, label in choices if value) == "Mức very_high"


PAGES = ["overview", "risk-list", "risk-export", "register-list", "context", "party-list"]
PAGES += ["suggestion-list", "change-list"]
REGISTER_PAGES = ["register-detail", "register-compare", "register-export", "risks-copy", "library-take"]


def test_pages_ask_the_database_equally_often_for_2_and_20(make_risk, staff, secretary, scaled, unit, login):
    issue_category = ContextCategory.objects.filter(agency=scaled, side="external").first()
    party_category = ContextCategory.objects.filter(agency=scaled, side="party").first()
    register = registers.register_open(scaled, acting=secretary, year=2026, unit=unit)
    urls = [reverse(f"risks:{name}") for name in PAGES]
    urls += [reverse(f"risks:{name}", args=[register.pk]) for name in REGISTER_PAGES]
    known = details(make_risk, scaled, unit, issue_category, party_category)
    urls += [one.get_absolute_url() for one in known.values()]
    urls += [f"{reverse('home')}", f"{reverse('risks:risk-list')}?q=tre"]

    def add(number):
        for index in range(number):
            risk = make_risk(index % 5 + 1, 4, kind=Risk.Kind.values[index % 2])
            Risk.objects.filter(pk=risk.pk).update(approved_value=1)
            context.issue_add(
                scaled, acting=None, category=issue_category, title=f"Vấn đề {index}", effect="both"
            )
            party = context.party_add(scaled, acting=None, category=party_category, name=f"Bên {index}")
            context.need_add(party, acting=None, kind="need", text="Đúng hạn")
            grow(known, risk, party, staff, unit, f"{number}-{index}")
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


def details(make_risk, agency, unit, issue_category, party_category):
    """One record of each page of details."""
    risk = make_risk(of=unit, event="Gốc")
    issue = context.issue_add(agency, acting=None, category=issue_category, title="Gốc", effect="both")
    party = context.party_add(agency, acting=None, category=party_category, name="Gốc")
    change = changes.change_create(agency, acting=None, unit=unit, **CHANGE)
    return {"risk": risk, "action": risk.actions.get(), "issue": issue, "party": party, "change": change}


def grow(known, risk, party, owner, unit, key):
    """Everything that hangs on the pages of details, one more of each."""
    agency = risk.agency
    one, action, change = known["risk"], known["action"], known["change"]
    risks.risk_score(one, acting=None, phase="before", first=3, second=4)
    plan(one, owner)
    RiskAcceptance.objects.create(
        agency=agency, risk=one, value=12, level_label="Cao", reason="x", accepted_by=owner,
        accepted_on=TODAY, until=TODAY,
    )  # fmt: skip
    for name in ("issue", "party", "change"):
        risks.source_add(risk, acting=None, kind="other", **{name: known[name]})
        risks.source_add(one, acting=None, kind="other", **{name: known[name]})
    for name in ("issue", "party"):
        ContextReview.objects.create(
            agency=agency, **{name: known[name]}, year=1000 + ContextReview.objects.count(), outcome="kept",
            reviewed_by=owner, reviewed_on=TODAY,
        )  # fmt: skip
    context.need_add(known["party"], acting=None, kind="need", text="Đúng hạn")
    ActionEvidence.objects.create(agency=agency, action=action, reference=key)
    ActionJudgement.objects.create(
        agency=agency, action=action, round=1, verdict="effective", grounds="x", judged_by=owner,
        judged_on=TODAY,
    )  # fmt: skip
    changes.touch_add(change, acting=None, kind="risk", risk=risk)
    changes.step_add(change, acting=None, description=key, owner=owner, deadline=TODAY)
    ChangeOpinion.objects.create(
        agency=agency, change=change, person=factories.person(agency, Role.LEADER), stance="agree"
    )
    PlannedChange.objects.create(agency=agency, code=key, drafted_by=owner, unit=unit, **CHANGE)
    Suggestion.objects.create(
        agency=agency, key=key, provider="test", source_kind="other", title="x", reason="y", unit=unit,
        risk=risk, seen_on=TODAY,
    )  # fmt: skip
    elsewhere = factories.unit(agency)
    Risk.objects.create(
        agency=agency, kind="risk", code=key, unit=elsewhere, state="open", process="x", event=key
    )
    LibraryRisk.objects.create(
        agency=agency, code=key, kind="risk", group="Thử", process="x", event=f"Điển hình {key}"
    )
