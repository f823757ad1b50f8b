"""Every item of a department's plan knows the record that fulfils it, and ticks itself when that exists."""

import datetime as dt
import itertools

import pytest

from audits.models import Audit, AuditProgramme, Finding, ManagementReview, Nonconformity
from audits.models.declarations import SelfDeclaration
from documents.checking import paper_warnings
from documents.models import Paper
from documents.services import paper_amend
from documents.services.legal import basis_add, basis_change
from documents.services.wording import paper_from_template
from library.models import ChangeRequest, ControlledDocument, DocumentVersion
from objectives.demo_year import ITEMS
from objectives.models import ObjectiveReview, PlanItem
from objectives.services import plans
from objectives.services.plans_fulfil import plan_fulfil
from qms import clock, registry
from qms.models import Clause, StandardEdition
from risks.models import Register, RiskScale
from tests.objectives import build, plan_build
from training.models import Course, TrainingPlan
from training.models import PlanItem as TrainingItem

pytestmark = pytest.mark.usefixtures("english")
DAY = dt.date(2026, 12, 15)
NOON = dt.datetime(2026, 12, 15, 12, tzinfo=dt.UTC)
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def december(frozen):
    frozen(2026, 12, 15)


def found(agency, key, year=2026):
    """What the registered finder gives."""
    return next(kind for kind in registry.fulfilments if kind.key == key).find(agency, year)


def paper(agency, kind="report", **fields):
    """An issued paper, with no more than its row."""
    values = {
        "title": "Giấy tờ",
        "content": {},
        "content_hash": "x",
        "symbol": "BC-THU",
        "number": next(_numbers),
        "year": 2026,
        "issued_on": DAY,
        "state": "issued",
    }
    return Paper.objects.create(agency=agency, kind=kind, **(values | fields))


# One maker per kind: what has to be there for the item to tick


def committee_decision(agency, people):
    return basis_add(
        agency=agency,
        kind="Quyết định",
        number="12/QĐ-THU",
        issuer=agency.name,
        issued_on=DAY,
        about="về việc kiện toàn Ban ISO của cơ quan",
        decides="committee",
        acting=None,
    )


def training_held(agency, people):
    return Course.objects.create(
        agency=agency,
        code="ĐT-1",
        title="Nhận thức ISO",
        topic="qms",
        state="held",
        starts_on=DAY,
        ends_on=DAY,
        effect_due=DAY,
        trainer="x",
    )


def objective_decision(agency, people):
    one = build.into_force(build.draft(agency, people, year=2026), people)
    type(one).objects.filter(pk=one.pk).update(paper=paper(agency, "decision"))
    return one


def audit_programme(agency, people):
    return AuditProgramme.objects.create(
        agency=agency, year=2026, state="approved", approved_at=NOON, objective="x", scope="x", criteria="x"
    )


def risk_register(agency, people):
    scale = RiskScale.objects.create(agency=agency, version=1, label="x", data={}, valid_from=DAY)
    return Register.objects.create(agency=agency, year=2026, scale=scale, state="approved", approved_at=NOON)


def documents_kept_up(agency, people):
    document = ControlledDocument.objects.create(
        agency=agency, code="QT.01", title="Quy trình", kind="procedure", owner=people.units[0]
    )
    return DocumentVersion.objects.create(
        agency=agency,
        document=document,
        state="approved",
        approved_at=NOON,
        effective_on=DAY,
        content_hash="x",
    )


def audit_report(agency, people):
    return Audit.objects.create(
        agency=agency,
        code="ĐG-1",
        title="Đánh giá",
        state="reported",
        reported_at=NOON,
        starts_on=dt.date(2026, 9, 1),
        ends_on=dt.date(2026, 9, 2),
        objective="x",
        scope="x",
        criteria="x",
    )


def a_finding(agency, people, audit):
    edition, _new = StandardEdition.objects.get_or_create(
        code="THỬ 9001", defaults={"title_vi": "Thử", "title_en": "Trial", "published_on": DAY}
    )
    clause, _new = Clause.objects.get_or_create(
        edition=edition, code="8.5.1", defaults={"title_vi": "x", "title_en": "x", "order": 1}
    )
    number = next(_numbers)
    return Finding.objects.create(
        agency=agency,
        audit=audit,
        code=f"PH-{number}",
        key=f"k{number}",
        grade="minor",
        state="acknowledged",
        unit=people.units[0],
        clause=clause,
        description="x",
        requirement="x",
        evidence="x",
        raised_at=NOON,
    )


