"""A planned change from the report to its result (6.3)."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from dossiers.models import Procedure
from dossiers.models.procedure import procedure_id
from library.models import ControlledDocument, DocumentVersion
from library.services.documents import document_create
from qms import clock
from qms.exceptions import IllegalTransition, Invalid, Refused
from qms.models import Notification, Role
from risks.models import ChangeOpinion, ChangeStep, ChangeTouch, PlannedChange
from risks.selectors.changes import touched
from risks.services import changes
from tests import factories
from tests.risks.conftest import TODAY
from tests.risks.test_suggestions import CHANGE


@pytest.fixture
def change(scaled, head, unit):
    return changes.change_create(scaled, acting=head, unit=unit, **CHANGE)


def test_every_heading_of_the_clause_is_asked(scaled, head):
    with pytest.raises(Invalid) as caught:
        changes.change_create(scaled, acting=head, **(CHANGE | {"integrity": " ", "resources": ""}))
    assert {problem.where for problem in caught.value.problems} == {"integrity", "resources"}
    early = {"follow_up_on": TODAY, "takes_effect_on": TODAY + dt.timedelta(1)}
    with pytest.raises(Invalid):
        changes.change_create(scaled, acting=head, **(CHANGE | early))


def test_leaders_and_heads_are_asked_and_a_leader_decides(change, scaled, head, leader):
    other = factories.person(scaled, Role.UNIT_HEAD, unit=factories.unit(scaled))
    change = changes.change_submit(change, acting=head)
    assert set(change.opinions.values_list("person", flat=True)) == {leader.pk, other.pk}
    assert Notification.objects.filter(key=f"change-opinion:{change.pk}").count() == 2
    with pytest.raises(Invalid):
        changes.opinion_give(change, acting=other, stance="disagree")
    changes.opinion_give(change, acting=other, stance="agree_with", text="Lùi một tuần")
    with pytest.raises(Refused):
        changes.opinion_give(change, acting=head, stance="agree")
    with pytest.raises(Refused):
        changes.change_decide(change, acting=other, approve=True)
    change = changes.change_decide(change, acting=leader, approve=True)
    assert (change.state, change.decided_by) == ("approved", leader)
    with pytest.raises(Refused):
        changes.change_edit(change, acting=head, title="Khác")


def test_whoever_drafted_it_does_not_approve_it(scaled, leader):
    change = changes.change_create(scaled, acting=leader, **CHANGE)
    changes.change_submit(change, acting=leader)
    with pytest.raises(Refused):
        changes.change_decide(change, acting=leader, approve=True)


def test_not_approving_needs_the_reason(change, head, leader):
    changes.change_submit(change, acting=head)
    with pytest.raises(Invalid):
        changes.change_decide(change, acting=leader, approve=False)
    change = changes.change_decide(change, acting=leader, approve=False, note="Chưa có kinh phí")
    assert change.state == "rejected"


def test_it_is_concluded_when_in_effect_and_all_steps_are_done(change, head, leader, staff, monkeypatch):
    step = changes.step_add(
        change, acting=head, description="Tập huấn", owner=staff, deadline=TODAY + dt.timedelta(5)
    )
    changes.change_submit(change, acting=head)
    with pytest.raises(Invalid):
        changes.step_done(step, acting=staff, note="Xong")
    changes.change_decide(change, acting=leader, approve=True)
    assert Notification.objects.filter(person=staff, key=f"change-step:{step.pk}").exists()
    PlannedChange.objects.update(takes_effect_on=TODAY)
    change.refresh_from_db()
    with pytest.raises(Invalid):
        changes.change_conclude(change, acting=head, result="Tốt", integrity_kept=True)
    changes.step_done(step, acting=staff, note="Đã tập huấn 12 người")
    change = changes.change_conclude(change, acting=head, result="Chạy ổn định", integrity_kept=True)
    assert (change.state, change.integrity_kept) == ("done", True)
    with pytest.raises(IllegalTransition):
        changes.change_cancel(change, acting=head, reason="x")


def test_the_pages_of_a_change(scaled, head, leader, unit, staff, login, make_risk):
    client = login(head)
    form = {
        name: f"{value:%d/%m/%Y}" if isinstance(value, dt.date) else value for name, value in CHANGE.items()
    }
    made = client.post(reverse("risks:change-create"), form | {"unit": unit.pk})
    change = PlannedChange.objects.get()
    assert made.url == change.get_absolute_url()
    risk = make_risk()
    client.post(reverse("risks:touch-add", args=[change.pk]), {"risk": risk.code})
    assert change.touches.get().risk == risk
    client.post(reverse("risks:touch-add", args=[change.pk]), {"kind": "document", "label": "QT.BCVT.01"})
    touch = ChangeTouch.objects.get(kind="document")
    client.post(reverse("risks:touch-remove", args=[touch.pk]))
    client.post(
        reverse("risks:step-add", args=[change.pk]),
        {"description": "Tập huấn", "owner": staff.pk, "deadline": "20/06/2026"},
    )
    for name in ("change-detail", "change-edit", "touch-add", "step-add", "change-cancel"):
        assert client.get(reverse(f"risks:{name}", args=[change.pk])).status_code == 200
    client.post(reverse("risks:change-submit", args=[change.pk]))
    client.post(reverse("risks:change-withdraw", args=[change.pk]))
    client.post(reverse("risks:change-submit", args=[change.pk]))
    client = login(leader)
    assert client.get(change.get_absolute_url()).context["may_decide"]
    client.post(reverse("risks:opinion-give", args=[change.pk]), {"stance": "agree"})
    client.post(reverse("risks:change-decide", args=[change.pk]), {"approve": "yes"})
    assert ChangeOpinion.objects.get(person=leader).stance == "agree"
    client = login(staff)
    step = ChangeStep.objects.get()
    client.post(reverse("risks:step-done", args=[step.pk]), {"note": "Xong"})
    PlannedChange.objects.update(takes_effect_on=TODAY)
    client = login(head)
    client.post(
        reverse("risks:change-conclude", args=[change.pk]), {"result": "Tốt", "integrity_kept": "yes"}
    )
    change.refresh_from_db()
    assert change.state == "done"
    assert client.get(reverse("risks:change-list")).status_code == 200
    assert client.get(change.get_absolute_url()).status_code == 200


def test_an_entry_a_change_touches_is_found_by_code_or_words(change, make_risk, head, login):
    first = make_risk(event="Mất kết nối phần mềm một cửa")
    make_risk(event="Mất điện tại bộ phận một cửa")
    client = login(head)
    url = reverse("risks:touch-add", args=[change.pk])
    assert len(client.get(url).content) < 60_000
    for words, told in (("mat", "Có nhiều mục phù hợp"), ("không đâu", "Không có mục nào")):
        page = client.post(url, {"kind": "risk", "risk": words})
        assert page.status_code == 422 and told in page.content.decode()
    for words in (first.code.lower(), "ket noi"):
        client.post(url, {"risk": words})
        touch = change.touches.get()
        assert (touch.kind, touch.risk) == ("risk", first), "what is linked says its kind"
        touch.delete()
    assert client.post(url, {"kind": "document"}).status_code == 422


@pytest.fixture
def papers(scaled, unit, staff):
    """Two controlled documents and a procedure of the agency."""
    made = [
        document_create(scaled, acting=staff, kind="procedure", title=title, owner=unit)
        for title in ("Tiếp nhận hồ sơ bưu chính", "Tiếp nhận hồ sơ viễn thông")
    ]
    procedure = Procedure.objects.create(
        id=procedure_id(scaled, "2.001"), agency=scaled, code="2.001", name="Cấp phép viễn thông"
    )
    return (*made, procedure)


def test_documents_and_procedures_are_linked_what_is_elsewhere_is_named(change, papers, head, login):
    first, second, procedure = papers
    client = login(head)
    url = reverse("risks:touch-add", args=[change.pk])
    for asked in ({"document": first.code}, {"document": "vien thong"}, {"procedure": "2.001"}):
        assert client.post(url, asked | {"what_changes": "Bước 3"}).status_code == 302
    client.post(url, {"label": "Sổ tay của phần mềm tỉnh", "kind": "document"})
    linked = [(touch.kind, touch.linked) for touch in change.touches.all()]
    assert linked == [("document", first), ("document", second), ("document", None), ("procedure", procedure)]
    page = client.get(change.get_absolute_url()).content.decode()
    assert first.get_absolute_url() in page and second.get_absolute_url() in page
    for wrong in (
        {"document": first.code},  # stands there already
        {"document": "tiep nhan"},  # fits both
        {"document": first.code, "procedure": "2.001"},
        {"label": "Sổ tay của phần mềm tỉnh", "kind": "document"},
        {"document": "không đâu"},
        {},
    ):
        assert client.post(url, wrong).status_code == 422, wrong
    assert change.touches.count() == 4


def test_a_link_is_of_its_kind_and_of_the_agency(change, papers, head, other_agency):
    first, _second, _procedure = papers
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeTouch.objects.create(
            agency=change.agency, change=change, kind="risk", label="x", document=first
        )
    foreign = ControlledDocument.objects.create(agency=other_agency, code="A.1", title="x", kind="form")
    with pytest.raises(Invalid):
        changes.touch_add(change, acting=head, document=foreign)


def test_what_a_change_touches_is_followed_up(change, papers, make_risk, head, leader, login):
    """Approved, it says of each document whether it was revised since, of each risk whether it was scored."""
    first, second, _procedure = papers
    risk = make_risk()
    for thing in ({"document": first}, {"document": second}, {"risk": risk}):
        changes.touch_add(change, acting=head, **thing)
    assert [one.since for one in touched(change, head)] == ["", "", ""], "not approved yet"
    changes.change_submit(change, acting=head)
    change = changes.change_decide(change, acting=leader, approve=True)
    PlannedChange.objects.filter(pk=change.pk).update(submitted_at=clock.now() + dt.timedelta(days=1))
    change.refresh_from_db()
    assert [one.open for one in touched(change, head)] == [True, True, True]
    for document, days in ((first, 2), (second, -1)):
        DocumentVersion.objects.create(
            agency=change.agency, document=document, issue_no=2, state="approved", content_hash="0" * 64,
            effective_on=TODAY + dt.timedelta(3), approved_at=clock.now() + dt.timedelta(days),
            drafter=None, reviewer=None, approver=leader, submitted_at=clock.now(), reviewed_at=clock.now(),
        )  # fmt: skip
    found = {one.touch.label: one for one in touched(change, head)}
    assert not found[str(first)].open and "18/06/2026" in found[str(first)].since
    assert found[str(second)].open, "approved before anybody spoke of the change"
    assert found[str(risk)].open
    PlannedChange.objects.filter(pk=change.pk).update(submitted_at=clock.now())
    change.refresh_from_db()
    assert not {one.touch.label: one for one in touched(change, head)}[str(risk)].open, "scored that day"
    client = login(head)
    assert str(second) in client.get(reverse("risks:change-conclude", args=[change.pk])).content.decode()
    assert change.get_absolute_url() in client.get(risk.get_absolute_url()).content.decode()
