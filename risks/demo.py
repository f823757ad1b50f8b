"""Risks, opportunities and context of the demonstration, made through the services as people would.

2025 from writing down to approval, its actions done and judged, then the review of each year since, up
to today. Every step happens on its day (`clock.at`); steps whose day has not come yet are left out.
"""

import datetime as dt
from typing import Any

from django.db import transaction

from documents.models import Paper, PaperState
from documents.selectors import live
from documents.services import paper_approve, paper_authorise, paper_issue, paper_submit
from documents.services.issuing import issue_job_of
from documents.services.keys import trial_keys_ensure
from dossiers.models import Procedure
from library.models import ControlledDocument
from objectives.demo import person
from qms import clock, jobs
from qms.demo import PASSWORD
from qms.exceptions import Invalid
from qms.models import Agency, OrgUnit, Person
from risks import paper_words
from risks.demo_context import ISSUES, PARTIES
from risks.demo_entries import CHANGE, ENTRIES, DemoAction, DemoEntry
from risks.models import (
    ContextCategory,
    ContextIssue,
    InterestedParty,
    PlannedChange,
    Register,
    RegisterRow,
    Risk,
    RiskAction,
    RiskScore,
)
from risks.services import actions, changes, context, registers, risks
from risks.services.papering import register_paper
from risks.services.start import starting_data_load
from risks.services.suggestions import clause_near, suggestions_request

FIRST_YEAR = 2025
HEADS = {
    "TDC": "truongphong.tdc",
    "QLKH": "truongphong",
    "CNDM": "truongphong.cn",
    "BCVT": "truongphong.bcvt",
    "CDS": "truongphong.cds",
    "VP": "chanhvanphong",
}


def load(agency: Agency) -> None:
    """Everything up to today; what is there already stays."""
    with clock.at(dt.date(FIRST_YEAR, 4, 16)):
        starting_data_load(agency, acting=person(agency, "thuky"))
    today = clock.today()
    for year in range(FIRST_YEAR, today.year + 1):
        if not Register.objects.filter(agency=agency, year=year).exists():
            with transaction.atomic():
                _Year(agency, year, today).run()
    if not PlannedChange.objects.filter(agency=agency).exists():
        _change(agency, today)
    for register in Register.objects.filter(agency=agency, unit=None, state=Register.State.APPROVED):
        _papers(register)
    jobs.run_or_wait(suggestions_request(agency))


