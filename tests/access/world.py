"""The demo agency as a world for access tests: one account per role, and a record for every route."""

import uuid
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from audits import answering as answering_actions
from objectives import answering
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
    "audits:nc-import-": "audits.caseimport",
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

DRAFT_SET = {"objective_set__state": "draft", "objective_set__unit": None}
FITTING: dict[str, tuple[str, dict]] = {
    "audits:audit-cancel": ("audits.audit", {"state": "planned"}),
    "audits:audit-edit": ("audits.audit", {"state": "planned"}),
    "audits:audit-file-get": ("qms.job", {"kind": "audits.whole_file"}),
    "audits:audit-notify": ("audits.audit", {"state": "planned"}),
    "audits:audit-recall": ("audits.audit", {"state": "notified"}),
    "audits:audit-session-add": ("audits.audit", {"state": "planned"}),
    "audits:auditors-propose": ("audits.audit", {"state": "planned"}),
    "audits:decision-add": ("audits.managementreview", {"state": "preparing"}),
    "audits:decision-edit": ("audits.reviewdecision", {"review__state": "held"}),
    "audits:decision-file": ("audits.reviewdecision", {"file__isnull": False}),
    "audits:decision-remove": ("audits.reviewdecision", {"review__state": "held"}),
    "audits:entry-edit": ("audits.programmeentry", {"programme__state": "draft"}),
    "audits:entry-remove": ("audits.programmeentry", {"programme__state": "draft"}),
    "audits:finding-add": ("audits.audit", {"state": "under_way"}),
    "audits:finding-take-back": ("audits.finding", {"audit__state": "under_way"}),
    "audits:input-discuss": ("audits.reviewinput", {"review__state": "held"}),
    "audits:input-supplement": ("audits.reviewinput", {"review__state": "preparing"}),
    "audits:member-add": ("audits.audit", {"state": "planned"}),
    "audits:member-remove": ("audits.auditmember", {"audit__state": "planned"}),
    "audits:nc-action-add": ("audits.nonconformity", {"state": "reopened"}),
    "audits:nc-action-cancel": ("audits.correctiveaction", {"nonconformity__state": "reopened"}),
    "audits:nc-action-edit": ("audits.correctiveaction", {"nonconformity__state": "reopened"}),
    "audits:nc-action-extend": ("audits.correctiveaction", {"nonconformity__state": "reopened"}),
    "audits:nc-action-report": ("audits.correctiveaction", {"nonconformity__state": "reopened"}),
    "audits:nc-analyse": ("audits.nonconformity", {"state": "open"}),
    "audits:nc-cause": ("audits.nonconformity", {"state": "reopened"}),
    "audits:nc-check": ("audits.nonconformity", {"state": "reopened"}),
    "audits:nc-decide": ("audits.nonconformity", {"state": "reopened"}),
    "audits:nc-edit": ("audits.nonconformity", {"state": "reopened"}),
    "audits:nc-evidence": ("audits.caseevidence", {"file__isnull": False}),
    "audits:nc-evidence-add": ("audits.nonconformity", {"state": "in_progress"}),
    "audits:nc-grade": ("audits.nonconformity", {"state": "reopened"}),
    "audits:nc-no-correction": ("audits.nonconformity", {"state": "reopened"}),
    "audits:nc-similar": ("audits.nonconformity", {"state": "reopened"}),
    "audits:nc-similar-answer": ("audits.similarcase", {"nonconformity__state": "in_progress"}),
    "audits:nc-submit": ("audits.nonconformity", {"state": "in_progress"}),
    "audits:nc-verifier": ("audits.nonconformity", {"state": "reopened"}),
    "audits:nc-waive": ("audits.nonconformity", {"state": "open"}),
    "audits:programme-edit": ("audits.auditprogramme", {"state": "draft"}),
    "audits:programme-entry-add": ("audits.auditprogramme", {"state": "draft"}),
    "audits:programme-propose": ("audits.auditprogramme", {"state": "draft"}),
    "audits:programme-submit": ("audits.auditprogramme", {"state": "draft"}),
    "audits:review-cancel": ("audits.managementreview", {"state": "preparing"}),
    "audits:review-collect": ("audits.managementreview", {"state": "preparing"}),
    "audits:review-edit": ("audits.managementreview", {"state": "preparing"}),
    "audits:review-hold": ("audits.managementreview", {"state": "preparing"}),
    "audits:review-invite": ("audits.managementreview", {"state": "preparing"}),
    "audits:session-checklist": ("audits.auditsession", {"audit__state": "planned"}),
    "audits:session-edit": ("audits.auditsession", {"audit__state": "planned"}),
    "audits:session-item-add": ("audits.auditsession", {"audit__state": "under_way"}),
    "audits:session-remove": ("audits.auditsession", {"audit__state": "planned"}),
    "audits:team-appoint": ("audits.audit", {"state": "planned"}),
    "audits:team-release": ("audits.audit", {"state": "planned"}),
    "documents:number-cancel": ("documents.registerentry", {"status": "allocated"}),
    "documents:paper-abandon": ("documents.paper", {"state": "draft"}),
    "documents:paper-approve": ("documents.paper", {"state": "in_review"}),
    "documents:paper-decline": ("documents.paper", {"state": "approved"}),
    "documents:paper-docx": ("documents.paper", {"state": "draft"}),
    "documents:paper-edit": ("documents.paper", {"state": "draft"}),
    "documents:paper-hand-back": ("documents.paper", {"state": "authorised"}),
    "documents:paper-issue": ("documents.paper", {"state": "authorised"}),
    "documents:paper-pdf": ("documents.paper", {"state": "draft"}),
    "documents:paper-preview": ("documents.paper", {"state": "draft"}),
    "documents:paper-refresh": ("documents.paper", {"state": "draft"}),
    "documents:paper-retry": ("documents.paper", {"state": "issuing"}),
    "documents:paper-return": ("documents.paper", {"state": "in_review"}),
    "documents:paper-sign": ("documents.paper", {"state": "approved"}),
    "documents:paper-sign-again": ("documents.paper", {"state": "signing"}),
    "documents:paper-submit": ("documents.paper", {"state": "draft"}),
    "documents:paper-take-back": ("documents.paper", {"state": "draft"}),
    "documents:paper-withdraw": ("documents.paper", {"state": "in_review"}),
    "documents:register-": ("qms.job", {"kind": "documents.register_pdf"}),
    "dossiers:import-errors": ("dossiers.dossierimport", {"row_errors__isnull": False}),
    "dossiers:import-profile-archive": ("dossiers.importprofile", {"code": "cong-tinh"}),
    "dossiers:import-profile-remove": ("dossiers.importprofile", {"code": "cong-tinh"}),
    "dossiers:import-profile-restore": ("dossiers.importprofile", {"code": "phan-mem-cu"}),
    "dossiers:import-rejected": ("dossiers.dossierimport", {"rejected_rows__isnull": False}),
    "edition-preview": ("qms.storedfile", {"name": "dieu-khoan.xlsx"}),
    "feedback:case-edit": ("feedback.feedback", {"state": "received"}),
    "feedback:case-extend": ("feedback.feedback", {"state": "received"}),
    "feedback:report-edit": ("feedback.satisfactionreport", {"state": "draft"}),
    "feedback:report-refresh": ("feedback.satisfactionreport", {"state": "draft"}),
    "feedback:report-submit": ("feedback.satisfactionreport", {"state": "draft"}),
    "library:disposal-cancel": ("library.disposallist", {"state": "draft"}),
    "library:disposal-carry-out": ("library.disposallist", {"state": "approved"}),
    "library:disposal-minutes": ("library.disposallist", {"minutes__isnull": False}),
    "library:disposal-submit": ("library.disposallist", {"state": "draft"}),
    "library:section-add": ("library.documentversion", {"state": "draft"}),
    "library:section-edit": ("library.section", {"version__state": "draft"}),
    "library:section-move": ("library.section", {"version__state": "draft"}),
    "library:section-remove": ("library.section", {"version__state": "draft"}),
    "library:version-abandon": ("library.documentversion", {"state": "draft"}),
    "library:version-approve": ("library.documentversion", {"state": "reviewed"}),
    "library:version-compare": ("library.documentversion", {"state": "draft"}),
    "library:version-original": ("library.documentversion", {"file__isnull": False}),
    "library:version-return": ("library.documentversion", {"state": "in_review"}),
    "library:version-review": ("library.documentversion", {"state": "in_review"}),
    "library:version-submit": ("library.documentversion", {"state": "draft"}),
    "library:version-upload": ("library.documentversion", {"state": "draft"}),
    "library:version-withdraw": ("library.documentversion", {"state": "in_review"}),
    "objectives:evidence": ("objectives.entryevidence", {}),
    "objectives:measurement-changes": ("objectives.measurement", {"formula": "RESOLVED"}),
    "objectives:measurement-changes-export": ("objectives.measurement", {"formula": "RESOLVED"}),
    "objectives:objective-add": ("objectives.objectiveset", {"state": "draft", "unit": None}),
    "objectives:objective-edit": ("objectives.qualityobjective", DRAFT_SET),
    "objectives:part-": ("objectives.target", DRAFT_SET),
    "objectives:plan-bases": ("objectives.maintenanceplan", {"state": "draft"}),
    "objectives:plan-discard": ("objectives.maintenanceplan", {"state": "draft"}),
    "objectives:plan-edit": ("objectives.maintenanceplan", {"state": "draft"}),
    "objectives:plan-import-upload": ("objectives.maintenanceplan", {"state": "draft"}),
    "objectives:plan-item-add": ("objectives.maintenanceplan", {"state": "draft"}),
    "objectives:plan-item-archive": ("objectives.planitem", {"plan__state": "draft"}),
    "objectives:plan-item-edit": ("objectives.planitem", {"plan__state": "draft"}),
    "objectives:plan-item-link-add": ("objectives.planitem", {"notes__isnull": False}),
    "objectives:plan-item-move": ("objectives.planitem", {"plan__state": "draft"}),
    "objectives:plan-item-restore": ("objectives.planitem", {"plan__state": "draft"}),
    "objectives:review-comment": ("objectives.objectivereview", {"state": "draft"}),
    "objectives:review-conclude": ("objectives.objectivereview", {"state": "draft"}),
    "objectives:review-judge": ("objectives.reviewline", {"review__state": "draft"}),
    "objectives:review-refresh": ("objectives.objectivereview", {"state": "draft"}),
    "objectives:set-bases": ("objectives.objectiveset", {"state": "draft", "unit": None}),
    "objectives:set-discard": ("objectives.objectiveset", {"state": "draft", "unit": None}),
    "objectives:set-edit": ("objectives.objectiveset", {"state": "draft"}),
    "objectives:set-import-upload": ("objectives.objectiveset", {"state": "draft", "unit": None}),
    "objectives:subtask-add": ("objectives.implementingtask", DRAFT_SET),
    "objectives:target-add": ("objectives.qualityobjective", DRAFT_SET),
    "objectives:target-edit": ("objectives.target", DRAFT_SET),
    "objectives:task-add": ("objectives.qualityobjective", DRAFT_SET),
    "objectives:task-edit": ("objectives.implementingtask", DRAFT_SET),
    "people-import-preview": ("qms.storedfile", {"name": "nhan-su.xlsx"}),
    "risks:change-edit": ("risks.plannedchange", {"state": "draft"}),
    "risks:evidence": ("risks.actionevidence", {"file__isnull": False}),
    "risks:import-upload": ("risks.register", {"state": "draft"}),
    "risks:library-take": ("risks.register", {"state": "draft"}),
    "risks:register-confirm": ("risks.register", {"state": "submitted"}),
    "risks:register-release": ("risks.register", {"parent__state": "draft"}),
    "risks:register-submit": ("risks.register", {"state": "draft"}),
    "risks:risks-copy": ("risks.register", {"state": "draft"}),
    "risks:row-drop": ("risks.registerrow", {"register__state": "draft"}),
    "risks:row-keep": ("risks.registerrow", {"register__state": "draft"}),
    "risks:rows-keep": ("risks.register", {"state": "draft"}),
    "risks:scale-adopt": ("risks.register", {"state": "draft"}),
    "risks:touch-add": ("risks.plannedchange", {"state": "draft"}),
    "risks:touch-remove": ("risks.changetouch", {"change__state": "draft"}),
    "training:effect-judge": ("training.participation", {"judge__user__username": "chanhvanphong"}),
    "training:item-remove": ("training.planitem", {"plan__state": "draft"}),
    "training:plan-item-add": ("training.trainingplan", {"state": "draft"}),
    "training:plan-submit": ("training.trainingplan", {"state": "draft"}),
}
"""Which of the records: a route that works on drafts gets a draft."""

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


