"""The whole lives of invented dossiers, and how an export of a moment shows them."""
# ruff: noqa: DTZ001 - the vendor writes Vietnam time without a zone

import datetime as dt
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

Moment = dt.datetime
DAY = dt.timedelta(days=1)
OPENING, CLOSING = 7, 17
LATE, STUCK = 0.009, 0.0045


@dataclass(frozen=True)
class Kind:
    """A procedure in the export: what is said of it, who handles it, how many working days it may take."""

    code: str
    name: str
    field: str
    level: str
    unit: str
    desk: int
    days: int


QLTDC, QLKH = "Phòng Quản lý Tiêu chuẩn Đo lường Chất lượng", "Phòng Quản lý Khoa học"
CN, BCVT = "Phòng Công nghệ và Đổi mới sáng tạo", "Phòng Bưu chính - Viễn thông"
CDS, VPS = "Phòng Chuyển đổi số", "Văn phòng Sở"
UNITS = (QLTDC, QLKH, CN, BCVT, CDS, VPS)
TDC, ATBX = "Tiêu chuẩn đo lường chất lượng", "An toàn bức xạ và hạt nhân"
HDKH, CNTT = "Hoạt động khoa học và công nghệ", "Công nghệ thông tin"
KINDS = (
    Kind(
        "1.004025.H19", "Kiểm tra nhà nước về chất lượng hàng hóa nhập khẩu", TDC, "Toàn trình", QLTDC, 0, 1
    ),
    Kind("1.009320.H19", "Công bố hợp quy dựa trên kết quả tự đánh giá", TDC, "Toàn trình", QLTDC, 0, 5),
    Kind("1.004111.H19", "Công bố sử dụng dấu định lượng", TDC, "Một phần", QLTDC, 0, 5),
    Kind("1.008402.H19", "Cấp chứng chỉ nhân viên bức xạ", ATBX, "Toàn trình", QLKH, 1, 10),
    Kind(
        "1.008411.H19",
        "Cấp giấy phép tiến hành công việc bức xạ sử dụng thiết bị X-quang chẩn đoán",
        ATBX,
        "Toàn trình",
        QLKH,
        1,
        25,
    ),
    Kind("1.008629.H19", "Khai báo thiết bị X-quang chẩn đoán trong y tế", ATBX, "Toàn trình", QLKH, 1, 5),
    Kind("1.004050.H19", "Công nhận doanh nghiệp khoa học và công nghệ", HDKH, "Toàn trình", CN, 2, 10),
    Kind(
        "1.009387.H19",
        "Cấp giấy chứng nhận đăng ký hoạt động khoa học và công nghệ",
        HDKH,
        "Một phần",
        CN,
        2,
        15,
    ),
    Kind("1.008794.H19", "Cấp giấy chứng nhận đăng ký chuyển giao công nghệ", HDKH, "Toàn trình", CN, 2, 5),
    Kind("1.002542.H19", "Cấp giấy phép bưu chính", "Bưu chính", "Toàn trình", BCVT, 3, 20),
    Kind("1.008316.H19", "Cấp giấy phép viễn thông", "Viễn thông và Internet", "Một phần", BCVT, 3, 15),
    Kind("1.005970.H19", "Thẩm định thiết kế cơ sở ứng dụng công nghệ thông tin", CNTT, "", CDS, 4, 20),
    Kind("1.003323.H19", "Xác nhận tài liệu nội bộ", CNTT, "", VPS, 5, 3),
)
BY_CODE = {kind.code: kind for kind in KINDS}


@dataclass(frozen=True)
class Row:
    """One dossier as an export shows it; moments are Vietnam time without a zone."""

    code: str
    kind: Kind
    channel: str
    received: Moment
    due: Moment
    status: str
    officer: str
    extended: Moment | None = None
    asked: Moment | None = None
    answered: Moment | None = None
    result: Moment | None = None
    returned: Moment | None = None
    closed: Moment | None = None
    rating: int | None = None


def _working(day: dt.date) -> bool:
    return day.weekday() < 5


def _later(moment: Moment, working_days: int) -> Moment:
    while working_days:
        moment += DAY
        working_days -= _working(moment.date())
    return moment


def _at_work(draw: random.Random, day: dt.date) -> Moment:
    return dt.datetime(day.year, day.month, day.day, draw.randrange(OPENING, CLOSING), draw.randrange(60))


def _desk_open(moment: Moment, *, earlier: bool) -> Moment:
    """The nearest moment at which somebody works, before or after; the minutes stay."""
    moment = moment.replace(second=0, microsecond=0)
    if moment.hour >= CLOSING:
        moment = moment.replace(hour=CLOSING - 1) if earlier else (moment + DAY).replace(hour=OPENING)
    elif moment.hour < OPENING:
        moment = (moment - DAY).replace(hour=CLOSING - 1) if earlier else moment.replace(hour=OPENING)
    while not _working(moment.date()):
        moment += -DAY if earlier else DAY
    return moment


def histories(
    year: int, *, a_year: int = 5400, seed: str = "one-stop", kinds: Sequence[Kind] = KINDS
) -> Iterator[Row]:
    """The whole lives of the dossiers received from 20 November before until the end of a year."""
    draw = random.Random(f"{seed}:{year}")  # noqa: S311 - invented data, not a secret
    day, a_day = dt.date(year - 1, 11, 20), a_year / 261
    while day.year <= year:
        if _working(day):
            count = int(a_day) + (draw.random() < a_day % 1)
            for number, received in enumerate(sorted(_at_work(draw, day) for _n in range(count)), start=1):
                yield _history(draw, received, number, draw.choice(kinds))
        day += DAY


