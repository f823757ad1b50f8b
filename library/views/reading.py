"""Reading a version: the page, comparison, copies marked with their day, and who has read it."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from library import comparing, policies, rendering
from library.models import DocumentVersion, Reading
from library.selectors.manual import exclusions
from library.selectors.versions import readership, rows
from library.services import reading as reading_services
from library.views.base import LibraryPage
from qms import audit, clock, files
from qms.models import AuditEntry
from qms.policies import require
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
        "excluded": exclusions(version),
        "may_issue": version.state == State.APPROVED and bool(policies.secretariat(person)),
        "trail": AuditEntry.objects.visible_to(person).filter(subject_id=str(version.pk))[:8],
        "mark": rendering.mark_of(version, today),
        "today": today,
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
        told = readership(self.find(rows(), pk=self.kwargs["pk"]))
        for person, at in told.done:
            yield person.full_name, person.position, person.unit.label if person.unit else "", at
        for person in told.open:
            yield person.full_name, person.position, person.unit.label if person.unit else "", ""
