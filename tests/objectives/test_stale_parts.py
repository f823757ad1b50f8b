"""A part of a draft that somebody changed meanwhile becomes what the later person wrote, not half of it."""

from objectives import services
from objectives.services import plans
from tests.objectives import build, plan_build

OLD, NEW = "Hồ sơ đúng hạn", "Người khác vừa viết"


def test_an_objective_becomes_what_was_written(agency):
    who = build.people(agency)
    stale = build.draft(agency, who).objectives.first()
    values = {"number": stale.number, "text": stale.text, "plan_text": OLD, "acting": who.secretary}
    type(stale).objects.filter(pk=stale.pk).update(text=NEW)
    services.objective_update(stale, **values)
    assert type(stale).objects.get(pk=stale.pk).text == values["text"]


def test_an_item_of_the_plan_becomes_what_was_written(agency):
    who = build.people(agency)
    stale = plan_build.draft(agency, who).items.first()
    type(stale).objects.filter(pk=stale.pk).update(text=NEW)
    plans.item_update(
        stale,
        text=stale.text,
        number=stale.number,
        time_text=stale.time_text,
        leads=[who.units[0]],
        coordinators=[],
        is_optional=stale.is_optional,
        fulfilled_by=stale.fulfilled_by,
        acting=who.secretary,
    )
    assert type(stale).objects.get(pk=stale.pk).text == stale.text