def a_case(agency, people, finding, **fields):
    values = {"state": "closed", "closed_on": DAY, "risk_decision": "none", "document_decision": "none"}
    return Nonconformity.objects.create(
        agency=agency,
        code=f"KPH-{next(_numbers)}",
        year=2026,
        title="x",
        origin="audit",
        grade="minor",
        unit=people.units[0],
        process="x",
        requirement="x",
        description="x",
        evidence="x",
        detected_on=DAY,
        due_on=DAY,
        owner=people.head,
        finding=finding,
        **(values | fields),
    )


def corrective_closed(agency, people):
    finding = a_finding(agency, people, audit_report(agency, people))
    return a_case(agency, people, finding)


def review_minutes(agency, people):
    return ManagementReview.objects.create(
        agency=agency,
        code="XX-1",
        year=2026,
        title="Họp",
        state="concluded",
        period_from=dt.date(2026, 1, 1),
        period_to=DAY,
        planned_on=DAY,
        held_on=DAY,
        digest="x",
        chair=people.leader,
        secretary=people.secretary,
        minutes=paper(agency, "minutes", symbol="BB-THU"),
    )


def year_report(agency, people):
    one = build.into_force(build.draft(agency, people, year=2026), people)
    return ObjectiveReview.objects.create(
        agency=agency,
        objective_set=one,
        kind="year",
        state="approved",
        drafter=people.secretary,
        approver=people.leader,
        approved_at=NOON,
        figures_at=NOON,
        paper=paper(agency),
    )


def self_declaration(agency, people):
    edition = StandardEdition.objects.create(code="T", title_vi="x", title_en="x", published_on=DAY)
    return SelfDeclaration.objects.create(
        agency=agency,
        year=2026,
        edition=edition,
        state="in_force",
        in_force_from=DAY,
        paper=paper(agency, "declaration", symbol="CB-THU"),
    )


MAKERS = {
    make.__name__: make
    for make in (
        committee_decision,
        training_held,
        objective_decision,
        audit_programme,
        risk_register,
        documents_kept_up,
        audit_report,
        corrective_closed,
        review_minutes,
        year_report,
        self_declaration,
    )
}


def test_all_eleven_items_know_what_fulfils_them():
    assert [item.fulfilled_by for item in ITEMS] == list(MAKERS)
    assert set(MAKERS) <= {kind.key for kind in registry.fulfilments}


@pytest.mark.parametrize("key", MAKERS)
def test_an_item_ticks_itself_when_its_record_exists_and_only_then(key, agency, other_agency, people):
    plan = plans.plan_create(agency=agency, year=2026, title="Kế hoạch 2026", acting=people.secretary)
    plans.item_add(
        plan,
        text="Việc",
        time_text="Cả năm",
        leads=[people.units[0]],
        fulfilled_by=key,
        acting=people.secretary,
    )
    plan = plan_build.into_force(plan, people)
    assert plan_fulfil(plan) == 0 and found(agency, key) is None
    MAKERS[key](agency, people)
    plan_fulfil(plan)
    item = PlanItem.objects.get(plan=plan)
    assert (item.state, item.done_on) == ("done", DAY)
    assert item.record_title and item.record_url.startswith("/")
    assert found(agency, key, 2025) is None and found(other_agency, key) is None


def test_only_what_a_decision_is_for_names_the_committee_not_its_words(agency):
    facts = {"kind": "Quyết định", "issuer": "x", "issued_on": DAY, "acting": None}
    basis_add(agency=agency, number="1", about="về việc kiện toàn Ban ISO của cơ quan khác", **facts)
    one = basis_add(agency=agency, number="2", about="về tổ chức bộ máy", **facts)
    assert found(agency, "committee_decision") is None
    basis_change(one, acting=None, decides="committee")
    assert found(agency, "committee_decision").title == "Quyết định 2 về tổ chức bộ máy"


def test_the_decision_drafted_from_its_template_names_the_committee_when_issued(agency, people):
    made = paper_from_template(
        agency=agency, key="objectives.committee", title="Về việc phân công nhiệm vụ",
        signer=people.leader, acting=people.secretary,
    )  # fmt: skip
    assert made.purpose == "objectives.committee"
    free = paper_from_template(
        agency=agency, key="papers.decision", title="Về việc kiện toàn Ban ISO", signer=people.leader,
        acting=people.secretary,
    )  # fmt: skip
    Paper.objects.filter(pk=free.pk).update(state="issued", issued_on=DAY, number=1, year=DAY.year)
    assert found(agency, "committee_decision") is None, "a paper for nothing in particular"
    Paper.objects.filter(pk=made.pk).update(state="issued", issued_on=DAY, number=2, year=DAY.year)
    record = found(agency, "committee_decision")
    assert (record.url, record.on) == (made.get_absolute_url(), DAY)
    Paper.objects.filter(pk=made.pk).update(state="revoked")
    assert found(agency, "committee_decision") is None


