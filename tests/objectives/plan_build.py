"""Building blocks of the tests of annual plans."""

import datetime as dt

from objectives.models import PlanState, RoleGroup
from objectives.services import plans, plans_life


def draft(agency, who, year=2026):
    by = {"acting": who.secretary}
    plan = plans.plan_create(
        agency=agency, year=year, title=f"Kế hoạch duy trì HTQLCL năm {year}", purposes="Giữ hệ thống", **by
    )
    lead = {"leads": [who.units[0]], **by}
    plans.item_add(plan, text="Kiện toàn Ban ISO", time_text="Quý I", is_optional=True, **lead)
    plans.item_add(
        plan, text="Xây dựng mục tiêu", time_text="Quý I", fulfilled_by="objective_decision", **lead
    )
    third = plans.item_add(
        plan, text="Đánh giá nội bộ", time_text="Quý II-III", coordinators=[RoleGroup.PROCEDURE_UNITS], **lead
    )
    plans.item_add(plan, text="Họp khai mạc", time_text="Tháng 6", parent=third, **by)
    plans.item_add(plan, text="Rà soát quy trình", time_text="Thường xuyên", **lead)
    return plan


def into_force(plan, who, on=None):
    plans_life.plan_submit(plan, acting=who.secretary)
    plan = plans_life.plan_approve(plan, acting=who.leader)
    plan = plans_life.plan_enter_into_force(plan, on=on or dt.date(plan.year, 1, 5), acting=None)
    assert plan.state == PlanState.IN_FORCE
    return plan


def item(plan, number):
    return plan.items.select_related("plan", "parent").prefetch_related("parties__unit").get(number=number)
