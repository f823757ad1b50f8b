"""The checklist of a session: read at a desk, answered on a phone over a bad connection.

The three sending views answer JSON to the page's script, and lead back to the page without it. Everything
sent carries a key of the sender's, so that sending again changes nothing.
"""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.generic import View

from audits import policies
from audits.forms import audits as forms
from audits.models import Answer, AnswerEvidence, AuditSession, ChecklistItem, Finding
from audits.selectors import lists
from audits.selectors.grading import grades_offered
from audits.services import checklists as services
from audits.services.findings import finding_raise
from audits.views.base import GRADE_TONES, AuditsForm, AuditsPage
from qms import files
from qms.exceptions import DomainError, Refused
from qms.models.base import uuid7
from qms.policies import Verdict
from qms.views.base import ActionView, PortalMixin

ROWS = AuditSession.objects.select_related("audit__agency", "unit", "procedure", "checklist")
ITEMS = ChecklistItem.objects.select_related("checklist__session__audit__agency", "checklist__session__unit")
SHAPES = {
    Answer.CONFORM: ("m-ok", "ok"),
    Answer.NONCONFORM: ("m-bad", "ng"),
    Answer.OBSERVATION: ("m-risk", "ob"),
    Answer.STRENGTH: ("star", "st"),
    Answer.NOT_APPLICABLE: ("m-none", "na"),
}
OPTIONS = [(str(choice), choice.label, *SHAPES[choice]) for choice in Answer]
TONES = {
    "": "unanswered",
    Answer.CONFORM: "achieved",
    Answer.NONCONFORM: "not_achieved",
    Answer.OBSERVATION: "at_risk",
    Answer.STRENGTH: "valid",
    Answer.NOT_APPLICABLE: "no_occurrence",
}


class SessionDetail(AuditsPage):
    """The checklist as a list: questions, answers, evidence, sample."""

    template_name = "audits/session_detail.html"
    tab = "audits"

    def page(self) -> dict[str, Any]:
        session = self.find(ROWS.prefetch_related("auditors", "clauses"), pk=self.kwargs["pk"])
        items = list(lists.items_of(session))
        past = list(lists.past_findings(session)[:20])
        return {
            "session": session,
            "audit": session.audit,
            "checklist": getattr(session, "checklist", None),
            "past_open": sum(1 for row in past for case in row.nonconformities.all() if not case.is_ended),
            "items": [(item, TONES[item.answer]) for item in items],
            "answered": sum(1 for item in items if item.answer),
            "past": [(row, GRADE_TONES[row.grade]) for row in past],
            "may_answer": policies.can_answer(self.person, session),
            "may_plan": policies.can_plan(self.person, session.audit),
            "untouched": all(item.version == 0 for item in items),
        }


class SessionAnswer(AuditsPage):
    """One question a screen, for a phone; works on when the network does not."""

    template_name = "audits/answer.html"
    tab = "audits"

    def page(self) -> dict[str, Any]:
        session = self.find(ROWS.prefetch_related("auditors"), pk=self.kwargs["pk"])
        items = list(lists.items_of(session))
        grades = grades_offered(self.agency)
        for item in items:
            item.icon = SHAPES[Answer(item.answer)][0] if item.answer else "m-miss"
            item.nonce = str(uuid7())
        return {
            "session": session,
            "audit": session.audit,
            "checklist": getattr(session, "checklist", None),
            "items": items,
            "answered": sum(1 for item in items if item.answer),
            "options": OPTIONS,
            "grades": grades,
            "usual_grade": next((row.key for row in grades if row.behaviour == Finding.Grade.MINOR), ""),
            "grade_tones": GRADE_TONES,
            "may_answer": policies.can_answer(self.person, session),
        }


class ChecklistMake(ActionView):
    """Make the checklist of a session (again while it has no answer)."""

    policy = policies.insider

    def act(self) -> str:
        session = self.find(ROWS, pk=self.kwargs["pk"])
        services.checklist_make(session, acting=self.person)
        url: str = session.get_absolute_url()
        return url


