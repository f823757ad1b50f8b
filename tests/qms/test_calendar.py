"""The calendar of working days: national days, an agency's own, office hours, deadlines."""

import datetime as dt

import holidays
import pytest
from django.urls import reverse

from qms.calendars import calendar_for
from qms.exceptions import Invalid, Refused
from qms.models import AuditEntry, CalendarDay, Role
from qms.prefill import vietnam
from qms.selectors import calendar as read
from qms.services import calendar
from qms.worktime import DayHours, WorkCalendar
from tests import factories

D, M = dt.date, dt.datetime
MORNING = (dt.time(7), dt.time(11, 30))
FULL = DayHours(MORNING, (dt.time(13, 30), dt.time(17)))


@pytest.fixture
def national(db):
    calendar.national_days_load()


@pytest.fixture
def admin(agency):
    return factories.person(agency, Role.ADMIN)


def works(agency, *days):
    work = calendar_for(agency, days[0])
    return [work.is_working_day(day) for day in days]


def test_the_national_days_are_loaded_once_and_corrections_stay(national):
    before = CalendarDay.objects.count()
    CalendarDay.objects.filter(day=D(2027, 2, 4)).update(is_projected=False)
    assert calendar.national_days_load() == 0
    assert CalendarDay.objects.count() == before
    assert not CalendarDay.objects.get(day=D(2027, 2, 4)).is_projected


@pytest.mark.parametrize(
    ("off", "worked"),
    [
        (D(2024, 4, 29), D(2024, 5, 4)),
        (D(2025, 5, 2), D(2025, 4, 26)),
        (D(2026, 1, 2), D(2026, 1, 10)),
        (D(2026, 8, 31), D(2026, 8, 22)),
    ],
)
def test_swapped_days_rest_and_their_saturdays_work(agency, national, off, worked):
    assert works(agency, off, worked) == [False, True]
    assert CalendarDay.objects.get(day=off).kind == "swapped_off"
    assert CalendarDay.objects.get(day=worked).kind == "make_up_working_day"


def test_holidays_of_2026_include_the_day_of_culture_and_tet(agency, national):
    resting = [D(2026, 1, 1), D(2026, 2, 16), D(2026, 2, 20), D(2026, 4, 27), D(2026, 9, 1), D(2026, 11, 24)]
    assert works(agency, *resting) == [False] * 6
    assert works(agency, D(2025, 11, 24)) == [True]
    assert CalendarDay.objects.get(day=D(2026, 4, 27)).kind == "compensatory_off"


def test_the_year_after_the_last_decided_one_is_a_projection(national):
    assert set(CalendarDay.objects.filter(day__year=2027).values_list("is_projected", flat=True)) == {True}
    assert not CalendarDay.objects.filter(day__year__lt=2027, is_projected=True).exists()


@pytest.mark.parametrize("year", range(2023, 2028))
def test_the_days_are_those_of_the_holidays_package_plus_corrections(year):
    known = holidays.country_holidays("VN", years=year)
    ours = {day.day: day.kind == "make_up_working_day" for day in vietnam.days_of(year)}
    added = {day.day for day in vietnam.CORRECTIONS}
    for day in (D(year, 1, 1) + dt.timedelta(days=n) for n in range(365)):
        if day in added:
            continue
        rests = not ours.get(day, day.weekday() < 5)
        assert rests == (not known.is_working_day(day)), day


def test_an_agencys_own_day_wins_over_the_national_one(agency, other_agency, national, admin):
    calendar.day_set(
        agency, acting=admin, day=D(2026, 9, 2), kind="make_up_working_day", title="Trực lễ", document="CV 5"
    )
    calendar.day_set(agency, acting=admin, day=D(2026, 7, 3), kind="compensatory_off", title="Kỷ niệm ngành")
    assert works(agency, D(2026, 9, 2), D(2026, 7, 3)) == [True, False]
    assert works(other_agency, D(2026, 9, 2), D(2026, 7, 3)) == [False, True]
    assert AuditEntry.objects.filter(verb="qms.calendar.changed", agency=agency).count() == 2


