"""Templates of the agency: list, look, copy, restore, no longer offer."""

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from documents import policies, wording
from documents.models import PaperTemplate
from documents.problems import content_parse
from documents.rendering.sheet import IssueFacts, sheet_of
from documents.services import template_copy, template_restore, template_retire
from qms import clock
from qms.views import ActionView, PageView


class TemplateList(PageView):
    """The templates the agency works with, its own wording marked."""

    template_name = "documents/template_list.html"
    policy = policies.may_draft

    def page(self) -> dict[str, Any]:
        return {
            "templates": wording.available(self.agency),
            "may_keep": policies.may_keep_wording(self.person),
        }


class TemplateLook(PageView):
    """A template as a paper of today would begin, and the days on which its wording changed."""

    template_name = "documents/template_look.html"
    policy = policies.may_draft

    def page(self) -> dict[str, Any]:
        found = wording.find(self.agency, self.kwargs["template"])
        if found is None:
            raise Http404
        data = wording.shown(self.agency, found, found.data)
        content, _problems = content_parse(data)
        return {
            "subject": found,
            "sheet": sheet_of(content, IssueFacts(year=clock.today().year)) if content else None,
            "history": PaperTemplate.objects.visible_to(self.person).filter(key=found.key),
            "may_keep": policies.may_keep_wording(self.person),
        }


class _Act(ActionView):
    policy = policies.may_keep_wording

    @property
    def key(self) -> str:
        """The key in the address; 404 for one the agency does not have."""
        key: str = self.kwargs["template"]
        if wording.find(self.agency, key) is None:
            raise Http404
        return key


class TemplateCopy(_Act):
    """Begin a template of the agency's own."""

    def act(self) -> str:
        made = template_copy(agency=self.agency, key=self.key, acting=self.person)
        return made.get_absolute_url()


class TemplateRestore(_Act):
    """Back to the portal's wording."""

    def act(self) -> str:
        made = template_restore(agency=self.agency, key=self.key, acting=self.person)
        messages.success(self.request, _("“%(name)s” has the wording of the portal again.") % {"name": made})
        return reverse("documents:template-list")


class TemplateRetire(_Act):
    """No longer offered."""

    def act(self) -> str:
        made = template_retire(agency=self.agency, key=self.key, acting=self.person)
        messages.success(self.request, _("“%(name)s” is no longer offered.") % {"name": made})
        return reverse("documents:template-list")
