"""Public holidays of Viet Nam by year: the `holidays` package, and what it does not know (D4)."""

import datetime as dt
import re
from dataclasses import dataclass

import holidays

HOLIDAY, COMPENSATORY_OFF, SWAPPED_OFF, MAKE_UP = (
    "holiday",
    "compensatory_off",
    "swapped_off",
    "make_up_working_day",
)
LABOUR_CODE = "Điều 112 Bộ luật Lao động 2019"
COMPENSATORY = "Điều 111 khoản 3 Bộ luật Lao động 2019"
_SWAP = re.compile(r"thay cho ngày (\d{2})/(\d{2})/(\d{4})")


@dataclass(frozen=True)
class Day:
    """One day that differs from the weekly pattern."""

    day: dt.date
    kind: str
    title: str
    document: str = ""
    is_projected: bool = False


DECIDED_UNTIL = 2026
"""The last year whose arrangement of days off is decided; later years are a projection."""

SOURCES = {
    dt.date(2024, 4, 29): "Thông báo 1570/TB-BLĐTBXH",
    dt.date(2025, 5, 2): "Thông báo 6150/TB-BLĐTBXH",
    dt.date(2026, 8, 31): "Thông báo phương án nghỉ lễ, tết năm 2026",
    dt.date(2026, 11, 24): "Nghị quyết 80-NQ/TW",
}

CORRECTIONS = (
    Day(dt.date(2026, 1, 2), SWAPPED_OFF, "Nghỉ, làm bù ngày 10/01/2026", "12729/VPCP-KGVX"),
    Day(dt.date(2026, 1, 10), MAKE_UP, "Làm bù cho ngày 02/01/2026", "12729/VPCP-KGVX"),
)


def days_of(year: int) -> list[Day]:
    """The days of one year in order; years after DECIDED_UNTIL are marked as projected."""
    known = holidays.country_holidays("VN", years=year, language="vi")
    projected = year > DECIDED_UNTIL
    found: dict[dt.date, Day] = {}
    for day, name in sorted(known.items()):
        swap = _SWAP.search(name)
        if swap:
            worked = dt.date(int(swap[3]), int(swap[2]), int(swap[1]))
            source = SOURCES.get(day, "")
            found[day] = Day(day, SWAPPED_OFF, f"Nghỉ, làm bù ngày {worked:%d/%m/%Y}", source, projected)
            found[worked] = Day(worked, MAKE_UP, f"Làm bù cho ngày {day:%d/%m/%Y}", source, projected)
        elif name.endswith("(nghỉ bù)"):
            title = f"Nghỉ bù {name.removesuffix('(nghỉ bù)').strip()}"
            found[day] = Day(day, COMPENSATORY_OFF, title, COMPENSATORY, projected)
        else:
            found[day] = Day(day, HOLIDAY, TITLES.get(name, name), SOURCES.get(day, LABOUR_CODE), projected)
    found |= {day.day: day for day in CORRECTIONS if day.day.year == year}
    return [found[day] for day in sorted(found)]


TITLES = {
    "29 Tết": "Tết Nguyên đán (29 tháng Chạp)",
    "Giao thừa Tết Nguyên Đán": "Tết Nguyên đán (giao thừa)",
    "Tết Nguyên Đán": "Tết Nguyên đán (mùng 1)",
    "Mùng hai Tết Nguyên Đán": "Tết Nguyên đán (mùng 2)",
    "Mùng ba Tết Nguyên Đán": "Tết Nguyên đán (mùng 3)",
    "Mùng bốn Tết Nguyên Đán": "Tết Nguyên đán (mùng 4)",
    "Mùng năm Tết Nguyên Đán": "Tết Nguyên đán (mùng 5)",
    "Ngày Chiến thắng": "Ngày Chiến thắng 30/4",
    "Ngày Quốc tế Lao động": "Ngày Quốc tế Lao động 1/5",
    "Ngày Giỗ Tổ Hùng Vương": "Giỗ Tổ Hùng Vương (10/3 âm lịch)",
    "Quốc khánh": "Quốc khánh 2/9",
}