def test_an_own_day_can_be_changed_and_removed_a_national_one_not(agency, national, admin):
    day = {"acting": admin, "day": D(2026, 9, 2)}
    calendar.day_set(agency, kind="make_up_working_day", title="Trực", **day)
    row = calendar.day_set(agency, kind="holiday", title="Quốc khánh", **day)
    assert CalendarDay.objects.filter(agency=agency).get() == row
    calendar.day_remove(row, acting=admin)
    assert works(agency, D(2026, 9, 2)) == [False]
    with pytest.raises(Invalid):
        calendar.day_remove(CalendarDay.objects.get(day=D(2026, 9, 2)), acting=admin)


def test_adding_a_day_never_replaces_one_that_is_there(agency, admin, client):
    calendar.day_set(agency, acting=admin, day=D(2026, 7, 3), kind="holiday", title="Kỷ niệm ngành")
    client.force_login(admin.user)
    sent = {"day": "03/07/2026", "kind": "holiday", "title": "Ngày khác"}
    for query in ("", "?day=04/07/2026"):
        answer = client.post(reverse("calendar-day") + query, sent)
        assert answer.status_code == 422
        [said] = answer.context["form"].errors["day"]
        assert "Kỷ niệm ngành" in said and "Chọn ngày đó trong lịch" in said
    assert CalendarDay.objects.get(agency=agency).title == "Kỷ niệm ngành"
    assert client.post(reverse("calendar-day") + "?day=03/07/2026", sent).status_code == 302
    assert CalendarDay.objects.get(agency=agency).title == "Ngày khác"


def test_only_administrators_change_the_calendar(agency, secretary):
    with pytest.raises(Refused):
        calendar.day_set(agency, acting=secretary, day=D(2026, 7, 3), kind="holiday", title="x")
    with pytest.raises(Refused):
        calendar.office_hours_set(agency, acting=secretary, valid_from=D(2026, 1, 1), hours={0: FULL})


def test_office_hours_hold_from_their_day(agency, admin):
    early = DayHours((dt.time(7), dt.time(11, 30)), (dt.time(13), dt.time(16, 30)))
    for first, hours in ((D(2024, 1, 1), FULL), (D(2026, 6, 1), early)):
        calendar.office_hours_set(
            agency, acting=admin, valid_from=first, hours=dict.fromkeys(range(5), hours)
        )
    moment = M(2026, 5, 29, 16, 45)
    assert calendar_for(agency, D(2026, 5, 29)).next_working_moment(moment) == moment
    assert calendar_for(agency, D(2026, 6, 5)).next_working_moment(M(2026, 6, 5, 16, 45)) == M(2026, 6, 8, 7)


@pytest.mark.parametrize(
    "hours",
    [
        {},
        {0: DayHours((dt.time(11), dt.time(7)))},
        {0: DayHours(MORNING, (dt.time(11), dt.time(17)))},
    ],
)
def test_office_hours_that_make_no_sense_are_refused(agency, admin, hours):
    with pytest.raises(Invalid):
        calendar.office_hours_set(agency, acting=admin, valid_from=D(2026, 1, 1), hours=hours)


WEEK = WorkCalendar(dict.fromkeys(range(5), FULL) | {5: DayHours(MORNING)}, {D(2026, 9, 2): False})


@pytest.mark.parametrize(
    ("received", "counts_from"),
    [
        (M(2026, 3, 2, 6, 0), M(2026, 3, 2, 7, 0)),  # before opening
        (M(2026, 3, 2, 12, 15), M(2026, 3, 2, 13, 30)),  # in the lunch break
        (M(2026, 3, 2, 16, 30), M(2026, 3, 2, 16, 30)),  # 16:30 counts while the office is open until 17:00
        (M(2026, 3, 2, 17, 0), M(2026, 3, 3, 7, 0)),  # at closing time
        (M(2026, 3, 7, 11, 0), M(2026, 3, 7, 11, 0)),  # Saturday morning, a half day
        (M(2026, 3, 7, 14, 0), M(2026, 3, 9, 7, 0)),  # Saturday afternoon
        (M(2026, 9, 2, 9, 0), M(2026, 9, 3, 7, 0)),  # a holiday
    ],
)
def test_where_counting_begins(received, counts_from):
    assert WEEK.next_working_moment(received) == counts_from


