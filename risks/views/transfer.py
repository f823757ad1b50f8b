"""Entries from the library, other units and workbooks; papers of an approved register."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qms.models import Role
from qms.views.base import ActionView
from risks import paper_words, policies
from risks.forms import transfer as forms
from risks.models import Register, RegisterImport, Risk
from risks.selectors.people import holders
from risks.services import transfer as services
from risks.services.papering import register_paper
from risks.services.sheets import COLUMNS
from risks.views.base import RisksForm, RisksPage
from risks.views.registers import ROWS


class IntoRegister(RisksForm):
    """A form that brings entries into a register."""

    tab = "registers"

    @property
    def register(self) -> Register:
        """The register of the address."""
        if not hasattr(self, "_register"):
            self._register: Register = self.find(ROWS, pk=self.kwargs["pk"])
        return self._register

    def back(self) -> str:
        return self.register.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.register)}

    def tell(self, number: int) -> None:
        """Say how many came in."""
        words = ngettext("%(n)s entry taken over.", "%(n)s entries taken over.", number) % {"n": number}
        messages.success(self.request, words)


class LibraryTake(IntoRegister):
    """Take typical risks over."""

    form_class = forms.LibraryForm
    heading = gettext_lazy("From the library of typical risks")
    action = gettext_lazy("Take over what is chosen")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"register": self.register}

    def act(self, form: Any) -> str:
        register = self.register
        items = form.cleaned_data["items"]
        taken = services.library_take(self.agency, acting=self.person, unit=register.unit, items=items)
        self.tell(len(taken))
        return self.back()


class RisksCopy(IntoRegister):
    """Copy entries of other units."""

    form_class = forms.CopyForm
    heading = gettext_lazy("Copy from other units")
    action = gettext_lazy("Copy what is chosen")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"register": self.register}

    def act(self, form: Any) -> str:
        register = self.register
        items = form.cleaned_data["items"]
        copied = services.risks_copy(self.agency, acting=self.person, unit=register.unit, risks=items)
        self.tell(len(copied))
        return self.back()


class LibraryAdd(ActionView):
    """Put an entry into the library."""

    policy = policies.insider

    def act(self) -> str:
        risk = self.find(Risk.objects.select_related("unit", "clause", "agency"), pk=self.kwargs["pk"])
        services.library_add(risk, acting=self.person, group=self.request.POST.get("group", ""))
        messages.success(self.request, _("Added to the library."))
        url: str = risk.get_absolute_url()
        return url


class ImportUpload(IntoRegister):
    """Upload a workbook; the next page is the preview."""

    form_class = forms.ImportForm
    template_name = "risks/import_form.html"
    heading = gettext_lazy("Import from Excel")
    action = gettext_lazy("Read the file")

    def page(self) -> dict[str, Any]:
        return super().page() | {"columns": COLUMNS, "register": self.register}

    def act(self, form: Any) -> str:
        upload = form.cleaned_data["file"]
        batch = services.import_preview(
            self.register, acting=self.person, name=upload.name, content=upload.read()
        )
        return reverse("risks:import-preview", args=[batch.pk])


BATCHES = RegisterImport.objects.select_related("register__unit", "register__agency", "file", "made_by")


class ImportPreview(RisksPage):
    """What a workbook would bring, line by line, before anything is taken over."""

    template_name = "risks/import_preview.html"
    tab = "registers"

    def page(self) -> dict[str, Any]:
        batch = self.find(BATCHES, pk=self.kwargs["pk"])
        good = [line for line in batch.lines if not line["problems"]]
        return {
            "batch": batch,
            "register": batch.register,
            "lines": batch.lines,
            "good": len(good),
            "bad": len(batch.lines) - len(good),
            "known": sum(1 for line in good if line["values"].get("risk")),
            "may": policies.can_write_register(self.person, batch.register),
            "is_preview": batch.state == RegisterImport.State.PREVIEW,
        }


class ImportCommit(ActionView):
    """Take the good lines over."""

    policy = policies.insider

    def act(self) -> str:
        batch = self.find(BATCHES, pk=self.kwargs["pk"])
        counts = services.import_commit(batch, acting=self.person)
        words = _("%(new)s new, %(changed)s changed, %(left_out)s left out.")
        messages.success(self.request, words % counts)
        url: str = batch.register.get_absolute_url()
        return url


class ImportDiscard(ActionView):
    """Throw the preview away."""

    policy = policies.insider

    def act(self) -> "HttpResponse | str":
        batch = self.find(BATCHES, pk=self.kwargs["pk"])
        services.import_discard(batch, acting=self.person)
        url: str = batch.register.get_absolute_url()
        return url


class PaperDraft(IntoRegister):
    """Draft the decision with the table, or the plan of treatment."""

    form_class = forms.PaperForm
    action = gettext_lazy("Draft the paper")

    @property
    def purpose(self) -> str:
        """Which paper."""
        return paper_words.PLAN if self.kwargs["paper"] == "plan" else paper_words.TABLE

    @property
    def heading(self) -> str:
        """Which paper is drafted."""
        if self.purpose == paper_words.PLAN:
            return _("Draft the plan of treatment")
        return _("Draft the decision with the register")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        leaders = holders(self.agency, Role.LEADER)
        return {"signer": leaders[0].pk} if leaders else {}

    def act(self, form: Any) -> str:
        paper = register_paper(
            self.register, purpose=self.purpose, signer=form.cleaned_data["signer"], acting=self.person
        )
        return paper.get_absolute_url()