def asked_figure(agency: Agency) -> str:
    """The link of a reminder to the head of an office about a figure that units enter."""
    entry = apps.get_model("objectives.manualentry").objects.filter(
        agency=agency, unit__code="VP", target__objective_set__state="in_force"
    )
    found = entry.order_by("pk").last()
    head = Person.objects.get(agency=agency, user__username="chanhvanphong")
    return answering.link(answering.Question(head.pk, found.target_id, found.unit_id, found.period)).split(
        "/"
    )[-2]


def asked_item(agency: Agency) -> str:
    """The link of a reminder to the secretary about an item of this year's plan."""
    item = one("objectives.planitem", "pk", plan__state="in_force", state="planned")(agency)
    secretary = Person.objects.get(agency=agency, user__username="thuky")
    return answering.item_link(answering.ItemQuestion(secretary.pk, item)).split("/")[-2]


def asked_action(agency: Agency) -> str:
    """A link to the secretary about a corrective action that is being carried out."""
    action = apps.get_model("audits.correctiveaction").objects.filter(agency=agency, state="open")
    found = action.filter(nonconformity__state="in_progress").order_by("pk").first()
    secretary = Person.objects.get(agency=agency, user__username="thuky")
    return answering_actions.link(found, secretary).split("/")[-2]


def one(label: str, column: str, **which):
    """A function of the agency: a column of its first such record."""
    return lambda agency: (
        apps.get_model(label)
        .objects.filter(agency=agency, **which)
        .order_by("pk")
        .values_list(column, flat=True)
        .first()
        or NOBODY
    )


