"""Small pages of the shell: search, language, change of agency."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from qms import registry, search
from qms.middleware import AGENCY_SESSION_KEY
from qms.models import Person, User
from qms.policies import public, signed_in
from qms.views.base import ActionView, PageView


class Search(PageView):
    """Everything findable, accents or not; an htmx request (while typing) gets only the results."""

    template_name = "search.html"
    policy = signed_in

    def page(self) -> dict[str, Any]:
        query = self.request.GET.get("q", "").strip()[:200]
        kind = self.request.GET.get("kind", "")
        groups = search.find_by_kind(self.person, query, kind=kind) if query else []
        return {
            "q": query,
            "groups": groups,
            "total": sum(group.count for group in groups),
            "kind": kind if kind in registry.search_kinds else "",
        }

    def get_template_names(self) -> list[str]:
        if getattr(self.request, "htmx", False):
            return ["_search_results.html"]
        return super().get_template_names()


class SetLanguage(ActionView):
    """Vietnamese or English, kept with the account (or a cookie before signing in)."""

    policy = public

    def act(self) -> HttpResponse:
        language = self.request.POST.get("language", "")
        response = HttpResponseRedirect(self.way_back())
        if language in dict(settings.LANGUAGES):
            if self.request.user.is_authenticated:
                User.objects.filter(pk=self.request.user.pk).update(language=language)
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", max_age=365 * 86400)
        return response


class ChooseAgency(ActionView):
    """Act as another of the account's persons."""

    policy = signed_in

    def act(self) -> str:
        asked = self.request.POST.get("person", "")
        own = Person.objects.filter(user=self.request.user)  # type: ignore[misc]
        person = next((person for person in own if str(person.pk) == asked), None)
        if person is not None:
            self.request.session[AGENCY_SESSION_KEY] = str(person.pk)
        return reverse("home")
