"""The access tokens of the agency: list, make one (shown once), revoke one."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers import policies, tokens
from dossiers.forms import TokenForm
from dossiers.models import ApiToken
from qms.views.base import ActionView, ExportView, FormPage


class TokenList(FormPage):
    """All tokens, with the form for a new one."""

    template_name = "dossiers/token_list.html"
    policy = policies.may_manage_tokens
    form_class = TokenForm

    def page(self) -> dict[str, Any]:
        return {
            "tokens": ApiToken.objects.visible_to(self.person).select_related("created_by"),
            "address": self.request.build_absolute_uri(reverse("api-dossiers")),
        }

    def act(self, form: Any) -> HttpResponse:
        token, text = tokens.token_create(self.agency, name=form.cleaned_data["name"], acting=self.person)
        context = self.get_context_data(form=self.form_class(), fresh=token, text=text)
        response = render(self.request, self.template_name, context)
        response["Cache-Control"] = "no-store"
        return response


class TokenListExport(ExportView):
    """The tokens as `.xlsx`: who made which for what, and when it was used last."""

    policy = policies.may_manage_tokens
    filename = "ma-truy-cap.xlsx"

    def header(self) -> list[str]:
        return [_("System"), _("Begins with"), _("Created"), _("Made by"), _("Last used"), _("State"),
                _("Revoked")]  # fmt: skip

    def lines(self) -> Iterable[Sequence[Any]]:
        for one in ApiToken.objects.visible_to(self.person).select_related("created_by"):
            state = _("Revoked") if one.revoked_at else _("In force")
            by = str(one.created_by or "")
            yield [one.name, one.prefix, one.created_at, by, one.last_used_at, state, one.revoked_at]


class TokenRevoke(ActionView):
    """Let a token open nothing any more."""

    policy = policies.may_manage_tokens

    def act(self) -> str:
        token = self.find(ApiToken, pk=self.kwargs["pk"])
        tokens.token_revoke(token, acting=self.person)
        messages.success(
            self.request, _("The access token of “%(name)s” was revoked.") % {"name": token.name}
        )
        return reverse("api-token-list")
