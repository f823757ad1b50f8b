"""The objectives of 2025 and the plan of the year in the demonstration are what the pages make.

Both are made once more by the secretary: a Word table and an Excel table go through their previews, what no
table says is filled in on the forms; then every record is held against that of the demonstration.
"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import html

from objectives import demo_plan, demo_year
from objectives.demo import FIRST_YEAR
from objectives.models import MaintenancePlan, ObjectiveSet
from objectives.words import goal_of
from qms import clock, demo
from qms.models import Agency, Person
from tests.objectives.test_tables import excel, word

pytestmark = pytest.mark.django_db
LIVE = ["in_force", "closed"]
NOT_CONTENT = {"id", "agency_id", "created_at", "archived_at", "cloned_from_id", "continues_id"}
WORKED_ON = {"state", "progress", "progress_text", "progress_on", "reason", "done_on", "reported_by_id",
             "reported_at", "confirmed_by_id", "confirmed_at", "record_key", "record_title",
             "record_url"}  # fmt: skip
"""What happens to an item once its plan is in force."""


@pytest.fixture
def agency(demonstration, db):
    return Agency.objects.get(code=demo.CODE)


@pytest.fixture
def hands(agency, client):
    """A person at the pages: opens a form, changes what is to be changed, sends it off."""
    return Hands(client, agency)


class Hands:
    def __init__(self, client, agency):
        self.client, self.agency = client, agency

    def become(self, username):
        self.client.force_login(Person.objects.get(agency=self.agency, user__username=username).user)

    def fill(self, url, action="", **changes):
        """Send the form of a page as shown, with these changes; gives the address it leads to."""
        page = html.fromstring(self.client.get(url).content.decode())
        found = [(one, one.get("action") or url) for one in page.xpath("//main//form[@method='post']")]
        for button in page.xpath("//main//button[@formaction]"):
            own = page.xpath("//form[@id=$id]", id=button.get("form", "")) or button.xpath("ancestor::form")
            found.append((own[0], button.get("formaction")))
        form, to = next((form, to) for form, to in found if to.endswith(action))
        data = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value)
        data |= {name: value if isinstance(value, list) else [value] for name, value in changes.items()}
        return self.send(to, data)

    def send(self, url, data=None):
        answer = self.client.post(url, data or {})
        wrong = html.fromstring(answer.content.decode() or "<p></p>").text_content() if answer.content else ""
        assert answer.status_code == 302, " ".join(wrong.split())[:1500]
        return answer["Location"]


def at(name, *args):
    return reverse(f"objectives:{name}", args=args)


def plain(record, but=frozenset()):
    """Every field of a record that is content."""
    return {
        field.attname: getattr(record, field.attname)
        for field in record._meta.concrete_fields
        if field.attname not in NOT_CONTENT | but
    }


def parties(record):
    rows = record.parties.order_by("part", "order")
    return [(row.part, row.unit_id, row.person_id, row.group) for row in rows]


# Objectives


def objectives_table(agency):
    """The annex as a table of Word: objectives, their targets with figures, tasks with time and leads."""
    made = ObjectiveSet.objects.get(agency=agency, year=FIRST_YEAR, unit=None, state__in=LIVE)
    rows = [["STT", "Mục tiêu", "Chỉ tiêu", "Mức đạt", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời gian"]]
    merges = []
    for number, (plan, there) in enumerate(
        zip(demo_plan.PLAN, made.objectives.order_by("order"), strict=True), start=1
    ):
        first = len(rows)
        for target, kept in zip(plan.targets, there.targets.order_by("order"), strict=True):
            rows.append([str(number), plan.text, target.text, goal_of(kept), "", "", "", ""])
        for task, kept in zip(plan.tasks, there.tasks.order_by("order"), strict=True):
            leads, others = (
                "; ".join(party.label for party in row) for row in (kept.leads, kept.coordinators)
            )
            rows.append([str(number), plan.text, "", "", task.text, leads, others, task.time])
        merges += [((first, column), (len(rows) - 1, column)) for column in (0, 1)]
    return word(rows, merges)


def said_by_set(one):
    """What a set says, down to parties, units that report and legal bases."""
    part = {"objective_set_id", "objective_id", "parent_id", "formula_version"}  # frozen when published
    return {
        "head": {"year": one.year, "unit": one.unit_id, "title": one.title, "windows": one.window_rule},
        "objectives": [
            (
                plain(row, part),
                [
                    (plain(target, part), sorted(target.reporting.values_list("unit__code", flat=True)))
                    for target in row.targets.order_by("order")
                ],
                [(plain(task, part), parties(task)) for task in row.tasks.order_by("order")],
            )
            for row in one.objectives.order_by("order")
        ],
        "bases": list(one.bases.order_by("order").values_list("legal_basis__number", "kind")),
    }


def test_the_objectives_of_2025_are_made_through_the_pages(agency, hands):
    there = ObjectiveSet.objects.get(agency=agency, year=FIRST_YEAR, unit=None, state__in=LIVE)
    hands.become("thuky")
    url = hands.fill(at("set-create"), year=FIRST_YEAR, title=there.title)
    made = ObjectiveSet.objects.get(agency=agency, year=FIRST_YEAR, unit=None, state="draft")
    assert url == made.get_absolute_url()

    # The table: uploaded, understood without a remark that stops it, taken over.
    file = SimpleUploadedFile("Phu luc.docx", objectives_table(agency))
    preview = hands.fill(at("set-import-upload", made.pk), file=file)
    hands.fill(preview, action="/take/")
    assert made.targets.count() == 9 and made.objectives.count() == 5

    # What no table says: another wording of the plan, how targets are measured, who reports them.
    for new, old in zip(made.objectives.order_by("order"), there.objectives.order_by("order"), strict=True):
        if old.plan_text:
            hands.fill(at("objective-edit", new.pk), plan_text=old.plan_text)
    for new, old in zip(made.targets.order_by("objective__order", "order"),
                        there.targets.order_by("objective__order", "order"), strict=True):  # fmt: skip
        hands.fill(
            at("target-edit", new.pk), code=old.code, label=old.label, formula=old.formula,
            measure_unit=old.measure_unit, aggregation=old.aggregation, scope_text=old.scope_text,
            exclusion_text=old.exclusion_text,
            units=[str(pk) for pk in old.reporting.values_list("unit_id", flat=True)],
        )  # fmt: skip
    cited = {kind: [str(row.legal_basis_id) for row in there.bases.filter(kind=kind).order_by("order")]
             for kind in ("basis", "implementing")}  # fmt: skip
    hands.fill(at("set-bases", made.pk), **cited)

    made.refresh_from_db()
    assert said_by_set(made) == said_by_set(there)

    # Its life goes through pages too, by another person; the decision says the same.
    hands.send(at("set-submit", made.pk))
    hands.become("truongban")
    hands.send(at("set-approve", made.pk))
    hands.become("thuky")
    hands.fill(at("set-publish", made.pk), signer=str(there.paper.signer_id))
    made.refresh_from_db()
    assert made.state == "approved"
    for part in ("title", "body", "annexes", "bases"):
        assert made.paper.content[part] == there.paper.content[part], part


# The plan


def plan_table(plan):
    """The items as a sheet of Excel."""
    rows = [["STT", "Nội dung công việc", "Thời gian", "Chủ trì", "Phối hợp"]]
    items = plan.items.filter(archived_at=None).order_by("order").prefetch_related("parties__unit")
    for number, (item, there) in enumerate(zip(demo_year.ITEMS, items, strict=True), start=1):
        leads, others = ("; ".join(party.label for party in row) for row in (there.leads, there.coordinators))
        rows.append([str(number), item.text, item.time, leads, others])
    return excel(rows)


def said_by_plan(plan):
    """What a plan says, down to parties and legal bases."""
    part = WORKED_ON | {"plan_id", "parent_id"}
    return {
        "head": {name: getattr(plan, name) for name in ("year", "title", *SECTIONS)},
        "items": [(plain(row, part), parties(row)) for row in plan.items.order_by("order")],
        "bases": list(plan.bases.order_by("order").values_list("legal_basis__number", flat=True)),
    }


SECTIONS = ("purposes", "requirements", "organisation", "budget_text")


def test_the_plan_of_the_year_is_made_through_the_pages(agency, hands):
    there = MaintenancePlan.objects.get(agency=agency, year=clock.today().year, state="in_force")
    hands.become("thuky")
    sections = {name: getattr(there, name) for name in SECTIONS}
    hands.fill(at("plan-create"), year=there.year, title=there.title, **sections)
    made = MaintenancePlan.objects.get(agency=agency, year=there.year, state="draft")

    file = SimpleUploadedFile("Ke hoach.xlsx", plan_table(there))
    preview = hands.fill(at("plan-import-upload", made.pk), file=file)
    hands.fill(preview, action="/take/")
    assert made.items.count() == 11

    for item, wanted in zip(made.items.order_by("order"), demo_year.ITEMS, strict=True):
        hands.fill(
            at("plan-item-edit", item.pk), fulfilled_by=wanted.fulfilled_by, lead_text=wanted.lead_text,
            coordinator_text=wanted.coordinator_text,
        )  # fmt: skip
    bases = there.bases.order_by("order").values_list("legal_basis_id", flat=True)
    hands.fill(at("plan-bases", made.pk), bases=[str(pk) for pk in bases])

    made.refresh_from_db()
    assert said_by_plan(made) == said_by_plan(there)

    hands.send(at("plan-submit", made.pk))
    hands.become("truongban")
    hands.send(at("plan-approve", made.pk))
    hands.become("thuky")
    hands.fill(at("plan-publish", made.pk), signer=str(there.paper.signer_id))
    made.refresh_from_db()
    for part in ("title", "body", "annexes", "bases"):
        assert made.paper.content[part] == there.paper.content[part], part
