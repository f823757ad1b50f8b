"""Pages of nonconformities: the whole way through the browser's requests, lists, boards, exports."""

import datetime as dt
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from audits.models import Nonconformity
from audits.services import effect
from qms import registry
from tests import factories
from tests.audits.cases import (  # noqa: F401
    TODAY,
    clause,
    correct,
    fresh,
    june,
    lead,
    open_case,
    people,
)


def at(name, thing=None, **query):
    url = reverse(f"audits:{name}", args=[thing.pk] if thing else [])
    return url + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


def day(value):
    return f"{value:%d/%m/%Y}"


def test_the_way_through_the_pages(people, june, client):  # noqa: F811
    def as_(person):
        client.force_login(person.user)
        return client

    def send(person, name, thing, query=None, **data):
        url = at(name, thing, **(query or {}))
        if data:
            assert as_(person).get(url).status_code == 200, name
        answer = as_(person).post(url, data)
        assert answer.status_code == 302, (name, answer.context and answer.context["form"].errors)
        return answer

    new = at("nc-create")
    page = as_(people.staff).get(new)
    assert page.status_code == 200
    values = {
        "title": "Thiếu văn bản xin lỗi",
        "unit": people.unit.pk,
        "origin": "report",
        "grade": "major",
        "process": "QT.04",
        "clause": clause().pk,
        "requirement": "Phải có",
        "description": "Không có",
        "evidence": "3/20",
        "detected_on": day(TODAY),
    }
    assert client.post(new, values | {"evidence": ""}).status_code == 422
    assert client.post(new, values).status_code == 302
    case = Nonconformity.objects.get()
    assert "KPH-2026-001" in as_(people.outsider).get(case.get_absolute_url()).text
    action = {"description": "Gửi bổ sung", "owner": people.staff.pk, "deadline": day(TODAY)}
    send(people.head, "nc-action-add", case, {"kind": "correction"}, **action)
    first = case.actions.get()
    report = {"done_on": day(TODAY), "note": "Đã gửi", "reference": "CV 12"}
    send(people.staff, "nc-action-report", first, **report)
    send(people.head, "nc-analyse", case)
    send(
        people.head,
        "nc-cause",
        case,
        {"method": "fishbone"},
        people="Chưa tập huấn",
        method="Không giao người rà soát\nKhông có ngưỡng cảnh báo",
        root_cause="Quy trình không giao người theo dõi",
        category="method",
    )
    page = as_(people.head).get(case.get_absolute_url())
    assert '<svg class="fish"' in page.text and "Không có ngưỡng cảnh báo" in page.text
    assert as_(people.head).get(at("nc-cause", case, method="whys")).status_code == 200
    send(people.head, "nc-similar", case, units=people.other.pk, due_on=day(TODAY + dt.timedelta(5)))
    later = TODAY + dt.timedelta(30)
    action = {"description": "Sửa quy trình", "owner": people.staff.pk, "deadline": day(later)}
    send(people.head, "nc-action-add", case, **action)
    check = {"method": "verifier", "criterion": "Không thiếu", "due_on": day(later + dt.timedelta(60))}
    send(people.head, "nc-check", case, verifier=people.verifier.pk, periods="", **check)
    send(people.head, "nc-submit", case)
    assert any(item.key.startswith("nc:") for item in registry.all_work(people.committee_head))
    send(people.committee_head, "nc-approve", case)
    send(people.other_head, "nc-similar-answer", case.similar_cases.get(), answer="none", words="Đã xem")
    others = [item for item in registry.all_work(people.head) if item.group == "others"]
    assert len(others) == 1 and people.staff.full_name in others[0].detail
    second = case.actions.get(kind="corrective")
    asked = {"new_deadline": day(later + dt.timedelta(5)), "reason": "Chờ góp ý"}
    send(people.staff, "nc-action-extend", second, **asked)
    send(people.committee_head, "nc-extension-decide", second.extensions.get(), verdict="grant", note="")
    send(people.staff, "nc-action-report", second, **report)
    june(TODAY + dt.timedelta(120))
    send(people.verifier, "nc-judge", case, verdict="effective", grounds="Đã xem 30 hồ sơ")
    decide = {"risk_decision": "none", "risk_note": "Đã có", "document_decision": "none"}
    send(people.head, "nc-decide", case, document_note="Đã sửa", **decide)
    send(people.secretary, "nc-close", case, note="Đạt")
    for person in (people.secretary, people.head, people.outsider):
        assert as_(person).get(case.get_absolute_url()).status_code == 200
    for name in ("nc-list", "nc-board", "nc-actions"):
        assert as_(people.leader).get(at(name)).status_code == 200


