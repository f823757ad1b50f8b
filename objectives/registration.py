"""What the app hangs into the shell: verbs, navigation, work, search, export, settings, nightly jobs."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dossiers import events
from dossiers import policies as dossier_policies
from objectives import (
    demo,
    demo_sister,
    demo_year,
    evidence,
    fulfilling,
    models,
    papers,
    plan_papers,
    policies,
    registration_cycle,
    services,
    starting,
)
from objectives.plan_work import plan_work
from objectives.services.index import set_index
from objectives.services.plans import plan_index
from objectives.services.plans_fulfil import agency_fulfil, fulfil_nightly
from objectives.words import goal_of, percent_of, period_name
from objectives.work import waiting_work
from qms import audit, notation, registry
from qms.models import Role
from qms.policies import any_role, signed_in

VERBS = {
    "objectives.set.created": _("Objective set created"),
    "objectives.set.changed": _("Objective set changed"),
    "objectives.set.discarded": _("Draft of objectives discarded"),
    "objectives.set.submitted": _("Objectives submitted for approval"),
    "objectives.set.returned": _("Objectives returned to the drafter"),
    "objectives.set.approved": _("Objectives approved"),
    "objectives.set.reopened": _("Objectives taken back into drafting"),
    "objectives.set.decision_prepared": _("Decision about objectives prepared"),
    "objectives.set.published": _("Objectives came into force"),
    "objectives.set.closed": _("Figures of the year closed"),
    "objectives.set.ended": _("Objectives ended"),
    "objectives.objective.added": _("Objective added"),
    "objectives.objective.changed": _("Objective changed"),
    "objectives.objective.removed": _("Objective removed"),
    "objectives.objective.moved": _("Objective moved"),
    "objectives.target.added": _("Target added"),
    "objectives.target.changed": _("Target changed"),
    "objectives.target.removed": _("Target removed"),
    "objectives.target.moved": _("Target moved"),
    "objectives.task.added": _("Task added"),
    "objectives.task.changed": _("Task changed"),
    "objectives.task.removed": _("Task removed"),
    "objectives.task.moved": _("Task moved"),
    "objectives.entry.recorded": _("Figures entered"),
    "objectives.entry.confirmed": _("Figures confirmed"),
    "objectives.entry.returned": _("Figures returned"),
    "objectives.entry.replaced": _("Figures replaced by a correction"),
    "objectives.attainment.computed": _("Attainment computed"),
    "objectives.attainment.corrected": _("Figures put right by a recount"),
    "objectives.plan.created": _("Annual plan created"),
    "objectives.plan.cloned": _("Annual plan taken over from another year"),
    "objectives.plan.changed": _("Annual plan changed"),
    "objectives.plan.discarded": _("Draft of the annual plan discarded"),
    "objectives.plan.submitted": _("Annual plan submitted for approval"),
    "objectives.plan.returned": _("Annual plan returned to the drafter"),
    "objectives.plan.approved": _("Annual plan approved"),
    "objectives.plan.reopened": _("Annual plan taken back into drafting"),
    "objectives.plan.paper_prepared": _("Paper of the annual plan prepared"),
    "objectives.plan.published": _("Annual plan came into force"),
    "objectives.plan.ended": _("Annual plan ended"),
    "objectives.set.table_read": _("Table for objectives read"),
    "objectives.set.table_discarded": _("Table for objectives discarded"),
    "objectives.set.imported": _("Objectives taken over from a table"),
    "objectives.plan.table_read": _("Table for the annual plan read"),
    "objectives.plan.table_discarded": _("Table for the annual plan discarded"),
    "objectives.plan.imported": _("Items of the annual plan taken over from a table"),
    "objectives.plan_item.added": _("Item added to the plan"),
    "objectives.plan_item.changed": _("Item of the plan changed"),
    "objectives.plan_item.moved": _("Item of the plan moved"),
    "objectives.plan_item.archived": _("Item taken out of the plan"),
    "objectives.plan_item.restored": _("Item brought back into the plan"),
    "objectives.plan_item.begun": _("Item begun"),
    "objectives.plan_item.noted": _("Progress of an item told"),
    "objectives.plan_item.evidence_added": _("Evidence of an item added"),
    "objectives.plan_item.evidence_withdrawn": _("Evidence of an item taken back"),
    "objectives.plan_item.reported": _("Item reported as done"),
    "objectives.plan_item.confirmed": _("Item confirmed as done"),
    "objectives.plan_item.returned": _("Report of an item returned"),
    "objectives.plan_item.ticked": _("Item ticked off by a record"),
    "objectives.plan_item.unticked": _("Tick of an item taken back"),
    "objectives.plan_item.not_needed": _("Item closed as no occurrence"),
    "objectives.plan_item.cancelled": _("Item of the plan cancelled"),
    "objectives.plan_item.reopened": _("Item of the plan opened again"),
    "objectives.plan_feed.made": _("Calendar link made"),
    "objectives.plan_feed.ended": _("Calendar link ended"),
}


def register() -> None:
    """Fill the registries; called once from ObjectivesConfig.ready."""
    audit.register_verbs(VERBS)
    registry.add_topic("objectives", _("Quality objectives"), "digest")
    registry.add_setting(
        registry.SettingKind(
            "objectives.entry_days",
            int,
            10,
            _("Days to enter figures"),
            _("Working days after the end of a period within which units enter their figures."),
            group="objectives",
        )
    )
    registry.add_search_kind("objectives.objectiveset", _("Objective set"), "target", set_index)
    papers.register()
    fulfilling.register()
    evidence.register()
    starting.register()
    _plans()
    registration_cycle.register()
    if services.attainment_after_import not in events.import_committed:
        events.import_committed.append(services.attainment_after_import)
        events.import_undone.append(services.attainment_after_import)
        events.catalogue_changed.append(services.attainment_after_catalogue)
        events.import_rests.append(services.closed_figures_rest)
    registry.work.add(waiting_work)
    registry.add_record_kind(models.Target, target_facts)
    registry.nightly.add(services.attainment_nightly)
    registry.demo_steps.add(
        registry.DemoStep(40, _("Objectives, decisions and figures"), demo.load),
        registry.DemoStep(45, _("Annual plan"), demo_year.load),
        registry.DemoStep(50, _("A second agency"), demo_sister.load),
        registry.DemoStep(190, _("Course of the annual plan"), demo_year.course),
    )
    _navigate()
    for name, model in PORTABLE.items():
        registry.portable.add(registry.Portable(f"objectives.{name}", model))
    registration_cycle.register_portable()


def target_facts(target: models.Target) -> registry.RecordFacts:
    """What a target says to a nonconformity or a risk opened from it: its goal and its newest figures."""
    figures = models.Figure.objects.filter(
        agency=target.agency_id, target=target, unit=target.objective_set.unit, formula=target.formula
    )
    figure = figures.select_related("measurement").order_by("-as_of", "-period").first()
    last = figure.measurement if figure else None
    found = ""
    if last is not None and last.denominator:
        found = _now("%(period)s: %(rate)s (%(numerator)s/%(denominator)s).") % {
            "period": period_name(last.span),
            "rate": percent_of(target, last.numerator or 0, last.denominator),
            "numerator": notation.number(last.numerator or 0),
            "denominator": notation.number(last.denominator),
        }
    return registry.RecordFacts(
        kind=_("Target"),
        code=f"{target.code}/{target.objective_set.year}",
        title=target.label or target.text,
        url=target.get_absolute_url(),
        unit=target.objective_set.unit,
        process=_now("Carrying out the quality objectives"),
        clause="6.2.1",
        requirement=f"{target.text} ({goal_of(target)})",
        evidence=found,
        origin="objective",
    )


def _plans() -> None:
    """What annual plans hang into the shell."""
    plan_papers.register()
    registry.add_search_kind("objectives.maintenanceplan", _("Annual plan"), "calendar-days", plan_index)
    registry.fulfilment_listeners.add(agency_fulfil)
    registry.nightly.add(fulfil_nightly)
    registry.work.add(plan_work)
    registry.not_portable[models.PlanFeed] = "secret addresses; made anew by each person"


PORTABLE = {
    "set": models.ObjectiveSet,
    "set_basis": models.SetBasis,
    "objective": models.QualityObjective,
    "target": models.Target,
    "target_unit": models.TargetUnit,
    "task": models.ImplementingTask,
    "task_party": models.TaskParty,
    "set_import": models.SetImport,
    "plan": models.MaintenancePlan,
    "plan_basis": models.PlanBasis,
    "plan_item": models.PlanItem,
    "plan_party": models.PlanParty,
    "plan_note": models.PlanNote,
    "plan_evidence": models.PlanEvidence,
    "plan_import": models.PlanImport,
    "entry": models.ManualEntry,
    "entry_evidence": models.EntryEvidence,
    "measurement": models.Measurement,
    "figure": models.Figure,
}


def _navigate() -> None:
    registry.navigation.add(
        registry.NavItem(
            "work",
            _("Dashboard"),
            "objectives:dashboard",
            "chart-column",
            signed_in,
            order=5,
        ),
        registry.NavItem(
            "system",
            _("Annual plan"),
            "objectives:plan-list",
            "calendar-days",
            signed_in,
            order=10,
        ),
        registry.NavItem(
            "system",
            _("Quality objectives"),
            "objectives:set-list",
            "target",
            signed_in,
            order=20,
        ),
        registry.NavItem(
            "work",
            _("Agencies side by side"),
            "objectives:province",
            "building-2",
            any_role(Role.SUPERIOR),
            order=6,
        ),
        registry.NavItem(
            "data",
            _("Report on procedures"),
            "objectives:report",
            "file-spreadsheet",
            dossier_policies.may_read,
            order=65,
        ),
        registry.NavItem(
            "data",
            _("Figures of the units"),
            "objectives:entry-list",
            "pencil-line",
            policies.staff,
            order=30,
        ),
    )
