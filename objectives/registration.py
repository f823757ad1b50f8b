"""What the app hangs into the shell: verbs, navigation, work, search, export, settings, nightly jobs."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dossiers import events
from objectives import demo, fulfilling, models, papers, policies, services
from objectives.services.index import set_index
from objectives.words import goal_of, percent_of, period_name
from objectives.work import waiting_work
from qms import audit, notation, registry
from qms.policies import signed_in

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
    if services.attainment_after_import not in events.import_committed:
        events.import_committed.append(services.attainment_after_import)
    registry.work.add(waiting_work)
    registry.add_record_kind(models.Target, target_facts)
    registry.nightly.add(services.attainment_nightly)
    registry.demo_steps.add(registry.DemoStep(40, _("Objectives, decisions and figures"), demo.load))
    _navigate()
    for name, model in PORTABLE.items():
        registry.portable.add(registry.Portable(f"objectives.{name}", model))


def target_facts(target: models.Target) -> registry.RecordFacts:
    """What a target says to a nonconformity or a risk opened from it: its goal and its newest figures."""
    figures = models.Figure.objects.filter(
        target=target, unit=target.objective_set.unit, formula=target.formula
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


PORTABLE = {
    "set": models.ObjectiveSet,
    "set_basis": models.SetBasis,
    "objective": models.QualityObjective,
    "target": models.Target,
    "target_unit": models.TargetUnit,
    "task": models.ImplementingTask,
    "task_party": models.TaskParty,
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
            _("Quality objectives"),
            "objectives:set-list",
            "target",
            signed_in,
            order=20,
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
