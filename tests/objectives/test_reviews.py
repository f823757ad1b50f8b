"""Reviews: figures frozen, judged, explained where missed, approved by another person, reported."""

import datetime as dt
import io
import zipfile

import pytest

from documents.formcheck import check_paper
from documents.rendering.render import paper_render
from documents.rendering.sheet import IssueFacts
from objectives import review_papers, services
from objectives.models import ObjectiveReview, ReviewLine
from objectives.selectors.figures import Figures
from qms import jobs
from qms.exceptions import IllegalTransition, Invalid, Refused
from qms.models import AuditEntry, Job, Notification
from tests import factories
from tests.objectives import build

pytestmark = pytest.mark.usefixtures("english")
YEAR = ObjectiveReview.Kind.YEAR


def measured(one):
    jobs.run_here(services.attainment_request(agency=one.agency, year=one.year, acting=None))


@pytest.fixture
def reported(in_force, people, frozen):
    """Target 2 stands at 9 of 10 at the end of 2025."""
    frozen(2026, 1, 5)
    target = in_force.targets.get(code="2")
    for period in ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"):
        for unit, share in zip(people.units, ((5, 5), (4, 5)), strict=True):
            build.report(target, unit, period, *share, people)
    measured(in_force)
    return in_force


@pytest.fixture
def review(reported, people):
    return services.review_start(reported, kind=YEAR, acting=people.secretary)


def explained(review, people):
    line = review.lines.get(target__code="2")
    services.review_line_judge(
        line,
        status="not_achieved",
        cause="Lớp học hoãn",
        measure="Mở lớp quý I",
        acting=people.secretary,
    )
    return review


def test_a_review_proposes_what_the_figures_say(review):
    lines = {line.target.code: line for line in review.lines.select_related("target")}
    assert (lines["2"].numerator, lines["2"].denominator) == (36, 40)
    assert lines["2"].status == lines["2"].proposed == "not_achieved"
    assert lines["1"].status == "insufficient_data"
    assert lines["2"].measurement is not None


def test_drafting_twice_gives_the_same_review(reported, review, people):
    assert services.review_start(reported, kind=YEAR, acting=people.committee_head) == review


def test_a_review_waits_for_the_last_month_of_its_period(in_force, people, frozen):
    frozen(2025, 5, 30)
    with pytest.raises(Invalid, match="last month"):
        services.review_start(in_force, kind=ObjectiveReview.Kind.HALF, acting=people.secretary)
    frozen(2025, 6, 2)
    assert services.review_start(in_force, kind="half", acting=people.secretary).period.code == "2025-H1"


def test_figures_are_copies_until_taken_anew(reported, review, people):
    target = reported.targets.get(code="2")
    entry = services.manual_entry_record(
        target,
        unit=people.units[1],
        period="2025-Q4",
        numerator=5,
        denominator=5,
        note="Đếm sót",
        acting=people.secretary,
    )
    services.manual_entry_confirm(entry, acting=people.committee_head)
    measured(reported)
    assert Figures([target], period="2025").cell(target, "2025").numerator == 37
    assert review.lines.get(target=target).numerator == 36
    services.review_refresh(review, acting=people.secretary)
    assert review.lines.get(target=target).numerator == 37


def test_a_missed_target_is_not_submitted_without_cause_and_measure(review, people):
    with pytest.raises(Invalid) as refused:
        services.review_submit(review, acting=people.secretary)
    assert [problem.message for problem in refused.value.problems] == [
        "Target 2 is missed: give the cause.",
        "Target 2 is missed: give the measure.",
    ]
    explained(review, people)
    services.review_submit(review, acting=people.secretary)
    assert Notification.objects.filter(person=people.leader, title__contains="approve").exists()


def test_another_judgement_than_the_figures_needs_its_reason(review, people):
    line = review.lines.get(target__code="2")
    with pytest.raises(Invalid) as refused:
        services.review_line_judge(line, status="achieved", acting=people.secretary)
    assert refused.value.problems[0].where == "status_reason"
    line = services.review_line_judge(
        line, status="achieved", status_reason="Người nghỉ thai sản không tính", acting=people.secretary
    )
    assert line.status == "achieved"
    assert line.proposed == "not_achieved"
    assert AuditEntry.objects.get(verb="objectives.review.judged").changes["status"] == [
        "not_achieved",
        "achieved",
    ]


def test_who_drafted_does_not_approve(reported, people):
    review = services.review_start(reported, kind=YEAR, acting=people.committee_head)
    line = review.lines.get(target__code="2")
    services.review_line_judge(
        line, status="not_achieved", cause="x", measure="y", acting=people.committee_head
    )
    services.review_submit(review, acting=people.committee_head)
    with pytest.raises(Refused, match="does not approve"):
        services.review_approve(review, acting=people.committee_head)
    for who in ("staff", "head", "secretary", "clerk"):
        with pytest.raises(Refused):
            services.review_approve(review, acting=getattr(people, who))
    approved = services.review_approve(review, acting=people.leader)
    assert approved.state == ObjectiveReview.State.APPROVED


