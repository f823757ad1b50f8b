"""The list of documents, the page of one, and the forms around it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from library import policies
from library.forms import documents as forms
from library.models import ControlledDocument, Distribution, DocumentVersion
from library.selectors import documents as reading
from library.selectors.versions import effective_version, open_version, readership, rows
from library.services import documents as services
from library.services import upkeep, versions
from library.views.base import LibraryForm, LibraryList, LibraryPage
from qms import clock
from qms.models import AuditEntry
from qms.policies import Verdict
from qms.views.base import ActionView, ExportView

ROWS = ControlledDocument.objects.select_related("owner", "parent", "basis", "agency")


class DocumentList(LibraryList):
    """Every document: what is valid, which edition, since when, and whether I have read it."""

    template_name = "library/document_list.html"
    columns_sortable = {"code": "code", "title": "title", "unit": "owner__order", "review": "next_review_on"}

    def rows(self) -> Any:
        self.form = forms.DocumentFilter(self.request.GET, agency=self.agency)
        self.form.is_valid()
        asked = getattr(self.form, "cleaned_data", {})
        return reading.document_list(self.person, asked, clock.today())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        today = clock.today()
        return context | {
            "rows": reading.lines_of(context["rows"], self.person, today),
            "counts": reading.with_counts(self.person, today),
            "form": self.form,
            "export_url": reverse("library:document-export"),
            "may_draft": policies.can_draft(self.person, self.person.unit),
            "filtered": any(self.request.GET.get(name) for name in self.form.fields),
            "today": today,
        }


class DocumentExport(ExportView):
    """The filtered list as a workbook."""

    policy = policies.insider
    filename = "danh-muc-tai-lieu.xlsx"

    def header(self) -> list[str]:
        return [
            str(title)
            for title in (
                _("Code"),
                _("Title"),
                _("Kind"),
                _("Unit in charge"),
                _("Issue/revision"),
                _("In force from"),
                _("State"),
                _("Next review"),
                _("Issued by"),
                _("Clauses"),
            )
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        form = forms.DocumentFilter(self.request.GET, agency=self.agency)
        form.is_valid()
        today = clock.today()
        found = reading.document_list(self.person, getattr(form, "cleaned_data", {}), today)
        for line in reading.lines_of(found.prefetch_related("clauses"), self.person, today):
            one, version = line.document, line.version
            yield (
                one.code,
                one.title,
                str(one.get_kind_display()),
                one.place,
                version.edition if version else "",
                version.effective_on if version else None,
                state_words(line.status),
                one.next_review_on,
                one.issuer,
                ", ".join(clause.code for clause in one.clauses.all()),
            )


def state_words(code: str) -> str:
    """The word of a state in a list."""
    from qms.statuses import status

    return str(_("No version yet") if code == reading.NONE else status(code).label)


class DocumentDetail(LibraryPage):
    """One document: its valid version, its history, who has it and who has read it."""

    template_name = "library/document_detail.html"

    def page(self) -> dict[str, Any]:
        document = self.find(ROWS, pk=self.kwargs["pk"])
        today = clock.today()
        versions_ = list(
            rows()
            .visible_to(self.person)
            .filter(document=document)
            .exclude(state=DocumentVersion.State.ABANDONED)
            .order_by("-issue_no", "-revision_no")
        )
        valid = next((one for one in versions_ if one.status_on(today) == "active"), None)
        upcoming = [one for one in versions_ if one.status_on(today) == "approved"]
        shown = valid or next(iter(upcoming), None)
        told = readership(shown) if shown is not None else None
        trail = AuditEntry.objects.visible_to(self.person).filter(
            subject_id__in=[str(document.pk), *(str(one.pk) for one in versions_)]
        )
        return {
            "document": document,
            "versions": [(one, one.status_on(today)) for one in versions_],
            "valid": valid,
            "upcoming": upcoming,
            "shown": shown,
            "open": next((one for one in versions_ if one.is_open), None),
            "told": told,
            "read_at": _read_at(told, self.person) if told else None,
            "distribution": document.distribution.select_related("unit", "person__unit"),
            "requests": document.change_requests.select_related("asked_by", "taken_into")[:6],
            "reviews": document.reviews.select_related("reviewed_by", "version")[:6],
            "children": document.children.order_by("code"),
            "processes": document.processes.filter(active=True),
            "clauses": document.clauses.order_by("order"),
            "may_revise": policies.can_revise(self.person, document),
            "may_keep": policies.can_keep(self.person, document),
            "may_end": valid is not None and policies.can_end(self.person, valid),
            "under_way": open_version(document) is not None,
            "review_late": bool(valid and document.next_review_on and document.next_review_on < today),
            "trail": trail[:10],
            "today": today,
        }


def _read_at(told: Any, person: Any) -> dt.datetime | None:
    found = next((at for one, at in told.done if one.pk == person.pk), None)
    return found or next((row.read_at for row in told.others if row.person_id == person.pk), None)


class DocumentCreate(LibraryForm):
    """Put a document on the list."""

    form_class = forms.DocumentForm
    heading = gettext_lazy("New document")
    action = gettext_lazy("Add the document")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        kind = self.request.GET.get("kind")
        unit = None if policies.in_secretariat(self.person) else self.person.unit
        chosen = {"kind": kind} if kind in ControlledDocument.Kind.values else {"kind": "procedure"}
        return chosen | {"owner": unit, "parent": self.request.GET.get("parent") or None}

    def act(self, form: Any) -> str:
        document = services.document_create(self.agency, acting=self.person, **form.cleaned_data)
        messages.success(
            self.request, _("Added as %(code)s. Now begin its first version.") % {"code": document.code}
        )
        return document.get_absolute_url()


class OfDocument(LibraryForm):
    """A form about one document."""

    @cached_property
    def document(self) -> ControlledDocument:
        """The document of the address."""
        found: ControlledDocument = self.find(ROWS, pk=self.kwargs["pk"])
        return found

    def back(self) -> str:
        return self.document.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.document)}


class DocumentEdit(OfDocument):
    """Change what the list says of a document."""

    form_class = forms.DocumentForm
    heading = gettext_lazy("Edit the entry of the document")
    action = gettext_lazy("Save the entry")

    def allowed(self) -> Verdict:
        return policies.can_revise(self.person, self.document)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        values = {name: getattr(self.document, name) for name in services.FIELDS}
        return values | {"clauses": self.document.clauses.all()}

    def act(self, form: Any) -> str:
        services.document_change(self.document, acting=self.person, **form.cleaned_data)
        return self.back()


class VersionStart(OfDocument):
    """Begin the next version."""

    guarded = False
    form_class = forms.VersionStartForm
    heading = gettext_lazy("New version")
    action = gettext_lazy("Begin the version")

    def allowed(self) -> Verdict:
        return policies.can_revise(self.person, self.document)

    def get_initial(self) -> dict[str, Any]:
        last = self.document.versions.order_by("-issue_no", "-revision_no").first()
        return {"source": last.source if last else DocumentVersion.Source.WRITTEN}

    def act(self, form: Any) -> str:
        version = versions.version_start(self.document, acting=self.person, **form.cleaned_data)
        return version.get_absolute_url()


class DistributionAdd(OfDocument):
    """Distribute a document."""

    form_class = forms.DistributionForm
    heading = gettext_lazy("Distribute the document")
    action = gettext_lazy("Distribute the document")

    def allowed(self) -> Verdict:
        return policies.can_keep(self.person, self.document)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def act(self, form: Any) -> str:
        services.distribution_add(self.document, acting=self.person, **form.cleaned_data)
        return self.back()


class DistributionRemove(ActionView):
    """Take a unit or a person off the distribution."""

    policy = policies.insider

    def act(self) -> str:
        line = self.find(Distribution.objects.select_related("document__owner"), pk=self.kwargs["pk"])
        services.distribution_remove(line, acting=self.person)
        url: str = line.document.get_absolute_url()
        return url


class ReviewRecord(OfDocument):
    """Record a periodic review."""

    form_class = forms.ReviewForm
    heading = gettext_lazy("Periodic review")
    action = gettext_lazy("Save the review")

    def allowed(self) -> Verdict:
        return policies.can_keep(self.person, self.document)

    def act(self, form: Any) -> str:
        review = upkeep.review_record(self.document, acting=self.person, **form.cleaned_data)
        if review.outcome == "revise" and policies.can_revise(self.person, self.document):
            return reverse("library:version-start", args=[self.document.pk])
        return self.back()


class DocumentEnd(OfDocument):
    """Let the valid version end without a successor."""

    form_class = forms.EndForm
    heading = gettext_lazy("End the document")
    action = gettext_lazy("End the document")

    def allowed(self) -> Verdict:
        version = effective_version(self.document)
        if version is None:
            return policies.can_revise(self.person, self.document)
        return policies.can_end(self.person, version)

    def act(self, form: Any) -> str:
        version = effective_version(self.document)
        if version is not None:
            versions.version_end(version, acting=self.person, **form.cleaned_data)
        return self.back()
