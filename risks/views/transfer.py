"""Entries from the library, other units and workbooks; papers of an approved register."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qms.models import Role
from qms.policies import Verdict
from qms.views.base import ActionView
from risks import paper_words, policies
from risks.forms import transfer as forms
from risks.models import Register, RegisterImport, Risk
from risks.selectors.offers import copy_offers, library_offers
from risks.selectors.people import holders
from risks.services import transfer as services
from risks.services.papering import register_paper
from risks.services.reading import MOST_LINES
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


class FromList(IntoRegister):
    """A list with boxes to tick, filtered and page by page, whose ticked entries enter the register."""

    template_name = "risks/choose.html"
    size = 50
    empty: Any = ""

    def filters(self) -> Any:
        """The form of the filters in the address."""
        raise NotImplementedError

    def offers(self, asked: dict[str, Any]) -> Any:
        """What may be chosen."""
        raise NotImplementedError

    def take(self, items: Any) -> list[Risk]:
        """Bring the entries into the register."""
        raise NotImplementedError

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"rows": self.offers({})}

    def page(self) -> dict[str, Any]:
        filters = self.filters()
        filters.is_valid()  # what is wrong in one field leaves the others standing
        asked = getattr(filters, "cleaned_data", {})
        found = Paginator(self.offers(asked), self.size).get_page(self.request.GET.get("page"))
        query = self.request.GET.copy()
        query.pop("page", None)
        return super().page() | {
            "filters": filters,
            "page_obj": found,
            "rows": found.object_list,
            "query": query.urlencode(),
            "ticked": self.request.POST.getlist("items"),
            "may": policies.can_write_register(self.person, self.register),
            "empty": self.empty,
        }

    def act(self, form: Any) -> str:
        self.tell(len(self.take(form.cleaned_data["items"])))
        return self.back()


class LibraryTake(FromList):
    """Take typical risks over."""

    form_class = forms.LibraryForm
    heading = gettext_lazy("From the library of typical risks")
    action = gettext_lazy("Take over what is chosen")
    empty = gettext_lazy("The register has every typical risk of the library that fits the filters.")

    def filters(self) -> Any:
        return forms.LibraryFilter(self.request.GET, agency=self.agency)

    def offers(self, asked: dict[str, Any]) -> Any:
        return library_offers(self.register, asked)

    def take(self, items: Any) -> list[Risk]:
        return services.library_take(self.agency, acting=self.person, unit=self.register.unit, items=items)

    def allowed(self) -> Verdict:
        return policies.can_write_register(self.person, self.register)


class RisksCopy(FromList):
    """Copy entries of other units."""

    form_class = forms.CopyForm
    heading = gettext_lazy("Copy from other units")
    action = gettext_lazy("Copy what is chosen")
    empty = gettext_lazy("Other units have no approved entry that fits the filters and is not here yet.")

    def filters(self) -> Any:
        return forms.CopyFilter(self.request.GET, register=self.register)

    def offers(self, asked: dict[str, Any]) -> Any:
        return copy_offers(self.register, asked)

    def take(self, items: Any) -> list[Risk]:
        return services.risks_copy(self.agency, acting=self.person, unit=self.register.unit, risks=items)

    def allowed(self) -> Verdict:
        return policies.can_write_register(self.person, self.register)


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

    def allowed(self) -> Verdict:
        return policies.can_write_register(self.person, self.register)

    def page(self) -> dict[str, Any]:
        return super().page() | {"columns": COLUMNS, "register": self.register, "most": MOST_LINES}

    def act(self, form: Any) -> str:
        upload = form.cleaned_data["file"]
        batch = services.import_preview(
            self.register, acting=self.person, name=upload.name, content=upload.read()
        )
        return reverse("risks:import-preview", args=[batch.pk])


BATCHES = RegisterImport.objects.select_related("register__unit", "register__agency", "file", "made_by")


PREVIEWED = 50


class ImportPreview(RisksPage):
    """What a workbook would bring, line by line, before anything is taken over; faults come first."""

    template_name = "risks/import_preview.html"
    tab = "registers"

    def page(self) -> dict[str, Any]:
        batch = self.find(BATCHES, pk=self.kwargs["pk"])
        good = [line for line in batch.lines if not line["problems"]]
        job = services.import_job(batch)
        first_faults = sorted(batch.lines, key=lambda line: not line["problems"])
        found = Paginator(first_faults, PREVIEWED).get_page(self.request.GET.get("page"))
        return {
            "job": job,
            "under_way": job is not None and not job.is_over,
            "batch": batch,
            "register": batch.register,
            "page_obj": found,
            "lines": found.object_list,
            "good": len(good),
            "bad": len(batch.lines) - len(good),
            "known": sum(1 for line in good if line["values"].get("risk")),
            "may": policies.can_write_register(self.person, batch.register),
            "is_preview": batch.state == RegisterImport.State.PREVIEW,
        }


class ImportCommit(ActionView):
    """Take the good lines over, at once or (a long workbook) by a job whose page is shown."""

    policy = policies.insider

    def act(self) -> str:
        batch = self.find(BATCHES, pk=self.kwargs["pk"])
        if len(batch.lines) > services.AT_ONCE:
            return services.import_enqueue(batch, acting=self.person).get_absolute_url()
        counts = services.import_commit(batch, acting=self.person)
        messages.success(self.request, services.taken_words(counts))
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

    guarded = False
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

    def allowed(self) -> Verdict:
        return policies.secretariat(self.person)

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
