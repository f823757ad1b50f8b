"""Reading a version, writing it, and its way to approval."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from library import comparing, papers, policies, rendering, uploads
from library.forms import documents as forms
from library.models import DocumentVersion, Reading, Section
from library.selectors.versions import readership, rows
from library.services import reading as reading_services
from library.services import versions as services
from library.services import writing
from library.views.base import LibraryForm, LibraryPage
from qms import audit, clock, files
from qms.models import AuditEntry, ClauseApplicability
from qms.views.base import ActionView, ExportView, PortalMixin

State = DocumentVersion.State


class VersionRead(LibraryPage):
    """A version as it reads: valid, coming, obsolete or a draft, said at once."""

    template_name = "library/version_read.html"

    def page(self) -> dict[str, Any]:
        version = self.find(rows(), pk=self.kwargs["pk"])
        return reading_page(version, self.person)


def reading_page(version: DocumentVersion, person: Any) -> dict[str, Any]:
    """Everything the page of a version shows."""
    today = clock.today()
    document = version.document
    status = version.status_on(today)
    sections = version.sections.select_related("clause").order_by("order", "created_at")
    parts = rendering.sections_html(sections, rendering.document_links(document.agency))
    others = rows().visible_to(person).filter(document=document).exclude(pk=version.pk)
    others = list(others.exclude(state=State.ABANDONED).order_by("-issue_no", "-revision_no"))
    reading = Reading.objects.filter(version=version, person=person).first()
    valid = next((one for one in others if one.status_on(today) == "active"), None)
    editable = version.state == State.DRAFT and bool(policies.can_edit(person, version))
    return {
        "document": document,
        "version": version,
        "status": status,
        "parts": parts,
        "valid": valid,
        "others": [(one, one.status_on(today)) for one in others],
        "reading": reading,
        "may_acknowledge": status in {"active", "approved"} and reading is None,
        "stages": stages(version) if version.is_open or version.state == State.ABANDONED else None,
        "may_edit": editable,
        "may_review": policies.can_review(person, version),
        "may_approve": policies.can_approve(person, version),
        "may_withdraw": policies.can_withdraw(person, version),
        "may_ask": status in {"active", "approved"},
        "told": readership(version) if status in {"active", "approved"} and version.must_read else None,
        "excluded": _excluded(document.agency, today) if document.kind == "manual" else {},
        "may_issue": version.state == State.APPROVED and bool(policies.secretariat(person)),
        "trail": AuditEntry.objects.visible_to(person).filter(subject_id=str(version.pk))[:8],
        "mark": rendering.mark_of(version, today),
        "today": today,
    }


def _excluded(agency: Any, today: Any) -> dict[Any, str]:
    """Justification by clause of what does not apply today."""
    found = ClauseApplicability.objects.filter(agency=agency, applicable=False, valid_from__lte=today)
    return {
        row.clause_id: row.justification for row in found if row.valid_to is None or row.valid_to >= today
    }


def stages(version: DocumentVersion) -> list[dict[str, Any]]:
    """The stage rail: drafted, reviewed, approved, in force."""
    way = [State.DRAFT, State.IN_REVIEW, State.REVIEWED, State.APPROVED]
    here = way.index(State(version.state)) if version.state in way else 0
    words = [_("Drafted"), _("Reviewed"), _("Approved"), _("In force")]
    whens = [version.submitted_at, version.reviewed_at, version.approved_at, version.effective_on]
    found = []
    for number, (word, when) in enumerate(zip(words, whens, strict=True)):
        state = "done" if number < here else "current" if number == here else ""
        shown = when if number < here or number == 3 else None
        found.append({"label": word, "state": state, "when": f"{shown:%d/%m/%Y}" if shown else ""})
    return found


class OfVersion(LibraryForm):
    """A form about one version."""

    @cached_property
    def version(self) -> DocumentVersion:
        """The version of the address."""
        found: DocumentVersion = self.find(rows(), pk=self.kwargs["pk"])
        return found

    def back(self) -> str:
        return self.version.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": f"{self.version.document} · {self.version.edition}"}


class SectionAdd(OfVersion):
    """Add a section, at the end or after the one of `?after=`."""

    form_class = forms.SectionForm
    heading = gettext_lazy("New section")
    action = gettext_lazy("Add the section")

    def act(self, form: Any) -> str:
        values = dict(form.cleaned_data)
        values.pop("seen", None)
        after = self.version.sections.filter(pk=_uuid(self.request.GET.get("after"))).first()
        section = writing.section_add(self.version, acting=self.person, after=after, **values)
        return f"{self.back()}#s-{section.pk}"


def _uuid(text: str | None) -> Any:
    import uuid

    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


class OfSection(LibraryForm):
    """A form about one section."""

    @cached_property
    def section(self) -> Section:
        """The section of the address, when its version may be seen."""
        section: Section = self.find(
            Section.objects.select_related("version__document__owner", "clause"), pk=self.kwargs["pk"]
        )
        self.find(rows(), pk=section.version_id)
        return section

    def back(self) -> str:
        return f"{self.section.version.get_absolute_url()}#s-{self.section.pk}"

    def page(self) -> dict[str, Any]:
        return {"about": f"{self.section.version.document} · {self.section.version.edition}"}


class SectionEdit(OfSection):
    """Edit a section."""

    form_class = forms.SectionForm
    heading = gettext_lazy("Edit the section")
    action = gettext_lazy("Save the section")

    def get_initial(self) -> dict[str, Any]:
        one = self.section
        values = {name: getattr(one, name) for name in ("number", "title", "clause", "text")}
        return values | {"seen": one.revision}

    def act(self, form: Any) -> str:
        values = dict(form.cleaned_data)
        seen = values.pop("seen") or 0
        writing.section_edit(self.section, acting=self.person, seen=seen, **values)
        return self.back()


class SectionMove(ActionView):
    """Move a section up or down."""

    policy = policies.insider

    def act(self) -> str:
        section = find_section(self)
        writing.section_move(section, acting=self.person, up=self.kwargs["way"] == "up")
        return f"{section.version.get_absolute_url()}#s-{section.pk}"


class SectionRemove(ActionView):
    """Take a section out of a draft."""

    policy = policies.insider

    def act(self) -> str:
        section = find_section(self)
        writing.section_remove(section, acting=self.person)
        return section.version.get_absolute_url()


def find_section(view: Any) -> Section:
    """The section of an address, when its version may be seen."""
    section: Section = view.find(
        Section.objects.select_related("version__document__owner"), pk=view.kwargs["pk"]
    )
    view.find(rows(), pk=section.version_id)
    return section


class VersionUpload(OfVersion):
    """Upload the file of a version."""

    form_class = forms.UploadForm
    heading = gettext_lazy("Upload the file")
    action = gettext_lazy("Upload the file")

    def act(self, form: Any) -> str:
        upload = form.cleaned_data["file"]
        content = upload.read()
        uploads.check(upload.name, content)
        # Kept before the transaction of the service: a file may be left over, never lost.
        stored = files.store(self.agency, upload.name, content, acting=self.person)
        writing.version_upload(self.version, acting=self.person, file=stored)
        messages.success(self.request, _("The file is kept; its text is being read for the search."))
        return self.back()


class VersionSubmit(OfVersion):
    """Send a draft for review."""

    form_class = forms.SubmitForm
    heading = gettext_lazy("Send for review")
    action = gettext_lazy("Send for review")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.version}

    def get_initial(self) -> dict[str, Any]:
        one = self.version
        return {
            "reviewer": one.reviewer_id,
            "approver": one.approver_id,
            "effective_on": one.effective_on or clock.today(),
            "expires_on": one.expires_on,
            "must_read": one.must_read,
            "changes_note": one.changes_note,
        }

    def act(self, form: Any) -> str:
        services.version_submit(self.version, acting=self.person, **form.cleaned_data)
        return self.back()


class VersionReview(ActionView):
    """Confirm the review."""

    policy = policies.insider

    def act(self) -> str:
        version = self.find(rows(), pk=self.kwargs["pk"])
        services.version_review(version, acting=self.person)
        messages.success(self.request, _("Reviewed; it now waits for approval."))
        return version.get_absolute_url()


class VersionApprove(OfVersion):
    """Approve a version, with the day from which it holds."""

    form_class = forms.ApproveForm
    heading = gettext_lazy("Approve the version")
    action = gettext_lazy("Approve the version")

    def get_initial(self) -> dict[str, Any]:
        planned = self.version.effective_on
        return {"effective_on": max(planned, clock.today()) if planned else clock.today()}

    def act(self, form: Any) -> str:
        services.version_approve(self.version, acting=self.person, **form.cleaned_data)
        return self.back()


class VersionReturn(OfVersion):
    """Send a version back."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Send back to the author")
    action = gettext_lazy("Send the version back")

    def act(self, form: Any) -> str:
        services.version_return(self.version, acting=self.person, **form.cleaned_data)
        return self.back()


