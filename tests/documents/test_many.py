"""Many at once: batch issuing, reading and signing all, numbers given before the portal, the register."""

import datetime as dt

import pytest
from django.urls import reverse

from documents.models import NumberSeries, Paper, PaperState, RegisterEntry
from documents.services import paper_approve, paper_issue, paper_submit
from documents.services.numbering import gaps, lines_read, numbers_enter
from documents.services.register_pdf import register_pdf
from qms import jobs
from qms.exceptions import Invalid, Refused
from qms.models import Job
from tests.documents.conftest import PASSWORD

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 2)


@pytest.fixture
def folder(office, keys, make_draft):
    """Three papers in the leader's signing folder."""

    def walk(title):
        paper = paper_submit(make_draft(title=title), acting=office.drafter)
        return paper_approve(paper, acting=office.head)

    return [walk(f"Về việc số {count}") for count in range(3)]


def test_the_leader_signs_what_was_read_with_one_password(office, folder, login):
    client = login(office.leader)
    url = reverse("documents:sign-all")
    assert client.get(url).status_code == 200
    marks = [f"{paper.pk}:{paper.content_hash}" for paper in folder[:2]]
    assert client.post(url, {"read": marks, "password": "sai"}).status_code == 403
    assert Paper.objects.filter(state=PaperState.AUTHORISED).count() == 0
    stale = f"{folder[2].pk}:{'0' * 64}"
    answer = client.post(url, {"read": [*marks, stale], "password": PASSWORD})
    assert "2" in answer.content.decode()
    assert [one.ok for one in answer.context["results"]].count(True) == 2
    assert Paper.objects.filter(state=PaperState.AUTHORISED).count() == 2
    folder[2].refresh_from_db()
    assert folder[2].state == PaperState.APPROVED
    assert client.post(url, {"password": PASSWORD}).status_code == 422
    assert login(office.clerk).get(url).status_code == 403


def test_the_clerk_issues_several_papers_and_sees_how_far_each_is(office, make_draft, to_desk, login):
    papers = [to_desk(make_draft(title=f"Về việc lô {count}")) for count in range(3)]
    client = login(office.clerk)
    page = client.get(reverse("documents:batch-issue"), {"paper": [str(one.pk) for one in papers[:2]]})
    assert [number for _paper, number in page.context["lines"]] == ["01/QĐ-SKHCN", "02/QĐ-SKHCN"]
    assert client.get(reverse("documents:batch-issue")).status_code == 200
    said = {"paper": [str(one.pk) for one in papers[:2]], "issued_on": "02/03/2026"}
    answer = client.post(reverse("documents:batch-issue"), said)
    assert answer.status_code == 302
    numbers = RegisterEntry.objects.order_by("number").values_list("number", "paper")
    assert list(numbers) == [(1, papers[0].pk), (2, papers[1].pk)]
    assert Job.objects.filter(kind="documents.issue", state=Job.State.QUEUED).count() == 2
    progress = client.get(answer["Location"])
    assert progress.context["running"]
    Paper.objects.filter(pk=papers[0].pk).update(failure="Máy chủ dấu thời gian không trả lời")
    part = client.get(answer["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "Máy chủ dấu thời gian" in part
    assert login(office.leader).get(answer["Location"]).status_code == 403


def test_numbers_given_before_are_entered_and_the_book_goes_on(office, draft, to_desk):
    text = "01;05/01/2026;Về việc một;Trịnh Bảo Long;VP\n07/QĐ\t2/2/2026\tVề việc bảy\tTrịnh Bảo Long\n"
    rows = lines_read(text)
    assert [(one.number, one.issued_on) for one in rows] == [
        (1, dt.date(2026, 1, 5)),
        (7, dt.date(2026, 2, 2)),
    ]
    with pytest.raises(Refused):
        numbers_enter(office.agency, kind="decision", rows=rows, symbol="QĐ-SKHCN", acting=office.leader)
    numbers_enter(office.agency, kind="decision", rows=rows, symbol="QĐ-SKHCN", acting=office.clerk)
    for again in ("07;03/02/2026;Trùng;A B", "09;01/03/2099;Ngày sau;A B"):
        with pytest.raises(Invalid):
            numbers_enter(
                office.agency,
                kind="decision",
                rows=lines_read(again),
                symbol="QĐ-SKHCN",
                acting=office.clerk,
            )
    with pytest.raises(Invalid, match="02/02/2026"):
        paper_issue(to_desk(draft), issued_on=dt.date(2026, 2, 1), acting=office.clerk)
    draft.refresh_from_db()
    paper_issue(draft, issued_on=DAY, acting=office.clerk)
    entry = RegisterEntry.objects.get(paper=draft)
    assert entry.reference == "08/QĐ-SKHCN"
    assert gaps(NumberSeries.objects.get()) == []
    with pytest.raises(Invalid):
        numbers_enter(
            office.agency,
            kind="decision",
            rows=lines_read("09;03/03/2026;Sau;A B"),
            symbol="QĐ-SKHCN",
            acting=office.clerk,
        )


@pytest.mark.parametrize("text", ["", "x;05/01/2026;a;b", "1;32/01/2026;a;b", "1;05/01/2026;;b", "1"])
def test_lines_that_cannot_be_read_say_which(text):
    with pytest.raises(Invalid):
        lines_read(text)


def test_the_register_is_printed_by_the_worker_and_given_to_who_asked(office, login):
    rows = lines_read("01;05/01/2026;Về việc <b>một</b>;Trịnh Bảo Long;VP")
    numbers_enter(office.agency, kind="decision", rows=rows, symbol="QĐ-SKHCN", acting=office.clerk)
    client = login(office.clerk)
    answer = client.post(reverse("documents:register-print") + "?year=2026")
    job = Job.objects.get(kind="documents.register_pdf")
    assert str(job.pk) in answer["Location"]
    address = reverse("documents:register-file", args=[job.pk])
    assert client.get(address).status_code == 404
    assert jobs.run(job.pk).state == Job.State.SUCCEEDED
    data = b"".join(client.get(address).streaming_content)
    assert data.startswith(b"%PDF")
    assert login(office.staff).get(address).status_code == 404
    assert register_pdf(office.agency, [], "2026").startswith(b"%PDF")