class ItemAdd(AuditsForm):
    """Add a question of one's own."""

    form_class = forms.ItemForm
    tab = "audits"
    heading = gettext_lazy("Question of your own")
    action = gettext_lazy("Add the question")

    @property
    def session(self) -> AuditSession:
        """The session of the address."""
        found: AuditSession = self.find(ROWS, pk=self.kwargs["pk"])
        return found

    def allowed(self) -> Verdict:
        session = self.session
        return policies.can_plan(self.person, session.audit) or policies.can_answer(self.person, session)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def back(self) -> str:
        return self.session.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.session)}

    def act(self, form: Any) -> str:
        session = self.session
        checklist = getattr(session, "checklist", None) or services.checklist_make(
            session, acting=self.person
        )
        services.item_add(checklist, acting=self.person, **form.cleaned_data)
        return self.back()


class Sending(PortalMixin, View):
    """Base of what the phone sends about one question."""

    policy = policies.insider
    http_method_names = ["post", "options"]

    def send(self, item: ChecklistItem) -> dict[str, Any]:
        """Call the service; give back what the page shows."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        item = self.find(ITEMS, pk=self.kwargs["pk"])
        wants_json = "application/json" in request.headers.get("Accept", "")
        try:
            told = self.send(item)
        except services.AnsweredMeanwhile as error:
            if not wants_json:
                raise
            return JsonResponse({"error": str(error), "now": state_of(error.item)}, status=409)
        except Refused as error:
            if not wants_json:
                raise
            return JsonResponse({"error": str(error)}, status=403)
        except DomainError as error:
            if not wants_json:
                raise
            return JsonResponse({"error": str(error)}, status=422)
        if wants_json:
            return JsonResponse(told)
        session = item.checklist.session
        place = reverse("audits:session-answer", args=[session.pk])
        response = HttpResponse(status=302)
        response["Location"] = f"{place}#c{item.number}"
        return response


def state_of(item: ChecklistItem) -> dict[str, Any]:
    """A question as the page's script knows it."""
    return {
        "answer": item.answer,
        "word": item.get_answer_display() if item.answer else "",
        "note": item.note,
        "version": item.version,
        "by": str(item.answered_by or ""),
        "at": services.local_time(item.answered_at),
    }


class AnswerSend(Sending):
    """An answer."""

    def send(self, item: ChecklistItem) -> dict[str, Any]:
        data = self.request.POST
        version = data.get("version", "")
        record = services.answer_give(
            item,
            acting=self.person,
            answer=data.get("answer", ""),
            note=data.get("note", ""),
            version=int(version) if version.isdigit() else 0,
            key=data.get("key", ""),
        )
        return {"version": record.version, "at": services.local_time(record.at)}


class EvidenceSend(Sending):
    """A photo or file."""

    def send(self, item: ChecklistItem) -> dict[str, Any]:
        upload = self.request.FILES.get("file")
        content = upload.read(services.MOST_BYTES + 1) if upload else b""
        made = services.evidence_add(
            item,
            acting=self.person,
            key=self.request.POST.get("key", ""),
            name=(upload.name or "") if upload else "",
            content=content,
            caption=self.request.POST.get("caption", ""),
        )
        url = reverse("audits:answer-evidence", args=[made.pk])
        return {"name": made.caption or made.file.name, "url": url}


class FindingSend(Sending):
    """A finding raised in place."""

    def send(self, item: ChecklistItem) -> dict[str, Any]:
        data = self.request.POST
        made = finding_raise(
            item.checklist.session.audit,
            acting=self.person,
            item=item,
            key=data.get("key", ""),
            grade=data.get("grade", ""),
            description=data.get("description", ""),
            requirement=data.get("requirement", ""),
            evidence=data.get("evidence", ""),
        )
        return {"code": made.code, "url": made.get_absolute_url(), "grade": made.get_grade_display()}


class EvidenceFile(PortalMixin, View):
    """The bytes of a photo or file."""

    policy = policies.insider

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        item = self.find(AnswerEvidence.objects.select_related("file"), pk=self.kwargs["pk"])
        content = files.read(item.file)
        response = FileResponse(
            iter([content]),
            as_attachment=not item.file.content_type.startswith("image/"),
            filename=item.file.name,
            content_type=item.file.content_type,
        )
        response["Content-Length"] = str(len(content))
        response["X-Content-Type-Options"] = "nosniff"
        return response
