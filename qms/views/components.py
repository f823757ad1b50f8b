"""The page that shows every component of the design system in each of its states."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from qms import charts, clock
from qms.forms import DateField, FilterForm, PortalForm, UploadField
from qms.models import AuditEntry
from qms.policies import signed_in
from qms.statuses import STATUSES
from qms.views.base import PageView


class SampleForm(PortalForm):
    """One field of every kind."""

    title = forms.CharField(label=_("Title"), help_text=_("What happened, in one sentence"))
    due = DateField(label=_("Due"), help_text=_("For example 15/08/2026"))
    unit = forms.ChoiceField(
        label=_("Unit"), choices=[("", "—"), ("bcvt", "Phòng Bưu chính – Viễn thông"), ("tdc", "Phòng TĐC")]
    )
    grade = forms.ChoiceField(
        label=_("Kind"),
        widget=forms.RadioSelect,
        choices=[("minor", "Điểm không phù hợp nhẹ"), ("major", "Điểm không phù hợp nặng")],
    )
    told = forms.BooleanField(label=_("The unit has been told"), required=False)
    detail = forms.CharField(label=_("Detail"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    secret = forms.CharField(label=_("Password"), widget=forms.PasswordInput, required=False)
    file = UploadField(label=_("Evidence"), kinds=(".pdf", ".xlsx"), required=False)


class SampleFilter(FilterForm):
    """The filters of the sample list."""

    status = forms.ChoiceField(
        label=_("Status"),
        choices=[("", _("All")), ("overdue", _("Overdue")), ("in_progress", _("In progress"))],
    )
    office = forms.ChoiceField(label=_("Unit"), choices=[("", _("All")), ("vp", "Văn phòng Sở")])


@dataclass(frozen=True)
class SampleRow:
    """A target with its result, as a dashboard shows it."""

    code: str
    name: str
    operator: str
    target: int
    numerator: int | None
    denominator: int | None
    status: str
    course: tuple[float | None, ...]
    strict: tuple[int, int] | None = None


ROWS = [
    SampleRow("1", "TTHC, quy trình nội bộ được ban hành kịp thời", "=", 100, 61, 63, "not_achieved",
              (100, 100, 98, 97, 97, 96.8)),
    SampleRow("2a", "TTHC đủ điều kiện được cung cấp trực tuyến", "=", 100, 58, 58, "achieved",
              (96, 97, 98, 100, 100, 100)),
    SampleRow("3a", "Hồ sơ giải quyết đúng hạn", ">=", 98, 4886, 4974, "achieved",
              (98.9, 98.7, 98.6, 98.4, 98.3, 98.2), (4886, 4998)),
    SampleRow("4a", "Công chức được bồi dưỡng theo vị trí việc làm", "=", 100, 112, 118, "at_risk",
              (80, 84, 88, 91, 93, 94.9)),
    SampleRow("5a", "Hồ sơ công việc xử lý trên môi trường mạng", "=", 100, None, None, "insufficient_data",
              (99, 100, None, 98, None, None)),
    SampleRow("5b", "Phản ánh được trả lời đúng hạn", ">=", 95, 0, 0, "no_occurrence", ()),
]  # fmt: skip

EDGES = [
    (4886, 4974, 98), (9796, 9997, 98), (98, 100, 98), (9799, 10000, 98), (99999, 100000, 100), (1, 30000, 0),
    (0, 0, 98), (None, None, 98),
]  # fmt: skip

PUBLISHED = (98.9, 98.8, 98.7, 98.7, 98.6, 98.5, 98.4, 98.3, 98.2, 98.2, 98.2, 98.2)
STRICT = (97.1, 97.6, 97.8, 97.9, 98.0, 98.1, None, 97.9, 97.9, 97.9, 97.8, 97.8)


class Components(PageView):
    """Every component, every state; the reference for whoever builds a page."""

    template_name = "components_page/index.html"
    policy = signed_in

    def page(self) -> dict[str, Any]:
        today = clock.today()
        moment = dt.datetime.combine(today, dt.time(16, 20))
        return {
            "statuses": list(STATUSES),
            "rows": ROWS,
            "edges": EDGES,
            "form": SampleForm(),
            "wrong": SampleForm({"title": "", "due": "31/02/2026", "unit": "", "grade": ""}),
            "filters": SampleFilter(self.request.GET or {"status": "overdue", "office": "vp"}),
            "page_obj": Paginator(range(4974), 50).get_page(self.request.GET.get("page", 4)),
            "stages": [
                {"label": "Mở", "state": "done", "when": "10/07"},
                {"label": "Phân tích", "state": "done", "when": "12/07"},
                {"label": "Duyệt kế hoạch", "state": "done", "when": "14/07"},
                {"label": "Thực hiện", "state": "current", "when": "đến 15/08"},
                {"label": "Thẩm tra", "state": "", "when": "từ 15/10"},
                {"label": "Đóng", "state": "", "when": ""},
            ],
            "steps": ["Chọn tệp", "Khớp cột", "Kiểm tra", "Kết quả"],
            "tabs": [
                {"label": "Tất cả", "url": "?tab=1#tabs", "current": True, "count": 12},
                {"label": "Cả phòng", "url": "?tab=2#tabs", "current": False, "count": 27},
                {"label": "Đã xong", "url": "?tab=3#tabs", "current": False, "count": 1204},
            ],
            "files": [
                {"name": "3 văn bản xin lỗi.pdf", "url": "#files", "size": 1258291, "created_at": moment,
                 "by": "Đỗ Minh Châu", "sha256": "9f2c" * 16},
                {"name": "Danh sách dự họp.xlsx", "url": "#files", "size": 20480, "created_at": moment},
            ],
            "entries": [
                AuditEntry(at=moment, actor_label="Hồ Quốc Việt", verb="qms.setting.changed",
                           subject_kind="qms.agencysetting", changes={"value": ["0 ngày", "2 ngày"]}),
                AuditEntry(at=moment - dt.timedelta(days=1), actor_label="Trịnh Bảo Long",
                           verb="qms.unit.created", subject_kind="qms.orgunit", note="06/QĐ-SKHCN"),
            ],
            "due_days": [today - dt.timedelta(days=15), today, today + dt.timedelta(days=5),
                         today + dt.timedelta(days=400)],
            "chart": charts.line_chart(
                [f"T{n}" for n in range(1, 13)],
                [
                    charts.Series("Kết quả", PUBLISHED),
                    charts.Series("Tính cả quá hạn", STRICT, dashed=True),
                ],
                target=98, target_label="Chỉ tiêu ≥ 98\u00a0%", low=96, high=100,
                label="Kết quả từ 98,9 % xuống 98,2 %, luôn trên chỉ tiêu 98 %",
            ),
            "heat": [
                ("Phòng TĐC", [("100", 0), ("97,9", 0.1), ("95,0", 5), ("0,0", 98), ("thiếu", None)]),
                ("Văn phòng Sở", [("100", 0), ("97,7", 0.3), ("96,0", 4), ("83,3", 16.7), ("100", 0)]),
            ],
            "past_numbers": [145, 146, 147],
        }  # fmt: skip
