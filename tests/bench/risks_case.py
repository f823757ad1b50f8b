"""Registers of 10,000 risks and opportunities beside registers of none: every list and board.

The entries are as they are after three years: scored every year, treated, with actions done, late and judged,
sources, approved registers of two years and one being drawn up. Time stands beside an agency that has none
and beside one with a page of them, the number of queries beside one that has two of everything.
"""

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qms.models import Agency, Clause, Person, Role
from risks.models import (
    ActionEvidence,
    ActionJudgement,
    PlannedChange,
    Register,
    RegisterRow,
    Risk,
    RiskAction,
    RiskScore,
    RiskSource,
    Suggestion,
)
from risks.selectors.scale import scale_in_force
from risks.services.start import starting_data_load
from tests import factories
from tests.bench.figures import Figure, seconds

RISKS = 10_000
FEW = 2
UNITS = 12
PROCESSES = 60
PAGE = 50
TIME, SAME, QUERIES = "at most 5 x", "at most 2 x", "at most 3 more"
"""What a page may cost: beside the empty one, where fifty rows less are drawn; beside one page of entries,
which draws as many rows, so that what is left is what ten thousand cost; and in queries, where a register
asks once more for each kind of thing that its entries lack."""


def place(rows: int) -> SimpleNamespace:
    """An agency with its units and people, and so many entries with all that hangs on them."""
    agency = factories.agency()
    starting_data_load(agency, acting=None)
    units = [factories.unit(agency, order=number) for number in range(UNITS)]
    people = [factories.person(agency, Role.STAFF, unit=unit) for unit in units]
    reader = factories.person(agency, Role.SECRETARY)
    today = timezone.localdate()
    risks = entries(agency, units, people, rows, today)
    histories(risks, people, today)
    return SimpleNamespace(
        agency=agency,
        reader=reader,
        risk=risks[0] if risks else None,
        registers=registers(agency, units, risks, today),
    )


def entries(agency: Agency, units: list, people: list, rows: int, today: dt.date) -> list[Risk]:
    """Risks and opportunities over units, processes, clauses and levels; some without owner or score."""
    scale = scale_in_force(agency)
    clauses = list(Clause.objects.filter(code__regex=r"^[0-9]+\.[0-9]+$")[:20]) or [None]
    made = []
    for n in range(rows):
        kind = Risk.Kind.OPPORTUNITY if n % 6 == 5 else Risk.Kind.RISK
        table = scale.scale.of(kind)
        first, second = n % 5 + 1, n // 5 % 5 + 1
        before, after = table.score(first, second), table.score(max(1, first - n % 3), second)
        treated = n % 3 > 0
        now = after if treated else before
        one = Risk(
            agency=agency,
            kind=kind,
            code=f"RR-{n:05d}",
            state=Risk.State.OPEN,
            unit=units[n % UNITS],
            process=f"QT.{n % PROCESSES:02d} Giải quyết thủ tục số {n % PROCESSES}",
            clause=clauses[n % len(clauses)],
            event=f"Hồ sơ thuộc lĩnh vực {n % 97} trả kết quả trễ hạn do phối hợp chậm, trường hợp {n}",
            cause="Cơ quan phối hợp trả lời quá thời hạn quy định, chưa có người thay khi nghỉ phép",
            consequence="Người dân phải đi lại nhiều lần, tỷ lệ đúng hạn của đơn vị giảm",
            controls="Nhắc trước hạn hai ngày trên phần mềm một cửa",
            owner=None if n % 50 == 49 else people[n % UNITS],
            scale=scale,
            before_first=first,
            before_second=second,
            before_value=before.value,
            before_level=before.band.code,
            value=now.value,
            level=now.band.code,
            approved_value=before.value,
            approved_level=before.band.code,
            reviewed_on=today - dt.timedelta(n % 700),
            next_review_on=today + dt.timedelta(n % 400 - 60),
            treatment=("reduce", "reduce", "accept", "share")[n % 4] if kind == Risk.Kind.RISK else "",
            pursue=None if kind == Risk.Kind.RISK else n % 4 > 0,
        )
        if treated:
            one.after_first, one.after_second = max(1, first - n % 3), second
            one.after_value, one.after_level = after.value, after.band.code
        made.append(one)
    return Risk.objects.bulk_create(made, batch_size=1000)


