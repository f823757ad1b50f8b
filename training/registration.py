"""What the app hangs into the shell: verbs, navigation, work, duties, search, export, evidence."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms import registry
from qms.models import Person
from training import demo, duties, evidence, fulfilling, models, papers, policies, report_papers, services
from training.work import waiting_work

VERBS: dict[str, Any] = {
    "training.requirement.created": _("Requirement of competence written down"),
    "training.requirement.edited": _("Requirement of competence changed"),
    "training.competence.recorded": _("Competence of a person recorded"),
    "training.need.proposed": _("Training need proposed"),
    "training.need.planned": _("Training need taken into the plan"),
    "training.need.declined": _("Training need not taken up"),
    "training.plan.drafted": _("Training plan drafted"),
    "training.plan.edited": _("Training plan changed"),
    "training.plan.submitted": _("Training plan submitted"),
    "training.plan.returned": _("Training plan returned"),
    "training.plan.approved": _("Training plan approved"),
    "training.plan.paper_drafted": _("Paper of the training plan drafted"),
    "training.course.prepared": _("Course prepared"),
    "training.course.invited": _("People invited to a course"),
    "training.course.held": _("Course recorded as held"),
    "training.course.file_added": _("File of a course added"),
    "training.report.paper_drafted": _("Paper of the training report drafted"),
    "training.course.cancelled": _("Course cancelled"),
    "training.effect.judged": _("Effect of training judged"),
}

PORTABLE = (
    ("training.requirement", models.Requirement),
    ("training.requirement_scope", models.RequirementScope),
    ("training.need", models.TrainingNeed),
    ("training.plan", models.TrainingPlan),
    ("training.plan_item", models.PlanItem),
    ("training.course", models.Course),
    ("training.participation", models.Participation),
    ("training.course_file", models.CourseFile),
    ("training.person_competence", models.PersonCompetence),
)


def register() -> None:
    """Called once when the portal starts."""
    registry.navigation.add(
        registry.NavItem(
            "system",
            _("Training and competence"),
            "training:matrix",
            "user-check",
            policies.insider,
            order=45,
        )
    )
    registry.add_topic(services.TOPIC, _("Training and competence"), "at_once")
    registry.work.add(waiting_work)
    registry.add_search_kind("training.course", _("Course"), "user-check", services.course_index)
    registry.add_search_kind(
        "training.requirement", _("Requirement of competence"), "list-checks", services.requirement_index
    )
    registry.record_actions.add(need_from_record)
    registry.demo_steps.add(registry.DemoStep(64, _("Training and competence"), demo.load))
    registry.portable.add(*(registry.Portable(name, model) for name, model in PORTABLE))
    registry.add_setting(
        registry.SettingKind(
            services.EFFECT_MONTHS,
            int,
            4,
            _("Months until the effect of training is judged"),
            _("Counted from the last day of the course; proposed when a course is prepared."),
            group="training",
        )
    )
    duties.register()
    papers.register()
    report_papers.register()
    evidence.register()
    fulfilling.register()


def need_from_record(record: Any, person: Person) -> Iterator[registry.RecordAction]:
    """From a finding, a nonconformity, a complaint or another record: propose training."""
    if record._meta.label_lower in registry.record_kinds and policies.can_propose(person):
        address = f"{reverse('training:need-create')}?{urlencode({'source': registry.source_key(record)})}"
        yield registry.RecordAction(_("Propose training"), address, "user-check")