def test_pages_refuse_and_hide(people, client, other_agency):  # noqa: F811
    case = open_case(people)
    stranger = factories.person(other_agency, "leader")
    client.force_login(stranger.user)
    for name in ("nc-detail", "nc-edit", "nc-cause", "nc-judge", "nc-close"):
        assert client.get(at(name, case)).status_code == 404
    for name in ("nc-submit", "nc-approve", "nc-analyse"):
        assert client.post(at(name, case)).status_code == 404
    client.force_login(people.superior.user)
    assert client.get(at("nc-list")).status_code == 403
    client.force_login(people.outsider.user)
    assert client.post(at("nc-waive", case), {"reason": "x"}).status_code == 403


def test_lists_and_boards_cost_the_same_for_two_and_twenty(people, client):  # noqa: F811
    client.force_login(people.secretary.user)

    def cost():
        spent = []
        for name in ("nc-list", "nc-board", "nc-actions"):
            client.get(at(name))
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(at(name)).status_code == 200
            spent.append(len(queries))
        return spent

    def some(number):
        for _turn in range(number):
            case = open_case(people, clause=clause(), title="Giống nhau")
            correct(case, people)

    some(2)
    before = cost()
    some(18)
    assert cost() == before


def test_every_figure_lists_what_it_counts(people, june, client):  # noqa: F811
    first = lead(open_case(people, clause=clause()), people, "closed", june)
    june(TODAY + dt.timedelta(110))
    open_case(people, clause=clause(), detected_on=TODAY + dt.timedelta(105))
    case = open_case(people, process="Khác", clause=clause("7.2"))
    effect.nonconformity_cancel(case, acting=None, reason="Nhầm")
    client.force_login(people.secretary.user)
    page = client.get(at("nc-board"))
    shares = {share.label: share for share in page.context["shares"]}
    recurrence, effective, in_time = shares.values()
    assert (recurrence.numerator, recurrence.denominator) == (1, 2)
    assert (effective.numerator, effective.denominator) == (0, 1), "what came back counts no more"
    assert (in_time.numerator, in_time.denominator) == (0, 1)
    for share in shares.values():
        listed = client.get(share.url).context["page_obj"].paginator.count
        assert share is in_time or listed == share.numerator
    assert [(bar.label.split()[0], bar.count) for bar in page.context["clauses"]] == [("8.5.1", 2)]
    assert client.get(page.context["clauses"][0].url).status_code == 200
    book = client.get(at("nc-export"))
    rows = CalamineWorkbook.from_filelike(BytesIO(book.getvalue())).get_sheet_by_index(0).to_python()
    assert len(rows) == 4 and first.code in {row[0] for row in rows}
    for name in ("nc-board-export", "nc-actions-export"):
        assert client.get(at(name)).getvalue()


@pytest.mark.parametrize("grade", ["major", "observation"])
def test_a_finding_leads_to_its_case_by_one_click(people, grade):  # noqa: F811
    from audits.models import Finding

    finding = Finding(agency=people.agency, grade=grade, unit=people.unit)
    links = [one.url for one in registry.actions_for(finding, people.secretary)]
    assert any("/nonconformities/new/" in url for url in links) is (grade == "major")
