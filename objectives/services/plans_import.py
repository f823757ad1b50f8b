"""Plan tables from Word, Excel or the clipboard: read, mapped on a preview, taken over into a draft."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from objectives import plan_policies as policies
from objectives import tables, timeframe
from objectives.models import MaintenancePlan, PlanImport, PlanItem
from objectives.services.draft_tasks import Party
from objectives.services.party_names import PartyNames
from objectives.services.plans import item_add
from objectives.services.table_batches import kept_columns, table_fields, table_of
from objectives.workflow import PLAN_TABLES
from qms import audit
from qms.exceptions import Invalid
from qms.models import Person
from qms.policies import require
from qms.text import fold
from qms.workflow import locked, move

KEYS = {
    "number": gettext_lazy("Number"),
    "text": gettext_lazy("Work item"),
    "time_text": gettext_lazy("Time"),
    "leads": gettext_lazy("Leads"),
    "coordinators": gettext_lazy("Takes part"),
    "method": gettext_lazy("Method"),
    "product": gettext_lazy("Result to show"),
    "budget_text": gettext_lazy("Budget"),
}
NAMES = {
    "number": ("STT", "TT", "Số TT", "Số thứ tự", "No.", "No"),
    "text": (
        "Nội dung công việc",
        "Nội dung",
        "Công việc",
        "Nội dung thực hiện",
        "Nhiệm vụ",
        "Nội dung nhiệm vụ",
        "Nội dung, nhiệm vụ",
        "Hoạt động",
        "Work item",
    ),
    "time_text": (
        "Thời gian",
        "Thời gian thực hiện",
        "Thời gian hoàn thành",
        "Thời hạn",
        "Thời hạn hoàn thành",
        "Tiến độ",
        "Time",
    ),
    "leads": (
        "Chủ trì",
        "Chủ trì thực hiện",
        "Đơn vị chủ trì",
        "Đơn vị thực hiện",
        "Cơ quan chủ trì",
        "Người chủ trì",
        "Phụ trách",
        "Phân công",
        "Đơn vị chủ trì thực hiện",
        "Leads",
    ),
    "coordinators": (
        "Phối hợp",
        "Đơn vị phối hợp",
        "Phối hợp thực hiện",
        "Cơ quan phối hợp",
        "Đơn vị phối hợp thực hiện",
        "Takes part",
    ),
    "method": ("Cách thức thực hiện", "Cách thức", "Biện pháp", "Phương pháp thực hiện", "Method"),
    "product": ("Kết quả", "Sản phẩm", "Kết quả, sản phẩm", "Sản phẩm, kết quả", "Kết quả đầu ra", "Result"),
    "budget_text": ("Kinh phí", "Dự toán", "Nguồn kinh phí", "Kinh phí dự kiến", "Budget"),
}
OPTIONAL = re.compile(r"\bneu (?:co|can|phat sinh)\b")


@dataclass
class ImportLine:
    """A row as it would come in, with what the portal does not understand."""

    number: str
    level: int
    text: str
    values: dict[str, str] = field(default_factory=dict)
    leads: list[Party] = field(default_factory=list)
    coordinators: list[Party] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def lead_labels(self) -> str:
        """Who leads, as found."""
        return ", ".join(map(PartyNames.label, self.leads))

    @property
    def coordinator_labels(self) -> str:
        """Who takes part, as found."""
        return ", ".join(map(PartyNames.label, self.coordinators))

    @property
    def lead_words(self) -> str:
        """Who leads: as found, else as written."""
        return self.lead_labels or self.values.get("leads", "")

    @property
    def coordinator_words(self) -> str:
        """Who takes part: as found, else as written."""
        return self.coordinator_labels or self.values.get("coordinators", "")


def import_read(
    plan: MaintenancePlan, *, acting: Person | None, name: str = "", content: bytes = b"", pasted: str = ""
) -> PlanImport:
    """Read a file or pasted rows into a preview; raises Invalid in words when there is no table."""
    require(policies.can_edit(acting, plan))
    fields = table_fields(name=name, content=content, pasted=pasted, names=NAMES, needed="text")
    with transaction.atomic():
        batch: PlanImport = PlanImport.objects.create(
            agency=plan.agency,
            plan=plan,
            name=(name or _("Pasted rows"))[:255],
            made_by=acting,
            **fields,
        )
        audit.record("objectives.plan.table_read", plan, acting=acting, note=batch.name)
    return batch


def import_map(
    batch: PlanImport, *, columns: dict[str, int], start: int, acting: Person | None
) -> PlanImport:
    """Say what the columns mean and where the rows begin."""
    with transaction.atomic(), locked(batch) as fresh:
        require(policies.can_edit(acting, fresh.plan))
        kept = kept_columns(fresh, columns, KEYS)
        if "text" not in kept:
            raise Invalid(_("Choose which column holds the work items."))
        fresh.columns, fresh.start = kept, max(0, min(start, len(fresh.rows)))
        fresh.save(update_fields=["columns", "start"])
    return fresh


def import_lines(batch: PlanImport) -> list[ImportLine]:
    """The rows as they would come in."""
    columns: dict[str, int] = batch.columns
    if "text" not in columns:
        return []
    names = PartyNames(batch.agency, batch.plan.year)
    found: list[ImportLine] = []
    for row in tables.numbered(table_of(batch), batch.start, columns.get("number"), columns["text"]):
        cells = {
            key: row.cells[place]
            for key, place in columns.items()
            if key not in {"number", "text"} and not row.cells[place].from_left and not row.is_group
        }
        if row.level < 0:
            if found:
                _continue(found[-1], cells)
            continue
        text = " ".join(row.cells[columns["text"]].text.split())
        values = {key: cell.text for key, cell in cells.items() if cell.text}
        found.append(ImportLine(row.number if row.number != "-" else "", row.level, text, values))
    for line in found:
        _understand(line, names, batch.plan.year)
    return found


def _continue(line: ImportLine, cells: dict[str, tables.Cell]) -> None:
    """A row under a merged text adds what it says of its own."""
    for key, cell in cells.items():
        old = line.values.get(key, "")
        if cell.text and not cell.from_above and cell.text not in old.split("\n"):
            line.values[key] = f"{old}\n{cell.text}" if old else cell.text


def _understand(line: ImportLine, names: PartyNames, year: int) -> None:
    line.leads, strange = names.read(line.values.get("leads", ""))
    line.coordinators, more = names.read(line.values.get("coordinators", ""))
    for words in [*strange, *more]:
        line.remarks.append(_("“%(words)s” is kept in its words; no unit is called so.") % {"words": words})
    line.values["time_text"] = " ".join(line.values.get("time_text", "").split())
    time = line.values["time_text"]
    if time and not timeframe.parse(time, year).is_understood:
        line.remarks.append(_("The time “%(time)s” is not understood.") % {"time": time})


def import_take(batch: PlanImport, *, acting: Person | None) -> int:
    """Add the rows to the draft, each under the row it is numbered below; gives how many."""
    with transaction.atomic(), locked(batch) as fresh:
        require(policies.can_edit(acting, fresh.plan))
        lines = import_lines(fresh)
        if not lines:
            raise Invalid(_("There is no row to take over."))
        move(fresh, PLAN_TABLES["take"])
        above: list[PlanItem] = []
        for line in lines:
            above = above[: line.level]
            above.append(_add(fresh.plan, line, above[-1] if above else None, acting))
        audit.record(
            "objectives.plan.imported", fresh.plan, acting=acting, note=f"{fresh.name}: {len(lines)}"
        )
    return len(lines)


def _add(plan: MaintenancePlan, line: ImportLine, parent: PlanItem | None, acting: Person | None) -> PlanItem:
    values: dict[str, Any] = {
        key: line.values[key] for key in ("method", "product", "budget_text") if line.values.get(key)
    }
    for key, labels in (("leads", line.lead_labels), ("coordinators", line.coordinator_labels)):
        said = ", ".join(line.values.get(key, "").split("\n"))
        if said and fold(said) != fold(labels):
            values["lead_text" if key == "leads" else "coordinator_text"] = said[:500]
    return item_add(
        plan,
        text=line.text,
        number=line.number[:12],
        parent=parent,
        time_text=line.values["time_text"],
        leads=line.leads,
        coordinators=line.coordinators,
        is_optional=bool(OPTIONAL.search(fold(line.text))),
        acting=acting,
        **values,
    )


def import_discard(batch: PlanImport, *, acting: Person | None) -> None:
    """Throw the preview away."""
    with transaction.atomic(), locked(batch) as fresh:
        require(policies.can_edit(acting, fresh.plan))
        move(fresh, PLAN_TABLES["discard"])
        audit.record("objectives.plan.table_discarded", fresh.plan, acting=acting, note=fresh.name)
