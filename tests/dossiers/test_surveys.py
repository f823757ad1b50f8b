"""Surveys: one answer per code, without sign-in; methods and agencies kept apart."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.cache import cache
from django.urls import reverse

from dossiers import surveys
from dossiers.facts import Window
from dossiers.models import Survey, SurveyAnswer
from dossiers.views import questionnaire
from qms import clock
from qms.exceptions import Invalid, Refused
from qms.models import AuditEntry, Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(agency):
    return factories.person(agency, Role.SECRETARY)


@pytest.fixture
def unit(agency):
    return factories.unit(agency, code="TDC")


@pytest.fixture
def survey(agency, secretary):
    made = surveys.survey_create(
        agency,
        title="Khảo sát",
        opens_on=clock.today() - dt.timedelta(days=1),
        closes_on=clock.today() + dt.timedelta(days=1),
        acting=secretary,
    )
    return surveys.survey_open(made, acting=secretary)


def posted(survey, level):
    return {f"q{question.order}": level for question in survey.questions.all()}


def test_a_citizen_answers_once_without_signing_in(client, survey, unit, secretary):
    (token,) = surveys.tokens_make(survey, count=1, unit=unit, acting=secretary)
    address = f"/survey/{token.token}/"
    assert client.get(address).status_code == 200
    incomplete = client.post(address, {"q0": 5})
    assert incomplete.status_code == 422
    assert SurveyAnswer.objects.count() == 0
    assert client.post(address, posted(survey, 4)).status_code == 200
    again = client.post(address, posted(survey, 1))
    assert again.status_code == 422
    (answer,) = SurveyAnswer.objects.all()
    assert (answer.level, answer.unit, answer.source) == (4, unit, "link")
    assert client.get("/survey/khong-co-ma-nay/").status_code == 404


def test_a_mistyped_code_is_said_to_a_citizen_in_words(client, survey):
    answer = client.get(reverse("survey-answer", args=["khong-co-ma-nay"]))
    assert answer.status_code == 404
    assert "Không có khảo sát nào ứng với mã này" in answer.content.decode()
    assert "Về việc của tôi" not in answer.content.decode()


def test_who_is_held_up_by_many_answers_from_one_place_is_told_to_wait(client, survey, unit, monkeypatch):
    """A desk with one connection: the code is not wrong, only too many were opened within a minute."""
    monkeypatch.setattr(questionnaire, "TRIES_PER_MINUTE", 1)
    (token,) = surveys.tokens_make(survey, count=1, unit=unit, acting=None)
    cache.delete("survey:127.0.0.1")
    first, second = (client.get(f"/survey/{token.token}/") for _time in range(2))
    assert (first.status_code, second.status_code) == (200, 429)
    assert second["Retry-After"] == "60"
    assert "vẫn còn hiệu lực" in second.content.decode()


def test_closed_or_not_begun_surveys_take_no_answers(survey, secretary):
    (token,) = surveys.tokens_make(survey, count=1, unit=None, acting=secretary)
    surveys.survey_close(survey, acting=secretary)
    token.refresh_from_db()
    with pytest.raises(Invalid):
        surveys.answer_record(token, levels={})
    with pytest.raises(Invalid):
        surveys.tokens_make(survey, count=1, unit=None, acting=secretary)


def test_answers_from_paper_come_in_all_or_none(survey, unit, secretary):
    day = clock.today()
    good = ["tdc", 5, 5, 4, 4, 3, "4"]
    with pytest.raises(Invalid) as refused:
        surveys.answers_import(
            survey, rows=[good, ["??", 5, 5, 5, 5, 5, 9]], acting=secretary, answered_on=day
        )
    assert [problem.where for problem in refused.value.problems] == ["3", "3"]
    assert SurveyAnswer.objects.count() == 0
    assert surveys.answers_import(survey, rows=[good, []], acting=secretary, answered_on=day) == 1
    found = surveys.results(survey)
    assert (found.whole.answers, found.whole.satisfied) == (1, 1)
    assert found.by_source.keys() == {"paper"}


def test_counts_by_window_and_unit(survey, unit, secretary, agency):
    rows = [["tdc", 5, 5, 5, 5, 5, 5], ["tdc", 1, 1, 1, 1, 1, 1], ["", 4, 4, 4, 4, 4, 4]]
    surveys.answers_import(survey, rows=rows, acting=secretary, answered_on=clock.today())
    start = clock.now() - dt.timedelta(days=2)
    window = Window(start, start + dt.timedelta(days=5))
    before = Window(start - dt.timedelta(days=5), start)
    found = surveys.counts(agency, windows=[window, before])
    assert found[window, None] == surveys.Share(3, 2)
    assert found[window, unit.pk] == surveys.Share(2, 1)
    assert found[before, None] == surveys.Share(0, 0)


def test_only_some_roles_prepare_surveys_and_only_of_their_agency(agency, other_agency, survey, client):
    staff = factories.person(agency, Role.STAFF)
    stranger = factories.person(other_agency, Role.SECRETARY)
    for person in (staff, stranger):
        with pytest.raises(Refused):
            surveys.survey_close(survey, acting=person)
    client.force_login(stranger.user)
    assert client.get(survey.get_absolute_url()).status_code == 404
    assert Survey.objects.visible_to(stranger).count() == 0


def test_pages_of_a_survey(client, survey, unit, secretary):
    client.force_login(secretary.user)
    base = survey.get_absolute_url()
    assert client.get("/dossiers/surveys/").status_code == 200
    made = client.post(f"{base}codes/", {"count": 3, "unit": str(unit.pk)}, follow=True)
    assert made.content.decode().count('class="qr-c"') == 3
    assert client.get(base).status_code == 200
    books = [client.get(f"{base}{name}/") for name in ("paper-form", "export")]
    assert [book.status_code for book in books] == [200, 200]
    for book in books:
        book.close()


def test_the_list_of_surveys_is_taken_along_with_its_results(client, survey, secretary, agency):
    """A survey without an answer has no rate; an empty form to fill in is no export of anything."""
    client.force_login(secretary.user)
    answer = client.get(reverse("dossiers:survey-list-export"))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    head, line = book.active.values
    assert head[3:6] == ("Phiếu trả lời", "Hài lòng", "Tỷ lệ (%)")
    assert line[0] == survey.title and line[3:6] == (0, 0, None)
    rows = [["", *[level] * 6] for level in (5, 4, 1)]
    surveys.answers_import(survey, rows=rows, acting=secretary, answered_on=clock.today())
    answer = client.get(reverse("dossiers:survey-list-export"))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert list(book.active.values)[1][3:6] == (3, 2, 66.67)
    taken = AuditEntry.objects.filter(verb="qms.export.downloaded")
    assert taken.count() == 2
    assert b"".join(client.get(reverse("dossiers:survey-paper-form", args=[survey.pk])).streaming_content)
    assert taken.count() == 2
    assert b"".join(client.get(reverse("dossiers:survey-export", args=[survey.pk])).streaming_content)
    assert taken.latest("at").subject_id == str(survey.pk)


def test_the_sample_size_is_that_of_the_usual_formula():
    assert surveys.sample_size(5200) == 372
    assert surveys.sample_size(None) is None
