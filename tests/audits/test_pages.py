"""Pages: who sees what, the phone's answers as JSON, exports, the whole file, constant query counts."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.models import Audit, AuditQuestion, AuditSession, ChecklistItem, Finding
from audits.services import findings
from audits.work import waiting_work
from documents.content import Kind
from documents.formcheck import check_paper
from documents.rendering.render import paper_render
from documents.rendering.sheet import IssueFacts
from qms.models import AuditEntry, Role
from tests import factories
from tests.audits.conftest import TODAY
from tests.audits.test_audits import meetings
from tests.audits.test_checklists import PNG

JSON = {"HTTP_ACCEPT": "application/json"}


def address(name, *args):
    return reverse(f"audits:{name}", args=args)


def opened(client, page):
    """The status of a page; what it streams is closed again."""
    reply = client.get(page)
    for close in reply._resource_closers:  # not reply.close(): that ends the connection too
        close()
    return reply.status_code


def send(client, item, **data):
    return client.post(address("item-answer", item.pk), data, **JSON)


def test_every_page_opens_with_data_and_empty(running, items, lead, login, programme, secretary, unit):
    found = findings.finding_raise(
        running, acting=lead, key="khoa-000001", grade="major", item=items[0], description="x", evidence="y"
    )
    session = running.sessions.get()
    pages = [
        address(name)
        for name in (
            "overview", "coverage", "programme-list", "audit-list", "finding-list", "auditor-list",
            "question-list", "programme-open", "audit-create", "competence-add", "question-new",
        )
    ]  # fmt: skip
    pages += [address("programme-detail", programme.pk), address("audit-detail", running.pk)]
    pages += [address("audit-paper", running.pk, "plan")]
    pages += [address(name, session.pk) for name in ("session-detail", "session-answer")]
    pages += [address("finding-detail", found.pk), address("programme-export", programme.pk)]
    pages += [address(name) for name in ("audit-export", "finding-export", "question-export")]
    of_the_lead = [address("finding-add", running.pk), address("meeting-record", running.pk, "opening")]
    closed = [address("programme-edit", programme.pk), address("session-edit", session.pk)]
    closed += [address("audit-edit", running.pk)]
    client = login(secretary)
    assert {page: opened(client, page) for page in pages} == dict.fromkeys(pages, 200)
    assert {opened(client, page) for page in (*of_the_lead, *closed)} == {403}, "refused before any form"
    client = login(lead)
    assert {opened(client, page) for page in of_the_lead} == {200}
    shown = client.get(address("session-answer", session.pk)).content.decode()
    assert "Câu 1?" in shown and found.code in shown
    assert "style=" not in shown.split("<main")[1] and "onclick" not in shown


def test_another_agency_finds_nothing(running, items, other_agency, login, programme, lead):
    stranger = login(factories.person(other_agency, Role.SECRETARY, Role.AUDITOR))
    session = running.sessions.get()
    for page in (
        address("audit-detail", running.pk),
        address("programme-detail", programme.pk),
        address("session-answer", session.pk),
    ):
        assert stranger.get(page).status_code == 404
    assert send(stranger, items[0], answer="conform", version=0, key="khoa-000001").status_code == 404
    superior = login(factories.person(running.agency, Role.SUPERIOR))
    assert superior.get(address("overview")).status_code == 403


def test_the_phone_sends_answers_twice_and_is_told_of_others(items, lead, second, secretary, login):
    client = login(lead)
    first = send(client, items[0], answer="conform", version=0, key="khoa-000001", note="ổn")
    assert (first.status_code, first.json()["version"]) == (200, 1)
    assert send(client, items[0], answer="conform", version=0, key="khoa-000001").json()["version"] == 1
    other = send(login(second), items[0], answer="nonconform", version=0, key="khoa-000002")
    assert other.status_code == 409
    assert (other.json()["now"]["answer"], other.json()["now"]["by"]) == ("conform", lead.full_name)
    assert send(login(secretary), items[0], answer="conform", version=1, key="khoa-3333").status_code == 403
    assert send(login(lead), items[0], answer="maybe", version=1, key="khoa-000004").status_code == 422
    photo = login(lead).post(
        address("item-evidence", items[0].pk),
        {"key": "anh-0000001", "file": SimpleUploadedFile("a.png", PNG, "image/png")},
        **JSON,
    )
    assert photo.status_code == 200
    picture = client.get(photo.json()["url"])
    assert picture["Content-Type"] == "image/png" and b"".join(picture.streaming_content) == PNG
    finding = client.post(
        address("item-finding", items[0].pk),
        {"key": "phat-hien-1", "grade": "major", "description": "Bản cũ", "evidence": "QT.01"},
        **JSON,
    )
    assert finding.json()["code"] == "PH-2026-01"
    assert Finding.objects.get().requirement == "Yêu cầu"


def test_without_script_the_forms_lead_back_to_the_question(items, lead, login):
    client = login(lead)
    reply = client.post(
        address("item-answer", items[1].pk), {"answer": "conform", "version": 0, "key": "khoa-000001"}
    )
    assert reply.status_code == 302 and reply["Location"].endswith("#c2")


def test_work_waits_for_whom_it_concerns(running, items, lead, head, committee_head, secretary):
    def keys(person):
        return {item.key.split(":")[0] for item in waiting_work(person)}

    assert "audit-session" in keys(lead)
    found = findings.finding_raise(
        running, acting=lead, key="khoa-000001", grade="minor", item=items[0], description="x", evidence="y"
    )
    assert keys(head) == {"finding"}
    findings.finding_dispute(found, acting=head, reason="không đúng")
    assert (keys(head), keys(committee_head)) == (set(), {"finding"})


def test_lists_cost_the_same_for_two_and_for_twenty(running, items, lead, secretary, login, unit, clauses):
    client = login(secretary)
    session = running.sessions.get()

    def more(start, number):
        for n in range(start, start + number):
            audit = Audit.objects.create(
                agency=running.agency, code=f"ĐG-X-{n}", title="x", objective="x", scope="x", criteria="x",
                starts_on=running.starts_on, ends_on=running.ends_on,
            )  # fmt: skip
            audit.members.create(agency=running.agency, person=lead, post="lead")
            row = AuditSession.objects.create(
                agency=running.agency, audit=audit, unit=unit, starts_at=session.starts_at,
                ends_at=session.ends_at,
            )  # fmt: skip
            row.clauses.set([clauses["7.5"]])
            Finding.objects.create(
                agency=running.agency, audit=audit, code=f"PH-X-{n}", key=f"khoa-x-{n}", grade="minor",
                unit=unit, clause=clauses["8.5"], description="x", requirement="x", evidence="x",
                raised_at=session.starts_at, raised_by=lead,
            )  # fmt: skip
            ChecklistItem.objects.create(
                agency=running.agency, checklist=session.checklist, number=100 + n, clause=clauses["7.5"],
                text="x",
            )  # fmt: skip

    pages = [
        address("audit-list"), address("finding-list"), address("overview"), address("coverage"),
        address("session-answer", session.pk), address("session-detail", session.pk),
        address("audit-export"), address("finding-export"),
    ]  # fmt: skip

    def count(page):
        with CaptureQueriesContext(
            connection,
        ) as counted:
            assert opened(client, page) == 200
        return len(counted)

    more(0, 2)
    for page in pages:
        count(page)  # what is cached the first time
    few = {page: count(page) for page in pages}
    more(2, 18)
    assert {page: count(page) for page in pages} == few


@pytest.fixture
def leader(agency):
    return factories.person(agency, Role.LEADER, position="Giám đốc")


def test_papers_of_an_audit(planned, programme, leader, secretary, lead, head, committee_head):
    from audits import papers
    from audits.services import audits
    from audits.services.papering import audit_paper, programme_paper
    from qms.exceptions import Invalid, Refused

    whole = programme_paper(programme, signer=leader, acting=secretary)
    assert (whole.kind, whole.typed.annexes[0].orientation) == (Kind.PROGRAMME, "landscape")
    with pytest.raises(Refused):
        audit_paper(planned, field="plan", signer=leader, acting=head)
    with pytest.raises(Invalid):
        audit_paper(planned, field="report", signer=leader, acting=secretary)
    decision = audit_paper(planned, field="decision", signer=leader, acting=secretary)
    assert decision.kind == Kind.DECISION and lead.full_name in decision.typed.body[0].points[0]
    with pytest.raises(Invalid):
        audit_paper(planned, field="decision", signer=leader, acting=secretary)
    plan = audit_paper(planned, field="plan", signer=leader, acting=secretary)
    assert plan.kind == Kind.PLAN
    papers._release(decision, None)
    assert "55/QĐ-KC" in Audit.objects.get().appointment, "another document appointed the team"
    decision.number, decision.issued_on = 55, planned.starts_on
    papers._appoint(decision, None)
    audit = Audit.objects.get()
    assert audit.appointed_on == planned.starts_on and "55/QĐ-" in audit.appointment
    audit = audits.audit_start(audits.audit_notify(audit, acting=secretary), acting=lead)
    item = ChecklistItem.objects.first()
    findings.finding_acknowledge(
        findings.finding_raise(
            audit, acting=lead, key="khoa-000001", grade="major", item=item, description="Bản cũ",
            evidence="QT.01 lần 1",
        ),
        acting=head,
    )  # fmt: skip
    meetings(audit, lead)
    audit = audits.audit_finish(audit, acting=lead)
    audit = audits.audit_report(audit, acting=lead, conclusion="Cơ bản phù hợp", recommendation="Rà soát")
    report = audit_paper(audit, field="report", signer=committee_head, acting=secretary)
    for paper in (whole, report):  # the two with wide tables, read back by the checker of official form
        checked = check_paper(paper_render(paper.typed, IssueFacts(7, planned.starts_on)).pdf)
        assert checked.ok, [f"{one.rule}: {one.found} ({one.expected})" for one in checked.faults]
    assert report.kind == Kind.REPORT and "Cơ bản phù hợp" in json.dumps(report.content, ensure_ascii=False)


def test_a_revoked_decision_leaves_a_team_that_another_of_a_like_number_appointed(
    planned, leader, secretary, lead
):
    from audits import papers
    from audits.services import sessions
    from audits.services.papering import audit_paper
    from documents.models import Paper

    planned = sessions.team_release(planned, acting=secretary)
    paper = audit_paper(planned, field="decision", signer=leader, acting=secretary)
    Paper.objects.filter(pk=paper.pk).update(state="issued", number=7, year=2026, issued_on=TODAY)
    paper.refresh_from_db()
    for other in (
        f"Quyết định 1{paper.reference} ngày {TODAY:%d/%m/%Y}",
        f"Quyết định {paper.reference} ngày x",
    ):
        Audit.objects.update(appointed_on=TODAY, appointment=other)
        papers._release(paper, None)
        assert Audit.objects.get().appointment == other
    papers._appoint(paper, None)
    papers._release(paper, None)
    assert Audit.objects.get().appointment == ""


@pytest.mark.parametrize("begun", [False, True])
def test_a_revoked_decision_ends_the_team_it_appointed(planned, leader, secretary, lead, begun):
    from audits import papers
    from audits.services import audits, sessions
    from audits.services.papering import audit_paper
    from documents.models import Paper
    from documents.services import paper_end

    planned = sessions.team_release(planned, acting=secretary)
    paper = audit_paper(planned, field="decision", signer=leader, acting=secretary)
    Paper.objects.filter(pk=paper.pk).update(state="issued", number=8, year=2026, issued_on=TODAY)
    paper.refresh_from_db()
    papers._appoint(paper, None)
    audit = Audit.objects.get()
    assert (audit.appointed_on, paper.reference in audit.appointment) == (TODAY, True)
    if begun:
        audits.audit_start(audits.audit_notify(audit, acting=secretary), acting=lead)
    paper_end(paper, how="revoked", reason="Lập lại đoàn", acting=leader)
    audit = Audit.objects.get()
    assert (audit.appointed_on, audit.appointment) == (None, "")
    trail = AuditEntry.objects.filter(verb="audits.audit.appointment_ended").latest("at")
    assert trail.changes["appointment"][0]
    if not begun:
        plan = audit_paper(audit, field="plan", signer=leader, acting=secretary)
        assert any("chưa được cử" in str(one.message) for one in papers.warnings(plan))


def test_an_impossible_session_says_why_at_its_field(
    planned, secretary, login, unit, other_unit, lead, clauses
):
    client = login(secretary)
    values = {
        "unit": other_unit.pk, "day": f"{planned.starts_on:%d/%m/%Y}", "starts": "14:00", "ends": "13:00",
        "clauses": [clauses["7.5"].pk], "auditors": [lead.pk],
    }  # fmt: skip
    page = address("audit-session-add", planned.pk)
    assert set(client.post(page, values).context["form"].errors) == {"ends"}
    late = values | {"day": "31/12/2027", "ends": "15:00"}
    assert set(client.post(page, late).context["form"].errors) == {"day"}
    refused = client.post(page, values | {"ends": "15:00"}).context["form"].errors["auditors"][0]
    assert lead.full_name in refused and "Có thể cử" not in refused  # the whole team belongs to that unit
    free = factories.person(planned.agency, Role.AUDITOR, unit=unit, full_name="An Bình")
    free.auditor_competences.create(agency=planned.agency, title="x", obtained_on=planned.starts_on)
    again = client.post(page, values | {"ends": "15:00"}).context["form"].errors["auditors"][0]
    assert "An Bình" in again and "bổ sung vào đoàn" in again


def test_a_question_for_one_procedure_is_written_on_its_page(agency, clauses, secretary, client):
    from dossiers.models import Procedure

    mine, foreign = (
        Procedure.objects.create(agency=of, code="1", name="Cấp phép") for of in (agency, factories.agency())
    )
    client.force_login(secretary.user)
    address = reverse("audits:question-new")
    assert "Cấp phép" in client.get(address).text
    data = {"clause_code": "8.5", "text": "Có đủ chữ ký?", "requirement": "x"}
    assert client.post(address, data | {"procedure": foreign.pk}).status_code == 422
    assert client.post(address, data | {"procedure": mine.pk}).status_code == 302
    one = AuditQuestion.objects.get()
    assert one.procedure == mine
    assert "Cấp phép" in client.get(reverse("audits:question-list")).text
    edit = reverse("audits:question-edit", args=[one.pk])
    assert client.get(edit).context["form"].initial["procedure"] == mine
    assert client.post(edit, data | {"procedure": "", "samples": ""}).status_code == 302
    assert AuditQuestion.objects.get(current=True).procedure is None