SAID = {
    ("feedback-open", "code"): lambda agency: agency.code,
    ("survey-answer", "token"): one("dossiers.surveytoken", "token", used_at=None, survey__state="open"),
    ("objectives:answer", "token"): asked_figure,
    ("objectives:answer-item", "token"): asked_item,
    ("audits:nc-action-answer", "token"): asked_action,
    ("objectives:plan-feed", "token"): one("objectives.planfeed", "token", ended_at=None),
    ("objectives:evidence", "pk"): one("objectives.entryevidence", "entry"),
    ("objectives:evidence", "file"): one("objectives.entryevidence", "file"),
    ("objectives:part-move", "kind"): lambda agency: "targets",
    ("objectives:part-remove", "kind"): lambda agency: "targets",
    ("library:version-compare", "pk"): one("library.documentversion", "pk", state="draft"),
    ("library:version-compare", "other"): one(
        "library.documentversion", "pk", state="approved", document__versions__state="draft"
    ),
}
"""Other arguments of one route, from the agency's records."""


def found_record(agency: Agency) -> dict:
    """A record as the search shows it."""
    manual = apps.get_model("library.controlleddocument").objects.get(agency=agency, kind="manual")
    return {"q": manual.title, "url": manual.get_absolute_url()}


POSTED = {
    "documents:paper-approve": lambda agency: {
        "content_hash": one("documents.paper", "content_hash", state="in_review")(agency)
    },
    "objectives:compute": lambda agency: {"year": "2025"},
    "objectives:plan-item-link-add": found_record,
}
"""What a route needs to be told to find what it is about."""
NEVER_REACHED = {
    "first-run": "only before there is an agency (tests/qms/test_first_run.py)",
    "api-dossiers": "asks for a token, not for an account (tests/dossiers/test_api.py)",
}
"""Routes nobody of the demonstration gets to, and why; all others have a record that fits."""