def test_a_successor_of_the_decision_names_the_committee_too(agency, people):
    made = paper_from_template(
        agency=agency, key="objectives.committee", title="Về việc kiện toàn Ban ISO",
        signer=people.leader, acting=people.secretary,
    )  # fmt: skip
    Paper.objects.filter(pk=made.pk).update(state="issued", issued_on=DAY, number=1, year=DAY.year)
    made.refresh_from_db()
    new = paper_amend(made, effect="superseded", signer=people.leader, acting=people.secretary)
    assert not [one for one in paper_warnings(new) if "its own records" in str(one.message)]
    Paper.objects.filter(pk=new.pk).update(state="issued", issued_on=DAY, number=2, year=DAY.year)
    Paper.objects.filter(pk=made.pk).update(state="superseded")
    assert found(agency, "committee_decision").url == new.get_absolute_url()
    ended = Paper.objects.get(pk=new.pk)
    revoking = paper_amend(ended, effect="revoked", signer=people.leader, acting=people.secretary)
    assert revoking.purpose == "papers.revocation", "a revocation names nobody"


def test_recording_the_decision_ticks_the_plan_at_once(agency, people):
    plan = plans.plan_create(agency=agency, year=2026, title="Kế hoạch 2026", acting=people.secretary)
    by = {"leads": [people.units[0]], "acting": people.secretary}
    plans.item_add(plan, text="Kiện toàn", time_text="Quý I", fulfilled_by="committee_decision", **by)
    plan = plan_build.into_force(plan, people)
    committee_decision(agency, people)
    assert PlanItem.objects.get(plan=plan).state == "done"


def test_one_course_is_not_the_training_of_a_year(agency, people):
    course = training_held(agency, people)
    plan = TrainingPlan.objects.create(agency=agency, year=2026, state="approved", approved_on=DAY)
    line = TrainingItem.objects.create(
        agency=agency, plan=plan, title="Đánh giá viên", topic="qms", audience="x", month=9
    )
    assert found(agency, "training_held") is None, "another one is planned"
    Course.objects.filter(pk=course.pk).update(item=line)
    assert found(agency, "training_held").on == DAY
    Course.objects.create(
        agency=agency,
        code="ĐT-2",
        title="x",
        topic="qms",
        starts_on=DAY,
        ends_on=DAY,
        effect_due=DAY,
        trainer="x",
    )
    assert found(agency, "training_held") is None, "another one is prepared"


def test_documents_are_kept_up_when_the_year_leaves_nothing_open(agency, people, frozen):
    version = documents_kept_up(agency, people)
    assert found(agency, "documents_kept_up")
    frozen(2026, 11, 30)
    assert found(agency, "documents_kept_up") is None, "the work goes on all year"
    frozen(2026, 12, 15)
    request = ChangeRequest.objects.create(
        agency=agency, document=version.document, text="x", asked_by=people.staff
    )
    ChangeRequest.objects.filter(pk=request.pk).update(created_at=NOON)
    assert found(agency, "documents_kept_up") is None, "a request waits"
    ChangeRequest.objects.filter(pk=request.pk).update(state="declined", answer="x")
    ControlledDocument.objects.update(next_review_on=clock.today())
    assert found(agency, "documents_kept_up") is None, "a review is due"
    DocumentVersion.objects.filter(pk=version.pk).update(expires_on=clock.today())
    frozen(2026, 12, 20)
    assert found(agency, "documents_kept_up"), "what is no longer in force is not reviewed"


def test_corrective_work_is_done_when_no_finding_and_no_case_is_left(agency, people):
    case = corrective_closed(agency, people)
    other = a_finding(agency, people, case.finding.audit)
    assert found(agency, "corrective_closed") is None, "a nonconformity without a case"
    a_case(agency, people, other, state="open", closed_on=None, risk_decision="", document_decision="")
    assert found(agency, "corrective_closed") is None, "a case is open"
    Nonconformity.objects.filter(finding=other).update(state="cancelled", cancelled_reason="x")
    Finding.objects.filter(pk=other.pk).update(state="withdrawn")
    assert found(agency, "corrective_closed").on == DAY


@pytest.mark.parametrize("key", ["objective_decision", "review_minutes", "year_report"])
def test_a_revoked_paper_fulfils_nothing(key, agency, people):
    MAKERS[key](agency, people)
    assert found(agency, key)
    Paper.objects.update(state="revoked")
    assert found(agency, key) is None
