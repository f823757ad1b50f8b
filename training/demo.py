"""Training of the demonstration: requirements, competence, the plan of the year, courses and effect.

Made through the services; every step happens on its day, what has not come yet is left out.
"""

import datetime as dt
from typing import Any

from django.db import transaction

from qms import clock, files, sheets
from qms.duties import staff_of
from qms.models import Agency, Person, Role
from training import selectors, services
from training.models import Course, Participation, PersonCompetence, Requirement, TrainingNeed, TrainingPlan

START = dt.date(2026, 1, 6)

REQUIREMENTS: tuple[tuple[str, str, str, str, int | None, tuple[dict[str, Any], ...]], ...] = (
    (
        "NL01",
        "Hiểu biết về HTQLCL theo TCVN ISO 9001:2015",
        "qms",
        "Nắm chính sách, mục tiêu chất lượng và quy trình của đơn vị mình.",
        36,
        ({"level": 1}, {"role": Role.UNIT_HEAD, "level": 2}, {"role": Role.SECRETARY, "level": 3}),
    ),
    (
        "NL02",
        "Nghiệp vụ theo vị trí việc làm",
        "position",
        "Bồi dưỡng chuyên môn theo bản mô tả vị trí việc làm.",
        None,
        ({"position": "chuyên viên", "level": 2}, {"role": Role.UNIT_HEAD, "level": 2}),
    ),
    (
        "NL03",
        "Tiếp nhận, số hóa hồ sơ và sử dụng phần mềm một cửa",
        "intake",
        "Cải cách hành chính, TTHC và phần mềm một cửa.",
        24,
        ({"role": Role.ONE_STOP, "level": 2},),
    ),
    (
        "NL04",
        "Đánh giá nội bộ theo TCVN ISO 19011",
        "qms",
        "Chứng nhận đào tạo đánh giá viên nội bộ.",
        36,
        ({"role": Role.AUDITOR, "level": 2},),
    ),
    (
        "NL05",
        "Ký số và an toàn thông tin",
        "digital",
        "Ký số trên hệ thống quản lý văn bản, nhận biết rủi ro an toàn thông tin.",
        24,
        (
            {"role": Role.LEADER, "level": 2},
            {"role": Role.UNIT_HEAD, "level": 2},
            {"role": Role.CLERK, "level": 2},
        ),
    ),
)


def load(agency: Agency) -> None:
    """Everything up to today; what is there already stays."""
    today = clock.today()
    if today < START or Requirement.objects.filter(agency=agency).exists():
        return
    with transaction.atomic():
        with clock.at(START):
            _requirements(agency)
        plan = _plan(agency)
        _courses(agency, plan, today)
        services.needs_from_gaps(agency, year=today.year, acting=person(agency, "thuky"))
        _ahead(agency, today)


def person(agency: Agency, username: str) -> Person:
    """The demonstration person of an account."""
    found: Person = Person.objects.get(agency=agency, user__username=username)
    return found


def _requirements(agency: Agency) -> None:
    secretary = person(agency, "thuky")
    for code, name, topic, description, months, scopes in REQUIREMENTS:
        one = services.requirement_create(
            agency,
            acting=secretary,
            code=code,
            name=name,
            topic=topic,
            description=description,
            valid_months=months,
        )
        for scope in scopes:
            services.scope_add(one, acting=secretary, **scope)
    audit = Requirement.objects.get(agency=agency, code="NL04")
    position = Requirement.objects.get(agency=agency, code="NL02")
    for number, username in enumerate(("danhgiavien", "danhgiavien2"), start=1):
        services.competence_record(
            person(agency, username),
            audit,
            acting=secretary,
            level=2,
            basis=PersonCompetence.Basis.CERTIFICATE,
            reference=f"Chứng nhận đào tạo đánh giá viên nội bộ số TH-{number:02d}/2024",
            since=dt.date(2024, 3, 15),
        )
    of_position = list(position.scopes.all())
    for who in staff_of(agency):
        if (
            selectors.required_level(who, of_position)
            and who.pk != secretary.pk
            and not who.has_role(Role.ONE_STOP)
        ):
            services.competence_record(
                who,
                position,
                acting=secretary,
                level=2,
                basis=PersonCompetence.Basis.ASSESSMENT,
                reference="Đánh giá theo bản mô tả vị trí việc làm",
                since=START,
            )


def _plan(agency: Agency) -> TrainingPlan:
    secretary = person(agency, "thuky")
    with clock.at(START):
        services.needs_from_gaps(agency, year=2026, acting=secretary)
        plan = services.plan_draft(
            agency,
            year=2026,
            acting=secretary,
            purpose="Bảo đảm công chức, viên chức đủ năng lực theo vị trí việc làm và yêu cầu của HTQLCL.",
        )
    needs = {need.requirement.code: need for need in agency_needs(agency)}
    with clock.at(START + dt.timedelta(days=2)):
        for code, audience, count, month, trainer, cost in (
            ("NL01", "Toàn thể công chức, viên chức", 18, 3, "Chuyên gia tư vấn ISO", 24_000_000),
            ("NL03", "Công chức Bộ phận Một cửa", 1, 4, "Văn phòng Sở", 0),
            ("NL05", "Lãnh đạo, trưởng đơn vị, văn thư", 10, 9, "Phòng Chuyển đổi số", 6_000_000),
        ):
            one = Requirement.objects.get(agency=agency, code=code)
            services.item_add(
                plan,
                acting=secretary,
                needs=[needs[code]] if code in needs else [],
                title=one.name,
                topic=one.topic,
                requirement=one,
                audience=audience,
                head_count=count,
                month=month,
                trainer=trainer,
                cost=cost,
            )
        plan = services.plan_submit(plan, acting=secretary)
    with clock.at(START + dt.timedelta(days=6)):
        return services.plan_approve(plan, acting=person(agency, "lanhdao"))


