"""Signing with a token at one's own desk: download, sign there, bring back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from documents import forms_signing as forms
from documents import policies, selectors
from documents.models import DeskSignature
from documents.services import desk as services
from documents.services.signatures import key_for
from qms.policies import require
from qms.views import ActionView, FormPage, PortalMixin


class _Desk(PortalMixin):
    policy = policies.may_sign_with_token
    kwargs: dict[str, Any]

    def desk(self) -> DeskSignature:
        """The signature in the address, if this person may make it."""
        rows = DeskSignature.objects.select_related("paper", "paper__agency", "entry", "person", "agency")
        found: DeskSignature = self.find(rows, pk=self.kwargs["pk"])
        require(policies.can_sign_at_desk(self.person, found))
        return found

    def after(self, desk: DeskSignature) -> str:
        """Where to go when the signature is there."""
        messages.success(
            self.request, _("The signature holds and is kept. The portal goes on with the paper.")
        )
        waiting = selectors.desk_signatures(self.person).first()
        if waiting is not None:
            return reverse("documents:desk-sign", args=[waiting.pk])
        return desk.paper.get_absolute_url()


class DeskSign(_Desk, FormPage):
    """The two ways: prepare and sign a hash, or sign the whole file elsewhere."""

    template_name = "documents/desk_sign.html"
    form_class = forms.DeskAnswerForm

    def page(self) -> dict[str, Any]:
        desk = self.desk()
        return {
            "desk": desk,
            "paper": desk.paper,
            "key": key_for(desk.paper, desk.stage),
            "file_form": forms.DeskFileForm(),
        }

    def act(self, form: Any) -> str:
        desk = self.desk()
        services.desk_complete(desk, form.answer, acting=self.person)
        return self.after(desk)


class DeskPrepare(_Desk, ActionView):
    """Make the file with room for the signature."""

    def act(self) -> str:
        desk = services.desk_prepare(self.desk(), acting=self.person)
        return reverse("documents:desk-sign", args=[desk.pk])


class DeskFile(_Desk, FormPage):
    """Take a file that was signed elsewhere."""

    template_name = "documents/desk_sign.html"
    form_class = forms.DeskFileForm
    http_method_names = ("post",)

    def act(self, form: Any) -> str:
        desk = self.desk()
        services.desk_file(desk, form.cleaned_data["file"].read(), acting=self.person)
        return self.after(desk)

    def form_invalid(self, form: Any) -> HttpResponse:
        desk = self.desk()
        context = {
            "desk": desk,
            "paper": desk.paper,
            "key": key_for(desk.paper, desk.stage),
            "form": forms.DeskAnswerForm(),
            "file_form": form,
        }
        return render(self.request, self.template_name, context, status=422)


class DeskDownload(_Desk, View):
    """What is to be signed: the attributes for a token, or the whole file for another program."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        desk = self.desk()
        what = kwargs["part"]
        if what == "attributes" and desk.prepared is not None:
            data, kind, name = services.desk_attributes(desk), "application/octet-stream", "du-lieu-ky.bin"
        elif what == "file":
            data, kind, name = services.file_before(desk), "application/pdf", "van-ban-cho-ky.pdf"
        else:
            raise Http404
        answer = HttpResponse(data, content_type=kind)
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
