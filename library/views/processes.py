"""The quality manual's own address, and the map of processes."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from library import policies
from library.forms import processes as forms
from library.models import Process, ProcessLink
from library.selectors.versions import rows
from library.services import manual as manual_services
from library.services import processes as services
from library.views.base import LibraryForm, LibraryPage
from library.views.reading import reading_page
from qms import clock
from qms.policies import Verdict
from qms.views.base import ActionView, ExportView

ROWS = Process.objects.select_related("owner", "document", "agency")


class Manual(LibraryPage):
    """The quality manual in force, else what there is of it."""

    tab = "manual"

    def get_template_names(self) -> list[str]:
        return ["library/version_read.html" if self.version else "library/manual_none.html"]

    @cached_property
    def version(self) -> Any:
        """The version to read: in force, else coming, else under way, else the last."""
        document = manual_services.manual_of(self.agency)
        if document is None:
            return None
        found = list(rows().visible_to(self.person).filter(document=document).exclude(state="abandoned"))
        today = clock.today()
        order = ["active", "approved", "submitted", "in_review", "draft", "obsolete"]
        return min(found, key=lambda one: order.index(one.status_on(today)), default=None)

    def page(self) -> dict[str, Any]:
        if self.version is None:
            return {
                "may_start": policies.secretariat(self.person),
                "document": manual_services.manual_of(self.agency),
            }
        return reading_page(self.version, self.person)


class ManualStart(ActionView):
    """Begin the manual with a section for every clause."""

    policy = policies.insider

    def act(self) -> str:
        return manual_services.manual_start(self.agency, acting=self.person).get_absolute_url()


class ProcessMap(LibraryPage):
    """Processes in their three bands, and what they hand to each other."""

    template_name = "library/process_map.html"
    tab = "processes"

    def page(self) -> dict[str, Any]:
        found = list(
            ROWS.visible_to(self.person)
            .filter(active=True)
            .prefetch_related("clauses", "gives__target", "receives__source")
            .order_by("code")
        )
        bands = [
            (kind, label, [one for one in found if one.kind == kind]) for kind, label in Process.Kind.choices
        ]
        return {
            "bands": bands,
            "processes": found,
            "idle": ROWS.visible_to(self.person).filter(active=False).order_by("code"),
            "may_edit": policies.secretariat(self.person),
        }


class ProcessExport(ExportView):
    """The processes as a workbook."""

    policy = policies.insider
    filename = "cac-qua-trinh.xlsx"

    def header(self) -> list[str]:
        return [
            _("Code"),
            _("Process"),
            _("Kind"),
            _("Unit in charge"),
            _("Inputs"),
            _("Outputs"),
            _("Document"),
            _("Hands over to"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        for one in ROWS.visible_to(self.person).filter(active=True).prefetch_related("gives__target"):
            given = "; ".join(f"{link.target.code}: {link.what}" for link in one.gives.all())
            owner = one.owner.label if one.owner else str(_("Whole agency"))
            document = one.document.code if one.document else ""
            yield (
                one.code,
                one.name,
                str(one.get_kind_display()),
                owner,
                one.inputs,
                one.outputs,
                document,
                given,
            )


class ProcessCreate(LibraryForm):
    """Add a process."""

    form_class = forms.ProcessForm
    tab = "processes"
    heading = gettext_lazy("New process")
    action = gettext_lazy("Save the process")

    def allowed(self) -> Verdict:
        return policies.can_edit_process(self.person, None)

    def back(self) -> str:
        from django.urls import reverse

        return reverse("library:process-map")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def act(self, form: Any) -> str:
        services.process_save(self.agency, acting=self.person, **form.cleaned_data)
        return self.back()


class ProcessEdit(ProcessCreate):
    """Change a process."""

    heading = gettext_lazy("Edit the process")

    @cached_property
    def process(self) -> Process:
        """The process of the address."""
        found: Process = self.find(ROWS, pk=self.kwargs["pk"])
        return found

    def allowed(self) -> Verdict:
        return policies.can_edit_process(self.person, self.process)

    def page(self) -> dict[str, Any]:
        return {"about": str(self.process)}

    def get_initial(self) -> dict[str, Any]:
        values = {name: getattr(self.process, name) for name in services.FIELDS}
        return values | {"clauses": self.process.clauses.all()}

    def act(self, form: Any) -> str:
        services.process_save(self.agency, acting=self.person, process=self.process, **form.cleaned_data)
        return self.back()


class LinkAdd(LibraryForm):
    """Say what a process hands to another."""

    form_class = forms.LinkForm
    tab = "processes"
    heading = gettext_lazy("What the process hands over")
    action = gettext_lazy("Add the interaction")

    @cached_property
    def process(self) -> Process:
        """The process of the address."""
        found: Process = self.find(ROWS, pk=self.kwargs["pk"])
        return found

    def allowed(self) -> Verdict:
        return policies.can_edit_process(self.person, self.process)

    def back(self) -> str:
        return self.process.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.process)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"source": self.process}

    def act(self, form: Any) -> str:
        values = form.cleaned_data
        services.link_add(self.process, values["target"], acting=self.person, what=values["what"])
        return self.back()


class LinkRemove(ActionView):
    """Take an interaction off the map."""

    policy = policies.insider

    def act(self) -> str:
        link = self.find(ProcessLink.objects.select_related("source", "target"), pk=self.kwargs["pk"])
        services.link_remove(link, acting=self.person)
        url: str = link.source.get_absolute_url()
        return url
