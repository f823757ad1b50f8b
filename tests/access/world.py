"""The demo agency as a world for access tests: one account per role, and a record for every route."""

import uuid
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from qms.models import Agency, Person, Role

NOBODY = uuid.UUID(int=0)


@dataclass(frozen=True)
class Route:
    """One address of the portal."""

    name: str
    pattern: URLPattern
    arguments: tuple[str, ...]

    @property
    def view(self):
        return getattr(self.pattern.callback, "view_class", None)


def routes(resolver=None, space=()) -> list[Route]:
    """Every route whose view is ours, by name."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = (*space, entry.namespace) if entry.namespace else space
            found += routes(entry, inner)
            continue
        view = getattr(entry.callback, "view_class", entry.callback)
        if (
            getattr(view, "__module__", "").split(".")[0] in settings.OWN_APPS
            and "admin" not in view.__module__
        ):
            name = ":".join((*space, str(entry.name)))
            found.append(Route(name, entry, tuple(entry.pattern.converters)))
    return sorted(found, key=lambda route: route.name)


RECORDS = {
    "audits:answer-evidence": "audits.answerevidence",
    "audits:audit-": "audits.audit",
    "audits:auditors-propose": "audits.audit",
    "audits:entry-": "audits.programmeentry",
    "audits:finding-": "audits.finding",
    "audits:finding-add": "audits.audit",
    "audits:decision-": "audits.reviewdecision",
    "audits:declaration": "audits.selfdeclaration",
    "audits:decision-add": "audits.managementreview",
    "audits:input-": "audits.reviewinput",
    "audits:item-": "audits.checklistitem",
    "audits:meeting-record": "audits.audit",
    "audits:member-add": "audits.audit",
    "audits:member-remove": "audits.auditmember",
    "audits:nc-": "audits.nonconformity",
    "audits:nc-action-": "audits.correctiveaction",
    "audits:nc-action-add": "audits.nonconformity",
    "audits:nc-evidence": "audits.caseevidence",
    "audits:nc-evidence-add": "audits.nonconformity",
    "audits:nc-extension-": "audits.deadlineextension",
    "audits:nc-similar-answer": "audits.similarcase",
    "audits:programme-": "audits.auditprogramme",
    "audits:question-": "audits.auditquestion",
    "audits:review-": "audits.managementreview",
    "audits:session-": "audits.auditsession",
    "audits:team-": "audits.audit",
    "account-": "qms.person",
    "alias-add": "qms.orgunit",
    "alias-remove": "qms.orgunitalias",
    "calendar-day-": "qms.calendarday",
    "clause": "qms.clause",
    "delegation-give": "qms.person",
    "delegation-revoke": "qms.roledelegation",
    "duties-of": "qms.person",
    "duties-unit": "qms.orgunit",
    "feedback:case-": "feedback.feedback",
    "feedback:file": "feedback.feedbackfile",
    "feedback:report-": "feedback.satisfactionreport",
    "job-": "qms.job",
    "notification-open": "qms.notification",
    "edition-preview": "qms.storedfile",
    "edition-publish": "qms.standardedition",
    "people-import-preview": "qms.storedfile",
    "person-": "qms.person",
    "role-assign": "qms.person",
    "role-end": "qms.roleassignment",
    "second-factor-": "qms.person",
    "unit-": "qms.orgunit",
    "library:disposal-": "library.disposallist",
    "library:distribution-add": "library.controlleddocument",
    "library:distribution-remove": "library.distribution",
    "library:document-": "library.controlleddocument",
    "library:file-add": "library.recordseries",
    "library:link-remove": "library.processlink",
    "library:process-": "library.process",
    "library:request-": "library.changerequest",
    "library:request-create": "library.controlleddocument",
    "library:section-": "library.section",
    "library:section-add": "library.documentversion",
    "library:series-": "library.recordseries",
    "library:version-": "library.documentversion",
    "library:version-start": "library.controlleddocument",
    "documents:basis-": "documents.legalbasis",
    "documents:comment-": "documents.papercomment",
    "documents:desk-": "documents.desksignature",
    "documents:image-": "documents.signatureimage",
    "documents:key-": "documents.signingkey",
    "documents:register-": "qms.job",
    "documents:trust-": "documents.trustitem",
    "documents:number-": "documents.registerentry",
    "documents:pack": "documents.auditpack",
    "documents:paper-": "documents.paper",
    "dossiers:dossier-": "dossiers.dossier",
    "dossiers:import-profile": "dossiers.importprofile",
    "dossiers:import-": "dossiers.dossierimport",
    "dossiers:procedure-": "dossiers.procedure",
    "objectives:coverage": "objectives.objectiveset",
    "dossiers:survey-": "dossiers.survey",
    "api-token-": "dossiers.apitoken",
    "objectives:entry": "objectives.manualentry",
    "objectives:evidence": "objectives.manualentry",
    "objectives:measurement-": "objectives.measurement",
    "objectives:objective-add": "objectives.objectiveset",
    "objectives:objective-edit": "objectives.qualityobjective",
    "objectives:part-": "objectives.target",
    "objectives:plan": "objectives.maintenanceplan",
    "objectives:plan-evidence-": "objectives.planevidence",
    "objectives:plan-import": "objectives.planimport",
    "objectives:plan-import-upload": "objectives.maintenanceplan",
    "objectives:plan-item": "objectives.planitem",
    "objectives:plan-item-add": "objectives.maintenanceplan",
    "objectives:readers": "objectives.objectiveset",
    "objectives:review": "objectives.objectivereview",
    "objectives:review-judge": "objectives.reviewline",
    "objectives:review-start": "objectives.objectiveset",
    "objectives:set": "objectives.objectiveset",
    "objectives:set-import": "objectives.setimport",
    "objectives:set-import-upload": "objectives.objectiveset",
    "objectives:subtask-add": "objectives.implementingtask",
    "objectives:target": "objectives.target",
    "objectives:target-add": "objectives.qualityobjective",
    "objectives:task-add": "objectives.qualityobjective",
    "objectives:task-edit": "objectives.implementingtask",
    "objectives:unit-derive": "objectives.objectiveset",
    "objectives:year-start": "objectives.objectiveset",
    "notification-mark": "qms.notification",
    "training:course-": "training.course",
    "training:effect-judge": "training.participation",
    "training:file": "training.coursefile",
    "training:item-remove": "training.planitem",
    "training:need-": "training.trainingneed",
    "training:person": "qms.person",
    "training:plan-": "training.trainingplan",
    "training:requirement-": "training.requirement",
    "training:scope-remove": "training.requirementscope",
    "risks:action-": "risks.riskaction",
    "risks:action-add": "risks.risk",
    "risks:change-": "risks.plannedchange",
    "risks:context-review": "risks.contextissue",
    "risks:evidence": "risks.actionevidence",
    "risks:import-": "risks.registerimport",
    "risks:import-upload": "risks.register",
    "risks:issue-": "risks.contextissue",
    "risks:library-add": "risks.risk",
    "risks:library-take": "risks.register",
    "risks:need-": "risks.partyneed",
    "risks:need-add": "risks.interestedparty",
    "risks:opinion-give": "risks.plannedchange",
    "risks:paper-draft": "risks.register",
    "risks:party-": "risks.interestedparty",
    "risks:register-": "risks.register",
    "risks:risk-": "risks.risk",
    "risks:risks-copy": "risks.register",
    "risks:row-": "risks.registerrow",
    "risks:rows-keep": "risks.register",
    "risks:scale-adopt": "risks.register",
    "risks:source-add": "risks.risk",
    "risks:source-remove": "risks.risksource",
    "risks:step-add": "risks.plannedchange",
    "risks:step-done": "risks.changestep",
    "risks:suggestion-": "risks.suggestion",
    "risks:touch-add": "risks.plannedchange",
    "risks:touch-remove": "risks.changetouch",
}
"""What the `pk` of a route names, by the beginning of the route's name (the longest that fits)."""