def agency_needs(agency: Agency) -> Any:
    """The open needs of the plan's year."""
    rows = TrainingNeed.objects.filter(agency=agency, year=2026, state=TrainingNeed.State.OPEN)
    return rows.exclude(requirement=None).select_related("requirement")


def _courses(agency: Agency, plan: TrainingPlan, today: dt.date) -> None:
    """The courses of March and April, held and judged; one person missed the first and failed nothing."""
    for code, start, days in (("NL01", dt.date(2026, 3, 24), 2), ("NL03", dt.date(2026, 4, 14), 1)):
        end = start + dt.timedelta(days=days - 1)
        item = plan.items.get(requirement__code=code)
        with clock.at(min(start - dt.timedelta(days=14), today)):
            course = _course(agency, item, start, end)
        if end <= today:
            with clock.at(min(end + dt.timedelta(days=1), today)):
                course = _hold(agency, course)
                _files(agency, course)
        if course.state == Course.State.HELD and course.effect_due <= today:
            with clock.at(course.effect_due):
                _judge(course)


def _course(agency: Agency, item: Any, start: dt.date, end: dt.date) -> Course:
    scopes = list(item.requirement.scopes.all())
    return services.course_create(
        agency,
        acting=person(agency, "thuky"),
        people=[one for one in staff_of(agency) if selectors.required_level(one, scopes)],
        title=item.title,
        item=item,
        topic=item.topic,
        requirement=item.requirement,
        form=Course.Form.INTERNAL,
        level=3 if item.requirement.code == "NL01" else 2,
        starts_on=start,
        ends_on=end,
        place="Hội trường tầng 2",
        trainer=item.trainer,
        cost=item.cost,
        content=item.requirement.description,
    )


def _hold(agency: Agency, course: Course) -> Course:
    absent = person(agency, "chuyenvien").pk
    outcomes = {
        one.person_id: ("absent", "", "")
        if one.person_id == absent and course.topic == "qms"
        else ("attended", "passed", "8/10")
        for one in course.participations.all()
    }
    report = "Đúng nội dung và thời gian; bài kiểm tra cuối khóa đạt yêu cầu."
    return services.course_hold(course, acting=person(agency, "thuky"), report=report, outcomes=outcomes)


def _files(agency: Agency, course: Course) -> None:
    """The list of presence, and the certificate of the first who passed."""
    secretary = person(agency, "thuky")
    seats = list(course.participations.select_related("person__unit").order_by("person__full_name"))
    lines = [[one.person.full_name, str(one.get_presence_display()), one.score] for one in seats]
    with sheets.workbook(["Người học", "Tham gia", "Kết quả"], lines) as book:
        kept = files.store(agency, f"danh-sach-{course.code}.xlsx", book.read(), acting=secretary)
    services.file_add(course, acting=secretary, file=kept, note="Danh sách điểm danh, kết quả")
    first = next((one for one in seats if one.result == Participation.Result.PASSED), None)
    if first is not None:
        row = [first.person.full_name, course.title]
        with sheets.workbook(["Chứng nhận (dữ liệu trình diễn)", "Khóa đào tạo"], [row]) as book:
            kept = files.store(agency, f"chung-nhan-{course.code}-01.xlsx", book.read(), acting=secretary)
        number = f"Chứng nhận số {course.code}/01"
        services.file_add(course, acting=secretary, file=kept, note=number, participation=first)


def _judge(course: Course) -> None:
    """All but the last few are judged; those wait for their judges."""
    seats = course.participations.filter(presence=Participation.Presence.ATTENDED).exclude(judge=None)
    rows = list(seats.select_related("judge__unit", "judge__user", "person__unit", "course"))
    for one in rows[: max(1, len(rows) - 3)]:
        services.effect_judge(
            one,
            acting=one.judge,
            effect=Participation.Effect.EFFECTIVE,
            grounds="Thực hiện đúng quy trình, không có hồ sơ sai sót sau khóa học.",
        )


def _ahead(agency: Agency, today: dt.date) -> None:
    """A course to come, so that somebody has training to take part in."""
    one = Requirement.objects.get(agency=agency, code="NL05")
    plan = TrainingPlan.objects.get(agency=agency, year=2026)
    scopes = list(one.scopes.all())
    start = today + dt.timedelta(days=12)
    services.course_create(
        agency,
        acting=person(agency, "thuky"),
        people=[who for who in staff_of(agency) if selectors.required_level(who, scopes)],
        title=one.name,
        item=plan.items.get(requirement=one),
        topic=one.topic,
        requirement=one,
        form=Course.Form.INTERNAL,
        level=2,
        starts_on=start,
        ends_on=start,
        place="Phòng họp trực tuyến",
        trainer="Phòng Chuyển đổi số",
        cost=6_000_000,
        content=one.description,
    )