def histories(risks: list[Risk], people: list[Person], today: dt.date) -> None:
    """Scores of three years, two actions each (some late, some judged), evidence, a source."""
    scores, actions, sources = [], [], []
    for n, risk in enumerate(risks):
        common = {"agency_id": risk.agency_id, "risk": risk}
        label = risk.scale.scale.of(risk.kind).band_of(risk.before_value).label
        for year in range(3):
            scores.append(
                RiskScore(
                    **common, phase="before", scale=risk.scale, first=risk.before_first,
                    second=risk.before_second, value=risk.before_value, level=risk.before_level,
                    level_label=label, on=today - dt.timedelta(365 * year), by=people[n % UNITS],
                )
            )  # fmt: skip
        for number in range(2):
            deadline = today + dt.timedelta(n % 200 - (30 if number else 500))
            actions.append(
                RiskAction(
                    **common, description=f"Ký quy chế phối hợp và nhắc trước hạn, bước {number + 1}",
                    owner=people[n % UNITS], deadline=deadline, judge_on=deadline + dt.timedelta(90),
                    state="open" if number else "effective",
                )
            )  # fmt: skip
        sources.append(RiskSource(**common, kind="dossiers", label="Cụm hồ sơ trễ hạn trong quý"))
    RiskScore.objects.bulk_create(scores, batch_size=2000)
    RiskSource.objects.bulk_create(sources, batch_size=2000)
    done = [one for one in RiskAction.objects.bulk_create(actions, batch_size=2000) if one.state != "open"]
    ActionEvidence.objects.bulk_create(
        (ActionEvidence(agency_id=one.agency_id, action=one, reference="Quy chế 12") for one in done),
        batch_size=2000,
    )
    ActionJudgement.objects.bulk_create(
        (
            ActionJudgement(
                agency_id=one.agency_id, action=one, round=1, verdict="effective", grounds="x",
                judged_on=one.judge_on,
            )
            for one in done
        ),
        batch_size=2000,
    )  # fmt: skip


def registers(agency: Agency, units: list, risks: list[Risk], today: dt.date) -> SimpleNamespace:
    """Approved registers of the agency of two years, and this year's one of a unit, being drawn up."""
    scale, found = scale_in_force(agency), {}
    for year in (today.year - 2, today.year - 1):
        whole = Register.objects.create(agency=agency, year=year, scale=scale, state="approved", digest="x")
        parts = {
            unit.pk: Register.objects.create(
                agency=agency, unit=unit, year=year, scale=scale, state="approved", parent=whole, digest="x"
            )
            for unit in units
        }
        rows = (row(parts[one.unit_id], one, number, year) for number, one in enumerate(risks))
        RegisterRow.objects.bulk_create(rows, batch_size=1000)
        found[year] = whole
    Suggestion.objects.bulk_create(
        Suggestion(
            agency=agency, key=str(n), provider="overdue", source_kind="dossiers", title=f"Cụm hồ sơ trễ {n}",
            reason="12 hồ sơ trễ", unit=units[n % UNITS], seen_on=today, risk=one,
        )
        for n, one in enumerate(risks)
    )  # fmt: skip
    PlannedChange.objects.bulk_create(
        PlannedChange(
            agency=agency, code=f"TD-{n}", title=f"Thay đổi {n}", kind="software", unit=units[n % UNITS],
            purpose="x", consequences="x", integrity="x", resources="x", responsibilities="x",
            takes_effect_on=today, follow_up_on=today,
        )
        for n, _one in enumerate(risks)
    )  # fmt: skip
    drawn_up = Register.objects.create(agency=agency, year=today.year, scale=scale)
    own = Register.objects.create(agency=agency, unit=units[0], year=today.year, scale=scale)
    RegisterRow.objects.bulk_create(
        (RegisterRow(agency=agency, register=drawn_up, risk=one, decision="") for one in risks),
        batch_size=1000,
    )
    return SimpleNamespace(approved=found[today.year - 1], drawn_up=drawn_up, own=own)