FIXED = {
    "audit_file": "zip",
    "audit_paper": "plan",
    "meeting": "opening",
    "year": 2025,
    "code": "khong-co",
    "backend": "pkcs12",
    "part": "file",
    "kind": "target",
    "key": "access.second_factor_roles",
    "template": "papers.decision",
    "number": 1,
    "period": "2025-Q1",
    "paper": "table",
    "way": "up",
    "what": "issue",
    "phase": "before",
    "token": "khong-co",
}
OTHERS = {"target": "objectives.target", "unit": "qms.orgunit"}


def record_of(label: str, agency: Agency) -> uuid.UUID:
    """The key of the agency's oldest record of a kind, or one that nobody has."""
    model = apps.get_model(label)
    rows = model._default_manager.all()
    if any(field.name == "agency" for field in model._meta.get_fields()):
        rows = rows.filter(agency=agency)
    if label in {
        "dossiers.dossier",
        "dossiers.procedure",
    }:  # keys made of agency and code
        return rows.order_by("code").values_list("pk", flat=True).first() or NOBODY
    return rows.order_by("pk").values_list("pk", flat=True).first() or NOBODY


def arguments_for(route: Route, agency: Agency) -> dict:
    """Arguments for the address of a route, from records of the agency; LookupError for an unknown one."""
    values: dict = {}
    for name in route.arguments:
        if name == "pk":
            fitting = [start for start in RECORDS if route.name.startswith(start)]
            if not fitting:
                raise LookupError(f"say in RECORDS which record {route.name} is about")
            values[name] = record_of(RECORDS[max(fitting, key=len)], agency)
        elif name in OTHERS:
            values[name] = record_of(OTHERS[name], agency)
        else:
            values[name] = FIXED.get(name, NOBODY)
    return values


def people(agency: Agency) -> dict[str, Person]:
    """One person for each role, holding that role and (but for STAFF) as few others as the demo has."""
    found = {}
    everyone = [
        person
        for person in Person.objects.filter(agency=agency, user__isnull=False).prefetch_related(
            "role_assignments", "delegations_received"
        )
        if person.user.is_active
    ]
    for role in Role.values:
        holders = sorted(
            (p for p in everyone if role in p.roles), key=lambda p: (len(p.roles), p.user.username)
        )
        if holders:
            found[role] = holders[0]
    return found
