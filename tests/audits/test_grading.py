"""The agency's own grades: versions, the four behaviours, and findings that keep what they were given."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audits.models import Finding, GradeScale
from audits.selectors.grading import grades_offered
from audits.services import findings
from audits.services.grading import grade_of, scale_change
from qms.exceptions import Invalid, Refused
from qms.models import AuditEntry, Role
from tests import factories
from tests.audits.conftest import TODAY

OWN = [
    {"word": "Nghiêm trọng", "meaning": "Ảnh hưởng tới người dân", "behaviour": "major"},
    {"word": "Trung bình", "behaviour": "minor"},
    {"word": "Nhẹ", "behaviour": "minor"},
    {"word": "Cần lưu ý", "behaviour": "observation"},
]


def change(agency, secretary, grades=OWN, **fields):
    return scale_change(agency, acting=secretary, grades=grades, **fields)


def raised(running, unit, clauses, lead, grade, number=1):
    return findings.finding_raise(
        running,
        acting=lead,
        key=f"key-{number:06d}",
        grade=grade,
        unit=unit,
        clause=clauses["7.5"],
        description="Thiếu chữ ký",
        requirement="Biểu mẫu phải ký",
        evidence="Xem 5 hồ sơ, thiếu 2",
    )


def test_the_grades_of_the_standard_are_offered_without_any_setting(agency):
    assert [row.key for row in grades_offered(agency)] == ["major", "minor", "observation", "strength"]


def test_an_own_word_is_kept_with_the_behaviour_it_had(agency, running, unit, clauses, secretary, lead):
    scale = change(agency, secretary)
    keys = {row.word: row.key for row in grades_offered(agency)}
    made = raised(running, unit, clauses, lead, keys["Nhẹ"])
    assert (made.grade, made.own_grade, made.scale) == ("minor", "Nhẹ", scale)
    assert made.is_nonconformity and made.get_grade_display() == "Nhẹ"
    change(agency, secretary, [*OWN[:2], {"word": "Khuyến cáo", "behaviour": "observation"}])
    made.refresh_from_db()
    assert made.get_grade_display() == "Nhẹ", "an old finding keeps its word"
    late = raised(running, unit, clauses, lead, keys["Nhẹ"], 2)
    assert late.get_grade_display() == "Nhẹ", "a phone was shown the version before"
    bare = raised(running, unit, clauses, lead, "minor", 3)
    assert bare.get_grade_display() == "Trung bình"
    old = Finding(grade="minor")
    assert old.get_grade_display() == str(Finding.Grade.MINOR.label)


def test_a_coming_version_is_not_offered_before_its_day(agency, running, unit, clauses, secretary, lead):
    coming = change(agency, secretary, valid_from=TODAY + dt.timedelta(10))
    assert grades_offered(agency)[0].key == "major"
    with pytest.raises(Invalid):
        raised(running, unit, clauses, lead, coming.rows()[0].key)


def test_a_version_not_yet_in_force_is_replaced(client, agency, secretary):
    first = change(agency, secretary, valid_from=TODAY)
    slipped = change(agency, secretary, OWN[:2] + OWN[3:], valid_from=TODAY.replace(year=2062))
    client.force_login(secretary.user)
    page = client.get(reverse("audits:grades-change"))
    form = page.context["form"]
    assert page.context["heading"] == "Sửa phiên bản thang mức sắp có hiệu lực", "no further version"
    assert [form.initial.get(f"word_{n}") for n in (1, 2, 3, 4)] == [
        *(row["word"] for row in (*OWN[:2], OWN[3])),
        None,
    ], "the newest version is gone on with"
    mended = change(agency, secretary, OWN[:2] + OWN[3:], valid_from=TODAY)
    assert (mended.pk, mended.version, mended.valid_from) == (slipped.pk, 2, TODAY)
    assert [row.key for row in grades_offered(agency)] == ["2.1", "2.2", "2.3"]
    assert list(GradeScale.objects.order_by("version")) == [first, mended]
    with pytest.raises(Invalid):
        change(agency, secretary, valid_from=TODAY - dt.timedelta(1))


@pytest.mark.parametrize("sent", ["²", "².1", "99999999999.1", "", "."])
def test_what_is_no_grade_is_none(agency, sent):
    assert grade_of(agency, sent) == ("", "", None)


@pytest.mark.parametrize(
    "grades",
    [
        OWN[1:],  # nothing is treated as major
        [*OWN, {"word": "nhẹ", "behaviour": "strength"}],
        [*OWN, {"word": "Khác", "behaviour": "cause"}],
        [],
    ],
)
def test_a_scale_that_would_leave_a_hole_is_refused(agency, secretary, grades):
    with pytest.raises(Invalid):
        change(agency, secretary, grades)
    assert not GradeScale.objects.exists()


def test_only_the_secretariat_changes_the_grades_of_its_agency(agency, secretary, head, committee_head):
    for person in (head, committee_head, factories.person(factories.agency(), Role.SECRETARY)):
        with pytest.raises(Refused):
            change(agency, person)
    change(agency, secretary)
    assert AuditEntry.objects.filter(verb="audits.grades.changed").count() == 1


def test_the_database_keeps_word_and_scale_together(agency, running, unit, clauses, lead):
    made = raised(running, unit, clauses, lead, "minor")
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.filter(pk=made.pk).update(own_grade="Nhẹ")


def test_the_scale_is_edited_in_the_browser(client, agency, running, unit, clauses, secretary, lead, head):
    client.force_login(head.user)
    assert client.get(reverse("audits:grades")).status_code == 200
    assert client.get(reverse("audits:grades-change")).status_code == 403
    client.force_login(secretary.user)
    page = client.get(reverse("audits:grades-change"))
    assert page.status_code == 200
    sent = {"valid_from": f"{TODAY:%d/%m/%Y}", "document": "QĐ 12/QĐ-KC"}
    for number, row in enumerate(OWN, start=1):
        sent |= {f"{name}_{number}": row.get(name, "") for name in ("word", "meaning", "behaviour")}
    answer = client.post(reverse("audits:grades-change"), sent | {"behaviour_1": "minor"})
    assert answer.status_code == 422 and not GradeScale.objects.exists(), "no grade is major any more"
    assert client.post(reverse("audits:grades-change"), sent).status_code == 302
    assert "Nghiêm trọng" in client.get(reverse("audits:grades")).content.decode()
    raised(running, unit, clauses, lead, GradeScale.objects.get().rows()[0].key)
    raised(running, unit, clauses, lead, "observation", 2)
    found = client.get(reverse("audits:finding-list"), {"grade": "Nghiêm trọng"})
    assert len(found.context["rows"]) == 1
    assert len(client.get(reverse("audits:finding-list"), {"grade": "major"}).context["rows"]) == 1
    client.force_login(lead.user)
    session = running.sessions.get()
    page = client.get(reverse("audits:session-answer", args=[session.pk])).content.decode()
    assert "Nghiêm trọng" in page and "1.2" in page
