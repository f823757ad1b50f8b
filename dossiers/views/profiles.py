"""Pages of import profiles: how the exports of each source are read."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers import policies, profiles
from dossiers.forms import ProfileForm
from dossiers.importers.profile import BUILT_IN
from dossiers.models import DossierImport, ImportProfile
from dossiers.reading_form import DAY_FORMS, USUAL
from dossiers.views.tabs import tabs
from qms.models import Person
from qms.views.base import ActionView, ExportView, FormPage, PageView

SHOWN_IMPORTS = 5
DONE = Q(imports__state=DossierImport.State.COMMITTED)


def sources(person: Person) -> "QuerySet[Any]":
    """The sources in the person's scope, with what was imported from each."""
    return (
        ImportProfile.objects.visible_to(person)
        .annotate(
            files=Count("imports", filter=DONE),
            rows=Max("imports__read_count", filter=DONE),
            last=Max("imports__committed_at", filter=DONE),
        )
        .order_by("name")
    )


class ProfileList(PageView):
    """All sources the agency takes exports from."""

    template_name = "dossiers/profile_list.html"
    policy = policies.may_read

    def page(self) -> dict[str, Any]:
        found = sources(self.person)
        return {
            "tabs": tabs("imports"),
            "used": [one for one in found if one.archived_at is None],
            "archived": [one for one in found if one.archived_at is not None],
            "may_import": policies.may_import(self.person),
        }


class ProfileListExport(ExportView):
    """The sources as `.xlsx`."""

    policy = policies.may_read
    filename = "nguon-ho-so.xlsx"

    def header(self) -> list[str]:
        return [_("Source"), _("State"), _("Files imported"), _("Rows in the largest"), _("Last import")]

    def lines(self) -> Iterable[Sequence[Any]]:
        for one in sources(self.person).values_list("name", "archived_at", "files", "rows", "last"):
            name, archived_at, *numbers = one
            yield [name, _("Archived") if archived_at else _("In use"), *numbers]


class _Profile:
    """The profile of the address."""

    kwargs: dict[str, Any]
    find: Any

    def profile(self) -> ImportProfile:
        """In the person's scope."""
        found: ImportProfile = self.find(ImportProfile.objects.select_related("agency"), pk=self.kwargs["pk"])
        return found


class ProfilePage(_Profile, FormPage):
    """What a profile knows; its name can be changed here."""

    template_name = "dossiers/profile_detail.html"
    policy = policies.may_read
    form_class = ProfileForm

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.profile().name}

    def page(self) -> dict[str, Any]:
        profile = self.profile()
        imports = profile.imports.filter(agency=self.agency).order_by("-created_at")
        words = profiles.word_readings(profile)
        columns = profiles.column_readings(profile)
        return {
            "tabs": tabs("imports"),
            "profile": profile,
            "is_built_in": profile.code == BUILT_IN,
            "columns": columns,
            "words": words,
            "learned_columns": sum(len(one.learned) for one in columns),
            "learned_words": sum(one.learned for one in words),
            "days": dict(DAY_FORMS)[profile.mapping.get("dates") or USUAL],
            "imports": imports[:SHOWN_IMPORTS],
            "may_import": policies.may_import(self.person),
            "may_archive": profiles.can_archive(self.person, profile),
            "may_remove": profiles.can_remove(self.person, profile),
        }

    def act(self, form: Any) -> str:
        done = profiles.profile_rename(self.profile(), name=form.cleaned_data["name"], acting=self.person)
        messages.success(self.request, _("The profile is named “%(name)s” now.") % {"name": done.name})
        return done.get_absolute_url()


class ProfileArchive(_Profile, ActionView):
    """Read no further file by a profile."""

    policy = policies.may_import

    def act(self) -> str:
        done = profiles.profile_archive(self.profile(), acting=self.person)
        messages.success(self.request, _("Files are no longer read by “%(name)s”.") % {"name": done.name})
        return done.get_absolute_url()


class ProfileRestore(_Profile, ActionView):
    """Read files by a profile again."""

    policy = policies.may_import

    def act(self) -> str:
        done = profiles.profile_restore(self.profile(), acting=self.person)
        messages.success(self.request, _("Files are read by “%(name)s” again.") % {"name": done.name})
        return done.get_absolute_url()


class ProfileForget(_Profile, ActionView):
    """Forget what one title or word means."""

    policy = policies.may_import

    def act(self) -> str:
        text = self.request.POST.get("text", "")
        done = profiles.profile_forget(
            self.profile(), kind=self.request.POST.get("kind", ""), text=text, acting=self.person
        )
        messages.success(self.request, _("The next file asks what “%(text)s” means.") % {"text": text[:60]})
        return done.get_absolute_url()


class ProfileRemove(_Profile, ActionView):
    """Remove a profile no import was read by."""

    policy = policies.may_import

    def act(self) -> str:
        profiles.profile_remove(self.profile(), acting=self.person)
        messages.success(self.request, _("The profile was removed."))
        return reverse("dossiers:import-profile-list")
