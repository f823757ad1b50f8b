"""The library of audit questions."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import policies
from audits.forms import audits as forms
from audits.models import AuditQuestion
from audits.services import library as services
from audits.views.base import AuditsForm, AuditsPage
from qms.policies import Verdict
from qms.views.base import ActionView, ExportView

ROWS = AuditQuestion.objects.select_related("agency", "made_by", "procedure")


def _order(question: AuditQuestion) -> tuple[list[int], int]:
    parts = [int(part) for part in question.clause_code.split(".") if part.isdigit()]
    return parts, question.order


class QuestionList(AuditsPage):
    """Questions in use, by clause."""

    template_name = "audits/question_list.html"
    tab = "library"

    def page(self) -> dict[str, Any]:
        rows = sorted(ROWS.visible_to(self.person).filter(current=True), key=_order)
        groups: dict[str, list[AuditQuestion]] = {}
        for row in rows:
            groups.setdefault(row.clause_code.split(".")[0], []).append(row)
        return {
            "groups": groups,
            "total": len(rows),
            "may_edit": policies.secretariat(self.person),
            "export_url": reverse("audits:question-export"),
        }


class QuestionExport(ExportView):
    """The library as a workbook."""

    policy = policies.insider
    filename = "bo-cau-hoi-danh-gia.xlsx"

    def header(self) -> list[str]:
        return [
            _("Code"), _("Version"), _("Clause of the standard"), _("Process"), _("Administrative procedure"),
            _("Question"),
            _("Requirement"), _("Evidence to see"), _("Looks at the sampled dossiers"),
        ]  # fmt: skip

    def lines(self) -> Iterable[Sequence[Any]]:
        for row in sorted(ROWS.visible_to(self.person).filter(current=True), key=_order):
            yes = _("Yes") if row.samples else _("No")
            yield (
                *(row.code, row.version, row.clause_code, row.process),
                row.procedure.name if row.procedure else "",
                *(row.text, row.requirement, row.look_at, yes),
            )


class LibraryLoad(ActionView):
    """Load the starting library."""

    policy = policies.secretariat

    def act(self) -> str:
        number = services.library_load(self.agency, acting=self.person)
        messages.success(self.request, _("%(n)s questions added.") % {"n": number})
        return reverse("audits:question-list")


class QuestionAdd(AuditsForm):
    """Add a question."""

    policy = policies.secretariat
    form_class = forms.QuestionForm
    tab = "library"
    heading = gettext_lazy("New question of the library")
    action = gettext_lazy("Add the question")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def back(self) -> str:
        return reverse("audits:question-list")

    def act(self, form: Any) -> str:
        services.question_add(self.agency, acting=self.person, **form.cleaned_data)
        return self.back()


class QuestionEdit(AuditsForm):
    """Put a new version in the place of a question."""

    form_class = forms.QuestionForm
    tab = "library"
    heading = gettext_lazy("New version of the question")
    action = gettext_lazy("Save the new version")

    @property
    def question(self) -> AuditQuestion:
        """The question of the address."""
        found: AuditQuestion = self.find(ROWS, pk=self.kwargs["pk"])
        return found

    def allowed(self) -> Verdict:
        return policies.secretariat(self.person)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.question, name) for name in services.FIELDS}

    def back(self) -> str:
        return reverse("audits:question-list")

    def page(self) -> dict[str, Any]:
        question = self.question
        words = _("%(code)s, version %(version)s. Checklists made before keep the version they were made of.")
        return {"about": words % {"code": question.code, "version": question.version}}

    def act(self, form: Any) -> str:
        services.question_change(self.question, acting=self.person, **form.cleaned_data)
        return self.back()


class QuestionRetire(ActionView):
    """Stop asking a question."""

    policy = policies.insider

    def act(self) -> str:
        services.question_retire(self.find(ROWS, pk=self.kwargs["pk"]), acting=self.person)
        return reverse("audits:question-list")
