"""Time texts of plans: every form of domain B, kept verbatim, and properties that hold for any of them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives import timeframe
from objectives.timeframe import Milestone, Span

ROMAN = ["I", "II", "III", "IV"]


def days(*pairs):
    return tuple(Span(dt.date.fromisoformat(start), dt.date.fromisoformat(end)) for start, end in pairs)


@pytest.mark.parametrize(
    ("text", "windows", "continuous"),
    [
        ("Quý I", [("2026-01-01", "2026-03-31")], False),
        ("Quí I-IV", [("2026-01-01", "2026-12-31")], False),
        ("Quý I-II", [("2026-01-01", "2026-06-30")], False),
        ("Quý II-III", [("2026-04-01", "2026-09-30")], False),
        ("Quý IV", [("2026-10-01", "2026-12-31")], False),
        ("Quý II, III/2023", [("2023-04-01", "2023-09-30")], False),
        ("Quý I, III", [("2026-01-01", "2026-03-31"), ("2026-07-01", "2026-09-30")], False),
        ("Tháng 7,8/2023", [("2023-07-01", "2023-08-31")], False),
        ("Tháng 11/2023", [("2023-11-01", "2023-11-30")], False),
        ("Tháng 02 năm 2024", [("2024-02-01", "2024-02-29")], False),
        ("quý  i – iii", [("2026-01-01", "2026-09-30")], False),
        ("Cả năm", [("2026-01-01", "2026-12-31")], True),
        ("Thường \n xuyên", [("2026-01-01", "2026-12-31")], True),
        ("6 tháng đầu năm", [("2026-01-01", "2026-06-30")], False),
        ("Trước ngày 15/12/2026", [("2026-01-01", "2026-12-15")], False),
        ("Trước quý III", [("2026-01-01", "2026-06-30")], False),
        ("Đến hết tháng 9", [("2026-01-01", "2026-09-30")], False),
        ("01/03-15/04/2026", [("2026-03-01", "2026-04-15")], False),
        ("Trong quý I", [("2026-01-01", "2026-03-31")], False),
        ("Dự kiến tháng 10/2026", [("2026-10-01", "2026-10-31")], False),
        ("Đầu năm", [("2026-01-01", "2026-03-31")], False),
        ("Cuối năm 2026", [("2026-10-01", "2026-12-31")], False),
        ("06 tháng cuối năm", [("2026-07-01", "2026-12-31")], False),
        ("Quý IV/2026 - Quý I/2027", [("2026-10-01", "2027-03-31")], False),
        ("Tháng 11/2026 đến tháng 2/2027", [("2026-11-01", "2027-02-28")], False),
        ("Hàng tuần", [("2026-01-01", "2026-12-31")], True),
        ("Định kỳ hàng quý", [("2026-01-01", "2026-12-31")], True),
        ("6 tháng/lần", [("2026-01-01", "2026-12-31")], True),
        ("Quý I, tháng 7", [("2026-01-01", "2026-03-31"), ("2026-07-01", "2026-07-31")], False),
    ],
)
def test_every_form_of_the_grammar(text, windows, continuous):
    frame = timeframe.parse(text, 2026)
    assert frame.text == text
    assert frame.windows == days(*windows)
    assert frame.is_continuous is continuous
    assert frame.deadline == frame.windows[-1].end


def test_a_quarter_beside_the_whole_year_is_a_milestone():
    frame = timeframe.parse("Quý II và cả năm", 2026)
    assert frame.is_continuous
    assert frame.windows == days(("2026-01-01", "2026-12-31"))
    assert frame.milestones == (Milestone(dt.date(2026, 6, 30)),)


def test_a_bracket_names_a_milestone_in_its_own_words():
    frame = timeframe.parse("Cả năm (đánh giá nội bộ quý III)", 2026)
    assert frame.is_continuous
    assert frame.milestones == (Milestone(dt.date(2026, 9, 30), "đánh giá nội bộ"),)


def test_every_quarter_has_a_milestone_at_each_end():
    frame = timeframe.parse("Hàng quý", 2026)
    assert frame.is_continuous
    assert [mark.on.month for mark in frame.milestones] == [3, 6, 9, 12]


def test_work_that_goes_on_is_not_late_before_the_end_of_the_year():
    frame = timeframe.parse("Thường xuyên", 2026)
    assert frame.deadline == dt.date(2026, 12, 31)
    assert frame.needs_half_year_progress


def test_what_is_done_every_half_year_has_two_milestones():
    frame = timeframe.parse("Định kỳ 6 tháng một lần", 2026)
    assert [mark.on for mark in frame.milestones] == [dt.date(2026, 6, 30), dt.date(2026, 12, 31)]


SEEDS = (
    "Quý I", "Quí I-IV", "Quý I-II", "Quý II-III", "Quý IV", "Quý II, III/2023", "Tháng 7,8/2023",
    "Tháng 11/2023", "Cả năm", "Thường xuyên", "Quý II và cả năm", "Cả năm (đánh giá nội bộ quý III)",
)  # fmt: skip


@given(st.sampled_from(SEEDS), st.integers(2020, 2040), st.integers(-5, 5))
def test_years_named_in_a_time_move_with_the_plan(text, year, by):
    moved = timeframe.shift_years(text, by)
    before, after = timeframe.parse(text, year), timeframe.parse(moved, year + by)
    assert after.is_continuous == before.is_continuous
    assert [(span.start.month, span.end.month) for span in after.windows] == [
        (span.start.month, span.end.month) for span in before.windows
    ]
    assert [span.end.year - by for span in after.windows] == [span.end.year for span in before.windows]


def test_editions_of_standards_are_no_years():
    assert timeframe.shift_years("TCVN ISO 9001:2015 năm 2026", 1) == "TCVN ISO 9001:2015 năm 2027"


@pytest.mark.parametrize("text", ["", "Quý V", "Tháng 13", "Quý III-II", "khi cần", "Quy trình I", "31/02"])
def test_what_is_not_understood_is_kept_and_said_so(text):
    frame = timeframe.parse(text, 2026)
    assert frame.text == text
    assert not frame.is_understood
    assert frame.deadline is None


@given(st.text(max_size=60), st.integers(2000, 2100))
def test_no_text_breaks_the_reader(text, year):
    frame = timeframe.parse(text, year)
    assert frame.text == text
    assert timeframe.from_json(text, frame.as_json()) == frame


quarters = st.lists(st.integers(1, 4), min_size=1, max_size=4, unique=True).map(sorted)
spelling = st.tuples(
    st.sampled_from(["Quý", "Quí", "quý", "QUÝ"]), st.sampled_from([", ", ",", " , ", "; ", " và "])
)


@given(quarters, spelling, st.booleans(), st.one_of(st.none(), st.integers(2020, 2030)))
def test_a_list_of_quarters_means_their_months_however_it_is_written(numbers, spelled, roman, year):
    word, comma = spelled
    written = comma.join(ROMAN[n - 1] if roman else str(n) for n in numbers)
    frame = timeframe.parse(f"{word} {written}" + (f"/{year}" if year else ""), 2026)
    covered = {month for span in frame.windows for month in range(span.start.month, span.end.month + 1)}
    assert covered == {month for n in numbers for month in range(3 * n - 2, 3 * n + 1)}
    assert {span.start.year for span in frame.windows} == {year or 2026}


@given(st.integers(1, 12), st.integers(1, 12), st.sampled_from(["-", " - ", " – ", " đến ", " đến tháng "]))
def test_a_range_of_months_runs_from_the_first_to_the_last(first, last, dash):
    frame = timeframe.parse(f"Tháng {first}{dash}{last}", 2026)
    assert frame.is_understood is (first <= last)
    if frame.is_understood:
        assert (frame.windows[0].start.month, frame.windows[0].end.month) == (first, last)


pieces = st.sampled_from(
    [
        "Quý I",
        "Quý II-III",
        "Tháng 7,8",
        "Tháng 12",
        "Cả năm",
        "Thường xuyên",
        "Hàng quý",
        "15/12",
        "6 tháng đầu năm",
    ]
)


@given(st.lists(pieces, min_size=1, max_size=4), st.sampled_from([", ", " và ", "; "]))
def test_windows_of_a_mixed_time_are_in_order_apart_and_cover_the_milestones(parts, comma):
    frame = timeframe.parse(comma.join(parts), 2026)
    assert frame.is_understood
    for earlier, later in zip(frame.windows, frame.windows[1:], strict=False):
        assert earlier.end + dt.timedelta(days=1) < later.start
    assert all(span.start <= span.end for span in frame.windows)
    assert all(any(span.start <= mark.on <= span.end for span in frame.windows) for mark in frame.milestones)
    assert list(frame.milestones) == sorted(frame.milestones)