def row(register: Register, risk: Risk, number: int, year: int) -> RegisterRow:
    """What a register froze about an entry; a part of them moved between the years."""
    value = max(1, risk.value - (number + year) % 2)
    data = {
        name: getattr(risk, name)
        for name in (
            "code",
            "kind",
            "process",
            "event",
            "cause",
            "consequence",
            "controls",
            "treatment",
            "pursue",
        )
    }
    data |= {
        "value": value,
        "level": risk.level,
        "before_value": risk.before_value,
        "before_level": risk.before_level,
        "before_word": "Cao",
        "after_value": None,
        "after_word": "",
        "owner": "Người Thử",
        "treatment_word": "Giảm",
        "actions": [{"description": "Ký quy chế phối hợp", "owner": "Người Thử"}] * 2,
    }
    decision = ("kept", "kept", "changed", "new")[number % 4]
    return RegisterRow(
        agency_id=register.agency_id, register=register, risk=risk, decision=decision, data=data
    )


PAGES: dict[str, Callable[[SimpleNamespace], str]] = {
    "list": lambda here: reverse("risks:risk-list"),
    "list, searched": lambda here: reverse("risks:risk-list") + "?q=linh+vuc+42",
    "list, last page": lambda here: reverse("risks:risk-list") + "?page=200",
    "overview": lambda here: reverse("risks:overview"),
    "registers of the year": lambda here: reverse("risks:register-list"),
    "register, approved": lambda here: reverse("risks:register-detail", args=[here.registers.approved.pk]),
    "register, drawn up": lambda here: reverse("risks:register-detail", args=[here.registers.drawn_up.pk]),
    "comparison of two years": lambda here: reverse(
        "risks:register-compare", args=[here.registers.approved.pk]
    ),
    "comparison, every entry, last page": lambda here: (
        reverse("risks:register-compare", args=[here.registers.approved.pk]) + "?only=all&page=200"
    ),
    "copy from other units": lambda here: reverse("risks:risks-copy", args=[here.registers.own.pk]),
    "suggestions": lambda here: reverse("risks:suggestion-list"),
    "planned changes": lambda here: reverse("risks:change-list"),
    "work of a person": lambda here: reverse("home"),
}


def measure(rows: int) -> list[Figure]:
    """Time beside agencies with nothing and with one page, queries beside one with two of everything."""
    full, page, few, empty = place(RISKS), place(PAGE), place(FEW), place(0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what a database that runs for days has done by itself
    figures = []
    for name, address in PAGES.items():
        asked = {id(here): Asked(here.reader, address(here)) for here in (full, page, few, empty)}
        taken = [asked[id(here)].seconds() for here in (full, empty, page)]
        counted = [asked[id(here)].queries() for here in (full, few)]
        figures += [
            Figure(f"risks, {name}, beside none", taken[0], taken[1], "s", RISKS, TIME),
            Figure(f"risks, {name}, beside {PAGE}", taken[0], taken[2], "s", RISKS, SAME),
            Figure(f"risks, {name}, queries", counted[0], counted[1], "queries", RISKS, QUERIES),
        ]
    return figures


class Asked:
    """One page asked for by one person."""

    def __init__(self, reader: Person, address: str) -> None:
        self.client, self.address = Client(), address
        self.client.force_login(reader.user)
        assert self.client.get(address).status_code == 200, address

    def seconds(self) -> float:
        """The median time of the page."""
        return seconds(lambda: self.client.get(self.address), 5)

    def queries(self) -> int:
        """How often it asks the database."""
        with CaptureQueriesContext(connection) as asked:
            self.client.get(self.address)
        return len(asked)