class _Year:
    """One year of the demonstration."""

    def __init__(self, agency: Agency, year: int, today: dt.date) -> None:
        self.agency, self.year, self.today = agency, year, today
        self.units = {unit.code: unit for unit in OrgUnit.objects.filter(agency=agency)}
        self.people = {one.full_name: one for one in Person.objects.filter(agency=agency)}

    def run(self) -> None:
        """Context, unit registers, the agency's, approval, then the course of the actions."""
        self._context()
        parts = [self._unit(code) for code in HEADS]
        if self._come(6, 2):
            self._agency([part for part in parts if part is not None])
        self._course()

    def _come(self, month: int, day: int) -> bool:
        return dt.date(self.year, month, day) <= self.today

    def _on(self, month: int, day: int) -> Any:
        return clock.at(dt.date(self.year, month, day))

    def _context(self) -> None:
        secretary = person(self.agency, "thuky")
        if self.year == FIRST_YEAR:
            with self._on(3, 12):
                _write_context(self.agency, secretary)
        elif not self._come(3, 20):
            return
        with self._on(3, 20 if self.year > FIRST_YEAR else 14):
            context.context_keep_rest(self.agency, acting=secretary, year=self.year)

    def _unit(self, code: str) -> Register | None:
        """A unit's register, handed over by its head; in the Khoa học unit a specialist draws it up."""
        if not self._come(5, 18):
            return None
        unit, head = self.units[code], person(self.agency, HEADS[code])
        drafter = person(self.agency, "chuyenvien") if code == "QLKH" else head
        with self._on(5, 18):
            register = registers.register_open(self.agency, acting=drafter, year=self.year, unit=unit)
            self._review(register, drafter)
            for entry in ENTRIES:
                if entry.unit == code and self._is_new(entry):
                    self._write(entry, unit, drafter)
            register = registers.register_submit(register, acting=drafter)
        if drafter != head:
            with self._on(5, 20):
                register = registers.register_confirm(register, acting=head)
        return register

    def _agency(self, parts: list[Register]) -> None:
        secretary = person(self.agency, "thuky")
        with self._on(6, 2):
            whole = registers.register_open(self.agency, acting=secretary, year=self.year)
            self._review(whole, secretary)
            for entry in ENTRIES:
                if not entry.unit and self._is_new(entry):
                    self._write(entry, None, secretary)
            for part in parts:
                registers.register_consolidate(whole, part, acting=secretary)
            whole = registers.register_submit(whole, acting=secretary)
            self._accept()
        if self._come(6, 8):
            with self._on(6, 8):
                registers.register_approve(whole, acting=person(self.agency, "truongban"))

    def _accept(self) -> None:
        """High risks a unit wants to live with are a leader's decision, for a time."""
        until = dt.date(self.year + 1, 5, 31)
        for risk in Risk.objects.filter(agency=self.agency, treatment=Risk.Treatment.ACCEPT):
            if risk.level in {"high", "very_high"} and risk.state != Risk.State.CLOSED:
                reason = "Đồng ý chấp nhận có thời hạn, kiến nghị UBND tỉnh sửa quy chế phối hợp"
                risks.risk_accept(risk, acting=person(self.agency, "lanhdao"), until=until, reason=reason)

    def _is_new(self, entry: DemoEntry) -> bool:
        if self.year == FIRST_YEAR:
            return entry.first
        return not entry.first and self.year == FIRST_YEAR + 1

    def _write(self, entry: DemoEntry, unit: OrgUnit | None, by: Person) -> None:
        sources = []
        if entry.issue:
            issue = ContextIssue.objects.get(agency=self.agency, title=entry.issue)
            sources.append({"kind": "issue", "issue": issue})
        if entry.party:
            party = InterestedParty.objects.get(agency=self.agency, name=entry.party)
            sources.append({"kind": "party", "party": party})
        risk = risks.risk_create(
            self.agency,
            acting=by,
            kind=entry.kind,
            unit=unit,
            sources=tuple(sources),
            process=entry.process,
            event=entry.event,
            cause=entry.cause,
            consequence=entry.consequence,
            controls=entry.controls,
            clause=clause_near(entry.clause),
            procedure=Procedure.objects.filter(agency=self.agency, name=entry.process).first(),
            owner=self.people[entry.owner],
        )
        first, second = entry.before
        risks.risk_score(risk, acting=by, phase=RiskScore.Phase.BEFORE, first=first, second=second)
        if entry.kind == "risk":
            risks.risk_treat(risk, acting=by, treatment=entry.treatment, reason=entry.reason)
        else:
            risks.risk_treat(risk, acting=by, pursue=True)
        for action in entry.actions:
            deadline = dt.date(self.year, *action.deadline)
            actions.action_add(
                risk,
                acting=by,
                description=action.text,
                owner=self.people[action.owner],
                deadline=deadline,
                judge_on=deadline + dt.timedelta(days=60),
                criterion=action.criterion,
                resources=action.resources,
            )

    def _review(self, register: Register, by: Person) -> None:
        """The yearly look at what was carried over: scored again, dropped, the rest kept."""
        for entry in ENTRIES if self.year == FIRST_YEAR + 1 else ():
            row = RegisterRow.objects.filter(register=register, risk__event=entry.event).first()
            if row is None:
                continue
            if entry.dropped:
                registers.row_decide(row, acting=by, decision="dropped", note=entry.dropped)
            elif entry.again:
                note = "Chấm lại theo kết quả năm trước"
                first, second = entry.again
                risks.risk_score(row.risk, acting=by, phase="before", first=first, second=second, note=note)
        self._put_off(register, by)
        registers.rows_keep(register, acting=by)

    def _put_off(self, register: Register, by: Person) -> None:
        """Actions still open from last year get a deadline in this one."""
        late = RiskAction.objects.filter(risk__rows__register=register, state=RiskAction.State.OPEN)
        for action in late.filter(deadline__lt=clock.today()):
            deadline = action.deadline.replace(year=self.year)
            judge_on = deadline + dt.timedelta(days=60)
            actions.action_change(action, acting=by, deadline=deadline, judge_on=judge_on)

    def _course(self) -> None:
        """Actions are reported and judged on their days, and what remains is scored."""
        for entry in ENTRIES:
            written = FIRST_YEAR if entry.first else FIRST_YEAR + 1
            risk = Risk.objects.filter(agency=self.agency, event=entry.event).first()
            if risk is None or written != self.year:
                continue
            for plan in entry.actions:
                self._action(risk, plan)
            self._residual(entry, risk)

    def _action(self, risk: Risk, plan: DemoAction) -> None:
        if not plan.course or not self._come(*plan.deadline):
            return
        action = RiskAction.objects.get(risk=risk, description=plan.text)
        with self._on(*plan.deadline):
            action = actions.action_report(
                action, acting=action.owner, note="Đã thực hiện xong", reference=plan.evidence
            )
        day = action.judge_on
        if plan.course == "done" or day > self.today:
            return
        head = person(self.agency, HEADS[risk.unit.code]) if risk.unit else person(self.agency, "truongban")
        good = plan.course == "effective"
        grounds = "Đạt tiêu chí đã đặt" if good else "Quý IV vẫn còn hồ sơ quá hạn, tỷ lệ dưới 98 %"
        with clock.at(day):
            actions.action_judge(
                action,
                acting=head,
                effective=good,
                grounds=grounds,
                deadline=None if good else day + dt.timedelta(days=180),
            )

    def _residual(self, entry: DemoEntry, risk: Risk) -> None:
        if entry.after is None or not self._come(12, 20):
            return
        unit = risk.unit
        by = person(self.agency, HEADS[unit.code]) if unit else person(self.agency, "thuky")
        first, second = entry.after
        with self._on(12, 20):
            risks.risk_score(
                risk, acting=by, phase="after", first=first, second=second, note="Kết quả thực hiện trong năm"
            )


