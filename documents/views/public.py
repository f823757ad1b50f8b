"""Verification for anyone, without signing in: upload a file, or ask by code."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from documents import forms, selectors
from documents.models import Paper
from documents.models.papers import ISSUED_STATES
from qms.policies import public
from qms.views import FormPage, PageView, PortalMixin

TRIES_PER_MINUTE = 30


def _too_many(request: HttpRequest) -> bool:
    """Whether this address has asked too often in the last minute; judging a file costs a second."""
    key = f"verify:{request.META.get('REMOTE_ADDR', '')}"
    try:
        cache.add(key, 0, 60)
        return bool(cache.incr(key) > TRIES_PER_MINUTE)
    except ValueError:  # it ran out between the two
        return False


class Verify(FormPage):
    """Upload a paper and get the verdict in plain words."""

    template_name = "documents/verify.html"
    form_class = forms.VerifyForm
    policy = public

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        code = request.GET.get("code", "").strip().upper()
        if code:
            return HttpResponseRedirect(reverse("verify-code", args=[code[:20]]))
        return super().get(request, *args, **kwargs)

    def act(self, form: Any) -> HttpResponse:
        if _too_many(self.request):
            form.add_error(None, _("Too many files from your address. Try again in a minute."))
            return self.form_invalid(form)
        from documents.verification import signature_rows, verify

        verdict = verify(form.cleaned_data["file"].read())
        context = self.get_context_data(
            form=self.form_class(), verdict=verdict, signatures=signature_rows(verdict)
        )
        context["file_name"] = form.cleaned_data["file"].name
        return render(self.request, self.template_name, context)


class VerifyCode(PageView):
    """What is on file under a code: what anyone may know of an issued paper."""

    template_name = "documents/verify_code.html"
    policy = public

    def page(self) -> dict[str, Any]:
        code = str(self.kwargs["code"]).upper()
        paper = (
            Paper.objects.filter(code=code, state__in=ISSUED_STATES)
            .select_related("agency", "replaced_by")
            .first()
        )
        kept = selectors.final_file(paper) if paper else None
        signed: Any = []
        if paper is not None:
            own = Q(entry__number=paper.number) | Q(entry=None, round=paper.round)
            signed = paper.files.filter(own).exclude(stage="rendered").order_by("made_at")
        from documents.verification import authority_words

        words = authority_words(paper) if paper is not None else ""
        return {"code": code, "paper": paper, "final": kept, "signed": signed, "authority": words}


class TrialList(PortalMixin, View):
    """The revocation list of the trial authority, which trial certificates point to."""

    policy = public

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        file = Path(settings.TRUST_ROOTS) / "trial-root.crl"
        if not file.is_file():
            raise Http404
        return HttpResponse(file.read_bytes(), content_type="application/pkix-crl")
