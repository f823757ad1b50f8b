"""Pages of the agency's settings."""

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from qms import access, agency_settings, clock, registry
from qms.forms_settings import SettingForm
from qms.registry import SettingKind
from qms.selectors import settings as read
from qms.services import settings
from qms.views.base import FormPage, PageView


class SettingList(PageView):
    """Every setting in its group, with what holds today."""

    template_name = "settings/list.html"
    policy = access.may_see_settings

    def page(self) -> dict[str, Any]:
        return {
            "groups": read.setting_groups(self.agency, clock.today()),
            "may_change": access.can_administer(self.person, self.agency),
        }


class SettingEdit(FormPage):
    """A new value of one setting, with its history beside."""

    proposals = ("valid_from",)
    template_name = "settings/edit.html"
    policy = access.may_administer
    form_class = SettingForm

    @property
    def kind(self) -> SettingKind:
        """The setting in the address, else 404."""
        kind = registry.settings.get(self.kwargs["key"])
        if kind is None:
            raise Http404
        return kind

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"kind": self.kind}

    def get_initial(self) -> dict[str, Any]:
        return {"value": agency_settings.get(self.agency, self.kind.key), "valid_from": clock.today()}

    def page(self) -> dict[str, Any]:
        kind = self.kind
        return {
            "kind": kind,
            "default": read.in_words(kind, kind.default),
            "history": read.setting_history(self.agency, kind),
            "today": clock.today(),
        }

    def act(self, form: SettingForm) -> str:
        taken = form.cleaned_data
        settings.setting_change(
            self.agency,
            self.kind.key,
            taken["value"],
            acting=self.person,
            valid_from=taken["valid_from"],
            document=taken["document"],
        )
        messages.success(self.request, _("The setting is saved."))
        return reverse("settings")
