"""Nonconformities and management reviews of the demonstration, made through the services as people would.

Six cases in different states, one reopened and one proven effective; the review of 2025 with its decisions
and the one of this year in preparation. Every step happens on its day (`clock.at`).
"""

import datetime as dt
from typing import Any

from django.db import transaction

from audits import demo_reviews
from audits.models import CorrectiveAction, Finding, ManagementReview, Nonconformity
from audits.services import corrective, effect, nonconformities, plan, similar
from objectives.demo import person
from qms import clock, registry
from qms.models import Agency, OrgUnit, Person
from risks.demo import HEADS
from risks.models import Risk
from risks.services.suggestions import clause_near


def load(agency: Agency) -> None:
    """What is not there yet, as far as its day has come."""
    if not Nonconformity.objects.filter(agency=agency).exists():
        with transaction.atomic():
            _Cases(agency).run()
    if not ManagementReview.objects.filter(agency=agency).exists() and clock.today() >= demo_reviews.HELD:
        with transaction.atomic():
            demo_reviews.load(agency)


class _Cases:
    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.units = {unit.code: unit for unit in OrgUnit.objects.filter(agency=agency)}
        self.secretary = person(agency, "thuky")
        self.chief = person(agency, "truongban")
        self.verifier = person(agency, "danhgiavien")

    def head(self, code: str) -> Person:
        """The head of a unit."""
        return person(self.agency, HEADS[code])

    def run(self) -> None:
        """Six cases; later days are left out when they have not come yet."""
        for day, make in (
            (dt.date(2025, 12, 15), self._effective),
            (dt.date(2026, 6, 1), self._reopened),
            (dt.date(2026, 6, 1), self._waived),
            (dt.date(2026, 7, 6), self._submitted),
            (dt.date(2026, 7, 10), self._new),
            (dt.date(2026, 8, 20), self._in_progress),
        ):
            if clock.today() >= day:
                make()

    def open(self, day: dt.date, code: str, **fields: Any) -> Nonconformity:
        """A case of a unit, recorded by the secretary."""
        clause = clause_near(fields.pop("clause", "8.5.1"))
        with clock.at(day):
            return nonconformities.nonconformity_open(
                self.agency, acting=self.secretary, unit=self.units[code], clause=clause, **fields
            )

    def correct(self, case: Nonconformity, day: dt.date, what: str, proof: str) -> None:
        """Corrected within two days."""
        head = case.owner
        with clock.at(day):
            one = corrective.action_plan(
                case, acting=head, kind="correction", description=what, owner=head, deadline=day + _days(2)
            )
        with clock.at(day + _days(1)):
            corrective.action_report(one, acting=head, note=what, reference=proof)
            nonconformities.analysis_begin(_fresh(case), acting=head)

    def plan(
        self,
        case: Nonconformity,
        day: dt.date,
        cause: dict[str, Any],
        actions: tuple[tuple[str, int], ...],
        criterion: str,
        *,
        asked: tuple[str, ...] = (),
        approve: bool = True,
    ) -> Nonconformity:
        """Cause, actions and check, submitted and approved two days later."""
        head = case.owner
        with clock.at(day):
            nonconformities.cause_record(case, acting=head, **cause)
            if asked:
                units = [self.units[code] for code in asked]
                similar.similar_ask(case, acting=head, units=units, due_on=day + _days(7))
            elif not case.similar_none and not case.similar_cases.exists():
                reason = "Chỉ phòng này thực hiện quá trình; các đơn vị khác không phát sinh."
                similar.similar_not_asked(case, acting=head, reason=reason)
            for what, days in actions:
                corrective.action_plan(
                    case, acting=head, description=what, owner=head, deadline=day + _days(days)
                )
            last = max(days for _what, days in actions)
            plan.check_plan(
                case,
                acting=head,
                method="verifier",
                criterion=criterion,
                due_on=day + _days(last + 45),
                verifier=self.verifier,
            )
            case = plan.plan_submit(_fresh(case), acting=head)
        if approve:
            with clock.at(day + _days(2)):
                case = plan.plan_approve(_fresh(case), acting=self.chief)
        return _fresh(case)

    def done(self, case: Nonconformity, day: dt.date, proof: str) -> None:
        """Every action of the round reported."""
        with clock.at(day):
            for one in case.actions.filter(state=CorrectiveAction.State.OPEN, round=case.round):
                corrective.action_report(one, acting=one.owner, note="Đã hoàn thành", reference=proof)

    def judge(self, case: Nonconformity, day: dt.date, effective: bool, grounds: str) -> None:
        """The verifier's verdict."""
        with clock.at(day):
            effect.effect_judge(_fresh(case), acting=self.verifier, effective=effective, grounds=grounds)

    def close(self, case: Nonconformity, day: dt.date, documents: str, note: str) -> None:
        """Decided and closed."""
        risk = Risk.objects.filter(agency=self.agency, unit=case.unit, kind=Risk.Kind.RISK).first()
        with clock.at(day):
            effect.change_decide(
                _fresh(case),
                acting=case.owner,
                risk_decision="updated" if risk else "none",
                risk=risk,
                risk_note="Chấm lại điểm còn lại sau khi xử lý.",
                document_decision="revised",
                document_note=documents,
            )
            effect.nonconformity_close(_fresh(case), acting=self.secretary, note=note)

    def _effective(self) -> None:
        """2025: apologies not sent; cause found, proven, closed."""
        day = dt.date(2025, 9, 15)
        case = self.open(
            day,
            "BCVT",
            origin="audit",
            grade="minor",
            title="Hai hồ sơ quá hạn không có văn bản xin lỗi, hẹn lại ngày trả",
            process="Cấp giấy phép bưu chính",
            requirement="Hồ sơ quá hạn phải có văn bản xin lỗi và hẹn lại trước khi hết hạn giải quyết.",
            description="Hai hồ sơ trả sau hạn, không có văn bản xin lỗi kèm theo.",
            evidence="Xem 20 hồ sơ giải quyết quý II/2025, 2 hồ sơ thiếu văn bản.",
            clause="8.5.1",
        )
        self.correct(case, day, "Gửi văn bản xin lỗi và hẹn lại cho hai tổ chức.", "Công văn số 41 và 42")
        whys = {
            "method": "whys",
            "items": [
                _why("Vì sao không có văn bản?", "Chuyên viên không biết hồ sơ sắp hết hạn."),
                _why("Vì sao không biết?", "Phần mềm chỉ cảnh báo khi đã quá hạn."),
                _why("Vì sao cảnh báo muộn?", "Ngưỡng cảnh báo mặc định 0 ngày, không ai rà soát."),
            ],
            "root_cause": "Quy trình không giao người theo dõi hạn trả và ngưỡng cảnh báo trước hạn.",
            "category": "method",
        }
        case = self.plan(
            case,
            day + _days(4),
            whys,
            (
                ("Đặt ngưỡng cảnh báo trước hạn 2 ngày làm việc", 10),
                ("Giao Phó trưởng phòng rà soát hạn trả mỗi sáng, ghi vào quy trình", 20),
            ),
            "Hai tháng liền mọi hồ sơ quá hạn đều có văn bản xin lỗi gửi trước hạn.",
            asked=("QLKH", "CNDM"),
        )
        for row, words in zip(
            case.similar_cases.order_by("unit__order"),
            (
                "Đã rà soát 12 hồ sơ, không có trường hợp nào.",
                "Ngưỡng cảnh báo cũng là 0 ngày; đã đặt lại 2 ngày.",
            ),
            strict=False,
        ):
            answer = "possible" if "ngưỡng" in words.lower() else "none"
            with clock.at(day + _days(8)):
                head = self.head(row.unit.code)
                similar.similar_answer(row, acting=head, answer=answer, words=words)
        self.done(case, day + _days(22), "Quy trình sửa đổi lần 2")
        self.judge(case, day + _days(75), True, "Xem 26 hồ sơ tháng 10 và 11/2025: không thiếu văn bản nào.")
        self.close(case, day + _days(78), "QT.BCVT.04 lần 2: thêm người theo dõi hạn trả.", "Hiệu lực.")

    def _reopened(self) -> None:
        """2026: major, judged ineffective, open again in its second round."""
        day = dt.date(2026, 3, 16)
        case = self.open(
            day,
            "QLKH",
            origin="dossier",
            grade="major",
            title="Trả kết quả sai thông tin trên giấy chứng nhận, phải thu hồi",
            process="Cấp giấy chứng nhận hoạt động khoa học và công nghệ",
            requirement="Thông tin trên giấy chứng nhận phải đúng hồ sơ; được kiểm tra trước khi trình ký.",
            description="Một giấy chứng nhận ghi sai lĩnh vực hoạt động, Bộ phận Một cửa dừng trả kết quả.",
            evidence="Phiếu kiểm soát quá trình ngày 13/3/2026; bản giấy chứng nhận đã thu hồi.",
            clause="8.7",
        )
        self.correct(
            case, day, "Thu hồi, cấp lại giấy chứng nhận đúng và xin lỗi tổ chức.", "Giấy chứng nhận cấp lại"
        )
        bones = {
            "method": "fishbone",
            "items": [
                {"category": "people", "text": "Chuyên viên mới, chưa được hướng dẫn kiểm tra chéo"},
                {"category": "method", "text": "Quy trình không có bước đối chiếu trước khi trình"},
                {"category": "tools", "text": "Mẫu nhập tay, không lấy từ hồ sơ điện tử"},
                {"category": "information", "text": "Danh mục lĩnh vực chưa thống nhất tên gọi"},
            ],
            "root_cause": "Không có bước đối chiếu dữ liệu với hồ sơ trước khi trình ký.",
            "category": "method",
        }
        case = self.plan(
            case,
            day + _days(5),
            bones,
            (("Hướng dẫn chuyên viên tự kiểm tra trước khi trình", 15),),
            "60 ngày không có giấy chứng nhận nào phải sửa sau khi ký.",
        )
        self.done(case, day + _days(18), "Biên bản hướng dẫn ngày 03/4/2026")
        self.judge(
            case, day + _days(70), False, "Tháng 5/2026 còn 1 giấy chứng nhận phải sửa ngày cấp sau khi ký."
        )

    def _in_progress(self) -> None:
        """2026: came back from the audit's finding, its actions under way, one late."""
        day = dt.date(2026, 6, 22)
        finding = (
            Finding.objects.filter(agency=self.agency, grade__in=Finding.NONCONFORMITIES)
            .exclude(state=Finding.State.WITHDRAWN)
            .filter(unit__code="BCVT", nonconformities=None)
            .first()
        )
        source = None
        if finding is not None:
            facts = registry.record_kinds[finding._meta.label_lower].facts(finding)
            name = f"{facts.name}: {facts.title}"
            source = (finding._meta.label_lower, finding.pk, name, facts.url)
            day = max(day, finding.raised_at.date())
        case = self.open(
            day,
            "BCVT",
            origin="audit",
            grade="minor",
            title="Ba hồ sơ quá hạn chưa có văn bản xin lỗi và hẹn lại ngày trả",
            process="Cấp giấy phép bưu chính",
            requirement="Hồ sơ quá hạn phải có văn bản xin lỗi và hẹn lại trước khi hết hạn giải quyết.",
            description="Ba hồ sơ trả sau hạn không có văn bản xin lỗi; trường hợp đã xảy ra năm 2025.",
            evidence="Xem 20 hồ sơ, 3 hồ sơ không có văn bản.",
            clause="8.5.1",
            finding=finding,
            source=source,
        )
        self.correct(case, day, "Gửi văn bản xin lỗi và hẹn lại cho ba tổ chức.", "Công văn số 77, 78, 79")
        whys = {
            "method": "whys",
            "items": [
                _why("Vì sao vẫn thiếu văn bản?", "Phó trưởng phòng nghỉ phép, không ai rà soát thay."),
                _why("Vì sao không ai rà soát thay?", "Quy trình giao một người, không nêu người thay."),
                _why("Vì sao chỉ giao một người?", "Lần sửa trước không tính trường hợp vắng mặt."),
            ],
            "root_cause": "Trách nhiệm rà soát gắn với một người, không có người thay khi vắng mặt.",
            "category": "method",
        }
        case = self.plan(
            case,
            day + _days(4),
            whys,
            (
                ("Giao người rà soát thay khi vắng mặt, ghi vào quy trình", 20),
                ("Tự động tạo dự thảo văn bản xin lỗi khi hồ sơ còn 1 ngày", 45),
            ),
            "Ba tháng liền 100 % hồ sơ quá hạn có văn bản xin lỗi gửi trước hạn.",
            asked=("QLKH", "CNDM", "VP"),
        )
        first = case.actions.filter(kind="corrective").order_by("deadline").first()
        if first is not None:
            with clock.at(day + _days(18)):
                corrective.action_report(
                    first, acting=first.owner, note="Đã ghi người thay", reference="QT.BCVT.04 lần 3"
                )

    def _submitted(self) -> None:
        """2026: plan waits for the head of the committee."""
        day = dt.date(2026, 7, 1)
        case = self.open(
            day,
            "CNDM",
            origin="objective",
            grade="minor",
            title="Chỉ tiêu hồ sơ trực tuyến quý II chưa đạt",
            process="Thực hiện mục tiêu chất lượng",
            requirement="Tỷ lệ hồ sơ giải quyết trực tuyến từ 90 % trở lên.",
            description="Quý II tỷ lệ hồ sơ nộp trực tuyến của phòng thấp hơn chỉ tiêu.",
            evidence="Bảng điều hành mục tiêu chất lượng, kỳ quý II/2026.",
            clause="6.2.1",
        )
        with clock.at(day):
            reason = "Kết quả của kỳ đã qua không sửa lại được."
            nonconformities.nothing_to_correct(case, acting=case.owner, reason=reason)
            nonconformities.analysis_begin(_fresh(case), acting=case.owner)
        whys = {
            "method": "whys",
            "items": [
                _why("Vì sao tỷ lệ thấp?", "Doanh nghiệp vẫn nộp trực tiếp."),
                _why("Vì sao nộp trực tiếp?", "Biểu mẫu điện tử dài, không lưu tạm được."),
            ],
            "root_cause": "Biểu mẫu điện tử chưa dùng lại dữ liệu đã có.",
            "category": "tools",
        }
        self.plan(
            case,
            day + _days(3),
            whys,
            (("Đề nghị rút gọn biểu mẫu điện tử, điền sẵn dữ liệu", 30),),
            "Quý IV tỷ lệ hồ sơ trực tuyến đạt từ 90 %.",
            approve=False,
        )

    def _new(self) -> None:
        """2026: recorded, to be corrected."""
        self.open(
            dt.date(2026, 7, 10),
            "VP",
            origin="output",
            grade="minor",
            title="Phiếu hẹn trả ghi thiếu ngày hẹn",
            process="Tiếp nhận và trả kết quả tại Một cửa",
            requirement="Phiếu hẹn trả phải ghi ngày hẹn theo thời hạn của thủ tục.",
            description="Một phiếu hẹn trả không ghi ngày hẹn, người dân quay lại hỏi.",
            evidence="Bản lưu phiếu hẹn trả ngày 09/7/2026.",
            clause="8.7",
        )

    def _waived(self) -> None:
        """2026: a slip, corrected, waits to be decided on and closed."""
        day = dt.date(2026, 5, 20)
        case = self.open(
            day,
            "CDS",
            origin="report",
            grade="minor",
            title="Biên bản họp tháng 4 ghi sai năm",
            process="Kiểm soát thông tin dạng văn bản",
            requirement="Thông tin dạng văn bản phải được kiểm tra trước khi lưu.",
            description="Biên bản họp ghi năm 2025 thay vì 2026.",
            evidence="Biên bản ngày 28/4.",
            clause="7.5.2",
        )
        with clock.at(day + _days(1)):
            one = corrective.action_plan(
                case,
                acting=case.owner,
                kind="correction",
                description="Sửa và lưu lại biên bản",
                owner=case.owner,
                deadline=day + _days(2),
            )
            corrective.action_report(one, acting=case.owner, note="Đã sửa", reference="Biên bản sửa 21/5")
            reason = "Lỗi đánh máy một lần, không ảnh hưởng kết quả, chưa từng xảy ra."
            nonconformities.analysis_waive(_fresh(case), acting=case.owner, reason=reason)


def _why(question: str, answer: str) -> dict[str, str]:
    return {"question": question, "answer": answer}


def _days(number: int) -> dt.timedelta:
    return dt.timedelta(days=number)


def _fresh(case: Nonconformity) -> Nonconformity:
    rows = Nonconformity.objects.select_related("unit", "owner", "agency", "clause")
    return rows.get(pk=case.pk)
