"""Writing a version: its sections, or the file uploaded instead."""

import uuid
from typing import Any

from django.contrib import messages
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from library import policies, uploads
from library.forms import documents as forms
from library.models import Section
from library.selectors.versions import rows
from library.services import writing
from library.views.base import LibraryForm
from library.views.versions import OfVersion
from qms import files
from qms.policies import Verdict
from qms.views import guard
from qms.views.base import ActionView


class SectionAdd(OfVersion):
    """Add a section, at the end or after the one of `?after=`."""

    form_class = forms.SectionForm
    heading = gettext_lazy("New section")
    action = gettext_lazy("Add the section")

    def allowed(self) -> Verdict:
        return policies.can_edit(self.person, self.version)

    def act(self, form: Any) -> str:
        values = dict(form.cleaned_data)
        values.pop("seen", None)
        after = self.version.sections.filter(pk=_uuid(self.request.GET.get("after"))).first()
        section = writing.section_add(self.version, acting=self.person, after=after, **values)
        return f"{self.back()}#s-{section.pk}"


def _uuid(text: str | None) -> Any:
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

    def allowed(self) -> Verdict:
        return policies.can_edit(self.person, self.section.version)

    def get_initial(self) -> dict[str, Any]:
        one = self.section
        values = {name: getattr(one, name) for name in ("number", "title", "clause", "text")}
        return values | {"seen": one.revision}

    def act(self, form: Any) -> str:
        values = dict(form.cleaned_data)
        seen = values.pop("seen") or 0
        if self.request.POST.get(guard.SHOWN):  # the values were held against what is there now
            seen = self.section.revision
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

    def allowed(self) -> Verdict:
        return policies.can_edit(self.person, self.version)

    def act(self, form: Any) -> str:
        upload = form.cleaned_data["file"]
        content = upload.read()
        uploads.check(upload.name, content)
        # Kept before the transaction of the service: a file may be left over, never lost.
        stored = files.store(self.agency, upload.name, content, acting=self.person)
        writing.version_upload(self.version, acting=self.person, file=stored)
        messages.success(self.request, _("The file is kept; its text is being read for the search."))
        return self.back()