def _history(draw: random.Random, received: Moment, number: int, kind: Kind) -> Row:
    online = bool(kind.level) and draw.random() < 0.93
    row = Row(
        code=f"000.00.16.H19-{received:%y%m%d}-{number:04d}",
        kind=kind,
        channel="Trực tuyến" if online else draw.choice(["Trực tiếp"] * 4 + ["Bưu chính công ích"]),
        received=received,
        due=_later(received, kind.days),
        status="Đã trả kết quả",
        officer=f"cb{kind.desk}{draw.randrange(4)}",
    )
    fate = draw.random()
    if fate < 0.011:
        return replace(row, status="Từ chối tiếp nhận")
    if fate < 0.043:
        word = "Rút hồ sơ" if draw.random() < 0.66 else "Dừng giải quyết"
        return replace(row, status=word, closed=_later(received, draw.randrange(1, 4)))
    if fate < 0.065:
        return replace(row, status="Yêu cầu bổ sung", asked=_later(received, 1))
    row = _resolved(draw, row)
    if fate < 0.085:
        return replace(row, status="Từ chối giải quyết", returned=None)
    if fate > 0.91:
        asked = _later(received, 1)
        shift = row.kind.days + draw.randrange(2, 6)
        moved = _resolved(draw, replace(row, due=_later(asked, shift)))
        return replace(moved, asked=asked, answered=_later(asked, 1))
    return row


def _resolved(draw: random.Random, row: Row) -> Row:
    extended: Moment | None = None
    luck = draw.random()
    if luck < STUCK:
        result = _desk_open(row.due + dt.timedelta(days=draw.randrange(40, 300)), earlier=False)
        extended = row.due + dt.timedelta(days=14)
    elif luck < STUCK + LATE:
        result = _desk_open(row.due + dt.timedelta(hours=draw.randrange(3, 80)), earlier=False)
        extended = row.due + dt.timedelta(days=7) if draw.random() < 0.3 else None
    else:
        whole = (row.due - row.received).total_seconds()
        early = _desk_open(row.received + dt.timedelta(seconds=whole * draw.uniform(0.35, 1.0)), earlier=True)
        result = early if early > row.received else row.due
    rated = draw.random() < 0.36
    stars = draw.choices([5, 4, 3, 2, 1], [775, 195, 16, 8, 6])[0]
    returned = _desk_open(result + dt.timedelta(hours=draw.randrange(1, 130)), earlier=False)
    return replace(row, result=result, extended=extended, returned=returned, rating=stars if rated else None)


def as_seen(row: Row, as_of: Moment) -> Row | None:
    """A history as an export of that moment shows it; None when it was not received yet."""
    if row.received > as_of:
        return None
    if row.closed is not None:
        return (
            replace(row, closed=None)
            if row.closed <= as_of
            else replace(row, closed=None, status="Đang giải quyết")
        )
    if row.status == "Từ chối tiếp nhận":
        return row

    def known(moment: Moment | None) -> Moment | None:
        return moment if moment is not None and moment <= as_of else None

    asked, answered, result = known(row.asked), known(row.answered), known(row.result)
    returned = known(row.returned)
    status = row.status
    if result is None:
        status = "Yêu cầu bổ sung" if asked and not answered else "Đang giải quyết"
    elif status != "Từ chối giải quyết" and returned is None:
        status = "Đã có kết quả"
    return replace(
        row,
        asked=asked,
        answered=answered,
        result=result,
        returned=returned,
        status=status,
        extended=row.extended if row.due <= as_of else None,
        rating=row.rating if result else None,
    )


def export_rows(
    year: int, as_of: Moment, *, a_year: int = 5400, seed: str = "one-stop", carried: Iterable[Row] = ()
) -> Iterator[Row]:
    """The rows of an export of a year as of a moment: what was carried over, then what was received."""
    own = (row for row in histories(year, a_year=a_year, seed=seed) if row.received.year == year)
    for history in chain(carried, own):
        seen = as_seen(history, as_of)
        if seen is not None:
            yield seen


def carry_over(rows: Iterable[Row], *, seed: str = "one-stop") -> list[Row]:
    """Dossiers that were being processed at the end of a year, with what becomes of them in the next."""
    draw = random.Random(f"{seed}:carried")  # noqa: S311 - invented data, not a secret
    rows = list(rows)
    # The year of the export, not that of each receipt: what was open for longer ends in the new year too.
    new_year = dt.datetime(max((row.received.year for row in rows), default=0) + 1, 1, 5, OPENING)
    lives = []
    for row in rows:
        if row.status == "Đang giải quyết":
            last = max(row.due, new_year + 3 * DAY)
            span = (last - new_year).total_seconds()
            result = _desk_open(
                new_year + dt.timedelta(seconds=span * draw.uniform(0.4, 1)), earlier=row.due > new_year
            )
            returned = _desk_open(result + dt.timedelta(hours=draw.randrange(2, 90)), earlier=False)
            lives.append(replace(row, status="Đã trả kết quả", result=result, returned=returned))
    return lives