def record_of(label: str, agency: Agency, **which) -> uuid.UUID:
    """The key of the agency's oldest such record of a kind, or one that nobody has."""
    model = apps.get_model(label)
    rows = model._default_manager.filter(**which)
    if any(field.name == "agency" for field in model._meta.get_fields()):
        rows = rows.filter(agency=agency)
    by_code = label in {"dossiers.dossier", "dossiers.procedure"}  # their keys are made of agency and code
    return rows.order_by("code" if by_code else "pk").values_list("pk", flat=True).first() or NOBODY


def fitting(name: str) -> tuple[str, dict] | None:
    """The kind of record a route is about and which of them, by the longest beginning of its name."""
    known = {start: (label, {}) for start, label in RECORDS.items()} | FITTING
    starts = [start for start in known if name.startswith(start)]
    return known[max(starts, key=len)] if starts else None


def arguments_for(route: Route, agency: Agency) -> dict:
    """Arguments for the address of a route, from records of the agency; LookupError for an unknown one."""
    values: dict = {}
    for name in route.arguments:
        if (route.name, name) in SAID:
            values[name] = SAID[route.name, name](agency)
        elif name == "pk":
            found = fitting(route.name)
            if found is None:
                raise LookupError(f"say in RECORDS which record {route.name} is about")
            label, which = found
            values[name] = record_of(label, agency, **which)
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