def test_with_closing_at_half_past_four_half_past_four_is_the_next_morning():
    early = DayHours(MORNING, (dt.time(13), dt.time(16, 30)))
    work = WorkCalendar(dict.fromkeys(range(5), early), {})
    assert work.next_working_moment(M(2026, 3, 2, 16, 30)) == M(2026, 3, 3, 7, 0)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (M(2026, 3, 2, 8), 4, M(2026, 3, 2, 14)),  # half a day of a full day runs past lunch
        (M(2026, 3, 2, 7), 8, M(2026, 3, 2, 17)),  # one day
        (M(2026, 3, 6, 14, 0), 8, M(2026, 3, 9, 7, 30)),  # over a half Saturday: 3 h + 4,5 h + 0,5 h
        (M(2026, 9, 1, 16), 2, M(2026, 9, 3, 8)),  # over a holiday
    ],
)
def test_hours_and_half_days_run_in_office_hours(start, hours, end):
    assert WEEK.add_working_hours(start, hours) == end


def test_working_days_count_backwards_too_and_a_half_day_is_a_working_day():
    assert WEEK.add_working_days(D(2026, 3, 9), -1) == D(2026, 3, 7)
    assert WEEK.working_days_between(D(2026, 9, 1), D(2026, 9, 7)) == 4
    assert WEEK.working_days_between(D(2026, 9, 7), D(2026, 9, 1)) == -4


def test_a_make_up_day_has_the_hours_of_an_ordinary_day():
    work = WorkCalendar(dict.fromkeys(range(5), FULL), {D(2026, 1, 10): True})
    assert work.next_working_moment(M(2026, 1, 10, 6)) == M(2026, 1, 10, 7)


def test_a_month_knows_its_working_days_and_what_each_day_is(agency, national):
    january = read.months_of(agency, 2026, D(2026, 1, 5), [1])[0]
    cells = {cell.day.day: cell for week in january.weeks for cell in week if cell}
    assert january.working_days == 21
    assert (cells[2].css, cells[10].css, cells[11].css) == (
        "d-swapped_off",
        "d-make_up_working_day",
        "d-rest",
    )
    assert cells[5].is_today
    assert "Làm bù" in cells[10].words


def test_the_pages_show_the_year_and_let_administrators_change_it(agency, national, admin, secretary, login):
    client = login(secretary)
    page = client.get("/calendar/?year=2026").text
    assert "Ngày Văn hóa Việt Nam" in page
    assert "12729/VPCP-KGVX" in page
    assert client.get("/calendar/?year=2026&month=2").status_code == 200
    assert "Chưa có ngày nghỉ lễ" in client.get("/calendar/?year=2031").text
    assert client.get("/calendar/days/?day=02/01/2026").status_code == 403
    due = client.get("/calendar/?year=2026&start=31/12/2025&days=1").text
    assert "05/01/2026" in due
    client = login(admin)
    assert client.get("/calendar/days/?day=02/01/2026").status_code == 200
    data = {"day": "03/07/2026", "kind": "holiday", "title": "Truyền thống ngành"}
    assert client.post("/calendar/days/", data).status_code == 302
    assert "Truyền thống ngành" in client.get("/calendar/?year=2026").text
    row = CalendarDay.objects.get(agency=agency)
    assert client.post(f"/calendar/days/{row.pk}/remove/").status_code == 302
    foreign = CalendarDay.objects.filter(agency=None).first()
    assert client.post(f"/calendar/days/{foreign.pk}/remove/").status_code == 404
    assert client.post("/calendar/days/", data | {"day": "31/02/2026"}).status_code == 422


def test_office_hours_are_set_on_their_page(agency, admin, login):
    client = login(admin)
    data = {"valid_from": "01/06/2026"}
    for weekday in range(5):
        data |= {
            f"morning_start_{weekday}": "7:30",
            f"morning_end_{weekday}": "11:30",
            f"afternoon_start_{weekday}": "13:00",
            f"afternoon_end_{weekday}": "17:00",
        }
    data |= {"morning_start_5": "7:30", "morning_end_5": "11:30"}
    assert client.post("/calendar/office-hours/", data | {"morning_end_0": ""}).status_code == 422
    assert client.post("/calendar/office-hours/", data | {"morning_end_0": "12:99"}).status_code == 422
    assert client.post("/calendar/office-hours/", data).status_code == 302
    work = calendar_for(agency, D(2026, 6, 1))
    assert work.is_working_day(D(2026, 6, 6))
    assert work.add_working_hours(M(2026, 6, 5, 16), 2) == M(2026, 6, 6, 8, 30)