def _write_context(agency: Agency, by: Person) -> None:
    categories = {
        (row.side == ContextCategory.Side.PARTY, row.code): row
        for row in ContextCategory.objects.filter(agency=agency)
    }
    for code, title, effect, description, response in ISSUES:
        context.issue_add(
            agency,
            acting=by,
            category=categories[False, code],
            title=title,
            effect=effect,
            description=description,
            response=response,
        )
    for code, name, description, needs in PARTIES:
        party = context.party_add(
            agency, acting=by, category=categories[True, code], name=name, description=description
        )
        for kind, text, response in needs:
            context.need_add(party, acting=by, kind=kind, text=text, response=response)


def _change(agency: Agency, today: dt.date) -> None:
    """A change under consideration: asked lately, in effect soon."""
    by = person(agency, "truongphong.cds")
    unit = OrgUnit.objects.get(agency=agency, code="CDS")
    with transaction.atomic(), clock.at(today - dt.timedelta(days=6)):
        change = changes.change_create(
            agency,
            acting=by,
            unit=unit,
            takes_effect_on=today + dt.timedelta(days=40),
            follow_up_on=today + dt.timedelta(days=100),
            **CHANGE,
        )
        _touches(change, by)
        owner = Person.objects.get(agency=agency, full_name="Tạ Ngọc Yến")
        for text, days in (("Cấu hình và kiểm thử 12 quy trình", 25), ("Tập huấn người thụ lý", 35)):
            changes.step_add(
                change, acting=by, description=text, owner=owner, deadline=today + dt.timedelta(days=days)
            )
        changes.change_submit(change, acting=by)
    with clock.at(today - dt.timedelta(days=3)):
        bcvt = person(agency, "truongphong.bcvt")
        text = "Đồng ý; đề nghị lùi ngày chuyển qua cao điểm cuối năm."
        changes.opinion_give(change, acting=bcvt, stance="agree_with", text=text)


def _touches(change: PlannedChange, by: Person) -> None:
    """Links to what the demonstration keeps, words for what it does not."""
    agency = change.agency
    document = ControlledDocument.objects.filter(agency=agency, code="QT.TĐC.02").first()
    procedure = (
        Procedure.objects.filter(agency=agency, field__icontains="viễn thông").order_by("code").first()
    )
    risk = Risk.objects.filter(agency=agency, unit__code="CDS").order_by("code").first()
    found: dict[str, Any] = {"document": document, "procedure": procedure, "risk": risk}
    for link, record in found.items():
        if record is not None:
            changes.touch_add(change, acting=by, what_changes="Bước và biểu mẫu", **{link: record})
    changes.touch_add(
        change, acting=by, kind="document", label="Tài liệu hướng dẫn sử dụng phần mềm một cửa của tỉnh"
    )


def _papers(register: Register) -> None:
    """The decision with the table and the plan of a register, all their way; only what is missing."""
    agency = register.agency
    leader, secretary = person(agency, "lanhdao"), person(agency, "thuky")
    for purpose, field in ((paper_words.TABLE, "decision"), (paper_words.PLAN, "plan")):
        register.refresh_from_db()
        paper = live(getattr(register, field))
        if paper is None:
            paper = register_paper(register, purpose=purpose, signer=leader, acting=secretary)
        _issue(paper, dt.date(register.year, 6, 12))


def _issue(paper: Paper, day: dt.date) -> None:
    agency = paper.agency
    leader = person(agency, "lanhdao")
    trial_keys_ensure(agency, [leader])
    if paper.state == PaperState.DRAFT:
        paper = paper_submit(paper, acting=person(agency, "thuky"))
    if paper.state == PaperState.IN_REVIEW:
        paper = paper_approve(paper, acting=person(agency, "truongban"))
    if paper.state == PaperState.APPROVED:
        paper = paper_authorise(paper, password=PASSWORD, acting=leader)
    if paper.state == PaperState.AUTHORISED:
        clerk = person(agency, "vanthu")
        try:
            job = paper_issue(paper, issued_on=min(day, clock.today()), acting=clerk)
        except Invalid:  # a later paper has its number already
            job = paper_issue(paper, issued_on=clock.today(), acting=clerk)
        jobs.run_or_wait(job)
    elif paper.state == PaperState.ISSUING:
        stuck = issue_job_of(paper)
        if stuck is not None:
            jobs.run_or_wait(stuck)