class VersionWithdraw(ActionView):
    """Take a version back to work on it."""

    policy = policies.insider

    def act(self) -> str:
        version = self.find(rows(), pk=self.kwargs["pk"])
        return services.version_withdraw(version, acting=self.person).get_absolute_url()


class VersionAbandon(OfVersion):
    """Give a draft up."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Abandon the draft")
    action = gettext_lazy("Abandon the draft")

    def act(self, form: Any) -> str:
        services.version_abandon(self.version, acting=self.person, **form.cleaned_data)
        return self.version.document.get_absolute_url()


class VersionAcknowledge(ActionView):
    """Read and understood."""

    policy = policies.insider

    def act(self) -> str:
        version = self.find(rows(), pk=self.kwargs["pk"])
        reading_services.version_read(version, acting=self.person)
        messages.success(self.request, _("Kept: you have read and understood this version."))
        return version.get_absolute_url()


class VersionCompare(LibraryPage):
    """Two versions of a document side by side, word by word."""

    template_name = "library/version_compare.html"

    def page(self) -> dict[str, Any]:
        new = self.find(rows(), pk=self.kwargs["pk"])
        old = self.find(rows().filter(document=new.document), pk=self.kwargs["other"])
        changes = comparing.compare(parts(old), parts(new))
        return {"document": new.document, "old": old, "new": new, "changes": changes}


def parts(version: DocumentVersion) -> list[comparing.PartText]:
    """A version as parts to compare."""
    if version.source == DocumentVersion.Source.UPLOADED:
        return comparing.parts_of_text(version.text)
    return [
        comparing.PartText(one.heading, tuple(line.strip() for line in one.text.splitlines() if line.strip()))
        for one in version.sections.order_by("order", "created_at")
    ]


class VersionFile(PortalMixin, View):
    """A copy to keep or print, marked with its day and, where due, its stamp on every page."""

    policy = policies.insider

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        version = self.find(rows(), pk=self.kwargs["pk"])
        today = clock.today()
        mark = rendering.mark_of(version, today)
        name, kind = f"{version.document.code}-{version.edition.replace('/', '.')}", "pdf"
        if version.source == DocumentVersion.Source.WRITTEN or version.file is None:
            content = rendering.version_pdf(version, today)
        elif version.file.name.lower().endswith(".docx"):
            content, kind = rendering.marked_docx(files.read(version.file), mark), "docx"
        else:
            content = rendering.stamped_pdf(files.read(version.file), mark)
        audit.record("library.version.downloaded", version, acting=self.person, note=mark.stamp)
        return FileResponse(io.BytesIO(content), as_attachment=True, filename=f"{name}.{kind}")


class VersionOriginal(PortalMixin, View):
    """The uploaded file byte by byte, for those who look after the document or while it holds."""

    policy = policies.insider

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        version = self.find(rows().exclude(file=None), pk=self.kwargs["pk"])
        if version.status_on(clock.today()) == "obsolete":
            from qms.policies import require

            require(policies.can_keep(self.person, version.document))
        audit.record("library.version.downloaded", version, acting=self.person, note=version.file.name)
        return FileResponse(
            io.BytesIO(files.read(version.file)),
            as_attachment=True,
            filename=version.file.name,
            content_type=version.file.content_type,
        )


class VersionReaders(LibraryPage):
    """Who has read a version, and who has not."""

    template_name = "library/version_readers.html"

    def page(self) -> dict[str, Any]:
        version = self.find(rows(), pk=self.kwargs["pk"])
        return {
            "version": version,
            "document": version.document,
            "told": readership(version),
            "today": clock.today(),
            "export_url": reverse("library:version-readers-export", args=[version.pk]),
        }


class VersionReadersExport(ExportView):
    """The readers of a version as a workbook."""

    policy = policies.insider
    filename = "nguoi-da-doc.xlsx"

    def header(self) -> list[str]:
        return [_("Person"), _("Position"), _("Unit"), _("Read at")]

    def lines(self) -> Iterable[Sequence[Any]]:
        version = self.find(rows(), pk=self.kwargs["pk"])
        audit.record("qms.export.downloaded", version, acting=self.person, note=self.filename)
        told = readership(version)
        for person, at in told.done:
            yield person.full_name, person.position, person.unit.label if person.unit else "", at
        for person in told.open:
            yield person.full_name, person.position, person.unit.label if person.unit else "", ""


class VersionPaper(OfVersion):
    """Draft the decision that issues a version."""

    form_class = forms.SignerForm
    heading = gettext_lazy("Issue the version as a decision")
    action = gettext_lazy("Draft the decision")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def act(self, form: Any) -> str:
        there = papers.live(self.version.paper)
        if there is not None:
            return there.get_absolute_url()
        signer = form.cleaned_data["signer"]
        return papers.version_paper(self.version, signer=signer, acting=self.person).get_absolute_url()