def test_nothing_changes_after_submission(review, people):
    explained(review, people)
    services.review_submit(review, acting=people.secretary)
    with pytest.raises(IllegalTransition):
        services.review_submit(review, acting=people.secretary)
    for change in (
        lambda: services.review_refresh(review, acting=people.secretary),
        lambda: services.review_conclude(review, conclusion="x", acting=people.secretary),
        lambda: services.review_line_judge(
            review.lines.first(), status="achieved", status_reason="x", acting=people.secretary
        ),
    ):
        with pytest.raises(Refused, match="Only a draft"):
            change()
    services.review_return(review, reason="Nêu rõ hơn", acting=people.leader)
    services.review_conclude(review, conclusion="Rõ hơn", acting=people.secretary)


def test_the_board_comments_until_the_approval(review, people):
    explained(review, people)
    services.review_comment(review, text="Cần mở lớp sớm", acting=people.committee_head)
    with pytest.raises(Refused):
        services.review_comment(review, text="Ý kiến", acting=people.staff)
    services.review_submit(review, acting=people.secretary)
    services.review_approve(review, acting=people.leader)
    with pytest.raises(Refused, match="approved"):
        services.review_comment(review, text="Muộn", acting=people.committee_head)


def test_the_report_says_figures_causes_and_comments(review, people):
    explained(review, people)
    services.review_comment(review, text="Cần mở lớp sớm", acting=people.committee_head)
    services.review_conclude(review, conclusion="Năm tới mở lớp từ quý I.", acting=people.secretary)
    with pytest.raises(IllegalTransition):
        services.review_report(review, signer=people.leader, acting=people.secretary)
    services.review_submit(review, acting=people.secretary)
    review = services.review_approve(review, acting=people.leader)
    paper = services.review_report(review, signer=people.leader, acting=people.secretary)
    said = paper.typed.canonical().decode()
    for words in ("90,0\\u00a0%", "90,0\u00a0% (36/40)", "Lớp học hoãn", "Mở lớp quý I", "Cần mở lớp sớm"):
        if "\\" not in words:
            assert words in said
    assert "Không đạt" in said
    assert paper.typed.symbol.startswith("BC-")
    with pytest.raises(Invalid, match="on its way"):
        services.review_report(review, signer=people.leader, acting=people.secretary)
    assert review_papers.content(review, people.leader).digest() == paper.content_hash
    checked = check_paper(paper_render(paper.typed, IssueFacts(7, dt.date(2026, 1, 15))).pdf)
    assert checked.ok, [f"{one.rule}: {one.found} ({one.expected})" for one in checked.faults]


def test_last_year_stands_beside_this_year(reported, review, people, frozen):
    frozen(2026, 1, 6)
    newer = build.into_force(build.draft(reported.agency, people, year=2026), people)
    frozen(2026, 12, 20)
    measured(newer)
    line = services.review_start(newer, kind=YEAR, acting=people.secretary).lines.get(target__code="2")
    assert (line.before_numerator, line.before_denominator, line.before_status) == (36, 40, "not_achieved")


def test_pages_of_a_review(review, people, client):
    client.force_login(people.secretary.user)
    page = client.get(review.get_absolute_url())
    assert page.status_code == 200
    assert "36/40" in page.content.decode()
    line = review.lines.get(target__code="2")
    url = f"/objectives/sets/reviews/lines/{line.pk}/"
    assert client.get(url).status_code == 200
    wrong = client.post(url, {"status": "achieved"})
    assert wrong.status_code == 422
    assert client.post(url, {"status": "not_achieved", "cause": "a", "measure": "b"}).status_code == 302
    assert build.status_of(client, f"/objectives/sets/reviews/{review.pk}/export/") == 200
    assert client.get(f"/objectives/sets/{review.objective_set_id}/").status_code == 200
    for address in (f"reviews/{review.pk}", str(review.objective_set_id)):
        response = client.get(f"/objectives/sets/{address}/word/")
        with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as file:
            assert "bồi dưỡng" in file.read("word/document.xml").decode()
    client.force_login(people.staff.user)
    assert client.get(url).status_code == 403
    client.force_login(factories.person(factories.agency(), "secretary").user)
    assert client.get(review.get_absolute_url()).status_code == 404
    assert client.get(url).status_code == 404


def test_a_superior_agency_sees_approved_reviews_only(review, people):
    explained(review, people)
    assert not ObjectiveReview.objects.visible_to(people.superior).exists()
    services.review_submit(review, acting=people.secretary)
    services.review_approve(review, acting=people.leader)
    assert ObjectiveReview.objects.visible_to(people.superior).get() == review
    assert ReviewLine.objects.visible_to(people.superior).count() == 2
    assert not ObjectiveReview.objects.visible_to(None).exists()
    assert Job.objects.exists()
