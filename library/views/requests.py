"""Change requests of readers, and their answers."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from library import policies
from library.forms import documents as forms
from library.models import ChangeRequest
from library.selectors import documents as reading
from library.services import upkeep
from library.views.base import LibraryForm, LibraryList, LibraryPage
from library.views.documents import OfDocument
from qms.policies import Verdict
from qms.views.base import ExportView

ROWS = ChangeRequest.objects.select_related(
    "document__owner", "document__agency", "asked_by__unit", "answered_by", "taken_into", "version"
)
TONES = {"open": "waiting", "accepted": "approved", "declined": "cancelled"}


def chosen_state(view: Any) -> str:
    """The state the address asks for; open ones unless it says otherwise."""
    asked = view.request.GET.get("state", "")
    return asked if asked in ChangeRequest.State.values else ChangeRequest.State.OPEN


class RequestList(LibraryList):
    """Change requests by state."""

    template_name = "library/request_list.html"
    tab = "requests"
    page_size = 30

    def rows(self) -> Any:
        return reading.request_list(self.person, chosen_state(self))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        state = chosen_state(self)
        states = [
            {"label": label, "url": f"?state={code}", "current": code == state, "count": None}
            for code, label in ChangeRequest.State.choices
        ]
        rows = [(row, TONES[row.state], policies.can_answer(self.person, row)) for row in context["rows"]]
        export = f"{reverse('library:request-export')}?state={state}"
        return context | {"rows": rows, "states": states, "state": state, "export_url": export}


class RequestExport(ExportView):
    """The requests of a state as a workbook."""

    policy = policies.insider
    filename = "yeu-cau-sua-doi.xlsx"

    def header(self) -> list[str]:
        return [_("Document"), _("Page or part"), _("Request"), _("Asked by"), _("Asked on"), _("Answer")]

    def lines(self) -> Iterable[Sequence[Any]]:
        for row in reading.request_list(self.person, chosen_state(self)):
            yield str(row.document), row.place, row.text, str(row.asked_by), row.created_at, row.answer


class RequestCreate(OfDocument):
    """Ask for a change of a document."""

    form_class = forms.RequestForm
    tab = "requests"
    heading = gettext_lazy("Ask for a change")
    action = gettext_lazy("Send the request")

    def allowed(self) -> Verdict:
        return policies.can_ask(self.person, self.document)

    def act(self, form: Any) -> str:
        request = upkeep.request_create(self.document, acting=self.person, **form.cleaned_data)
        messages.success(self.request, _("Sent; you are told of the answer."))
        return request.get_absolute_url()


class RequestDetail(LibraryPage):
    """One request with its answer."""

    template_name = "library/request_detail.html"
    tab = "requests"

    def page(self) -> dict[str, Any]:
        row = self.find(ROWS, pk=self.kwargs["pk"])
        return {"row": row, "tone": TONES[row.state], "may_answer": policies.can_answer(self.person, row)}


class RequestAnswer(LibraryForm):
    """Answer a request."""

    form_class = forms.AnswerForm
    tab = "requests"
    heading = gettext_lazy("Answer the request")
    action = gettext_lazy("Send the answer")

    @cached_property
    def row(self) -> ChangeRequest:
        """The request of the address."""
        found: ChangeRequest = self.find(ROWS, pk=self.kwargs["pk"])
        return found

    def allowed(self) -> Verdict:
        return policies.can_answer(self.person, self.row)

    def back(self) -> str:
        return self.row.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.row.document), "said": self.row.text}

    def act(self, form: Any) -> str:
        accept = form.cleaned_data["accept"] == "yes"
        answer = form.cleaned_data["answer"]
        upkeep.request_answer(self.row, acting=self.person, accept=accept, answer=answer)
        return self.back()
