"""Audit packs: ask for one, follow it, take it along, verify one that comes back."""

import datetime as dt
import io
from typing import Any

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from documents import packs, policies
from documents.exceptions import KeyUnusable
from documents.models import AuditPack
from documents.services.packs import job_of, pack_start, sealing_key
from documents.services.trust import trust_of
from documents.verification import capacity
from qms import audit, clock, files, jobs
from qms.forms import DateField, PortalForm, UploadField
from qms.models import StandardEdition
from qms.policies import signed_in
from qms.selectors import standard
from qms.views import FormPage, ListPage, PageView, PortalMixin


class PackForm(PortalForm):
    """For which day and edition, signed or not."""

    on = DateField(label=gettext_lazy("As of the day"))
    edition = forms.ModelChoiceField(
        label=gettext_lazy("Standard edition"), queryset=StandardEdition.objects.none(), empty_label=None
    )
    sign = forms.TypedChoiceField(
        label=gettext_lazy("Signature of the index"),
        choices=[
            ("1", gettext_lazy("Sign the index with the agency's key")),
            ("0", gettext_lazy("Leave the index unsigned")),
        ],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["edition"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = StandardEdition.objects.order_by("is_draft", "code")


class PackList(ListPage, FormPage):
    """Every pack with who made it and for which day, and the form that asks for one."""

    template_name = "documents/packs.html"
    form_class = PackForm
    policy = policies.may_pack

    def rows(self) -> Any:
        return AuditPack.objects.visible_to(self.person).select_related("made_by", "edition")

    @cached_property
    def no_key(self) -> str:
        """Why the index cannot be signed; empty when it can."""
        try:
            sealing_key(self.agency)
        except KeyUnusable as error:
            return str(error)
        return ""

    def get_initial(self) -> dict[str, Any]:
        try:
            on = DateField().clean(self.request.GET.get("on", "")) or clock.today()
        except forms.ValidationError:
            on = clock.today()
        edition = self.request.GET.get("edition") or getattr(standard.edition_in_force(on), "pk", None)
        return {"on": on, "edition": edition, "sign": "0" if self.no_key else "1"}

    def page(self) -> dict[str, Any]:
        return {"no_key": self.no_key, "may_keep_keys": policies.may_keep_keys(self.person)}

    def act(self, form: Any) -> str:
        pack = pack_start(self.agency, acting=self.person, **form.cleaned_data)
        return pack.get_absolute_url()


class PackDetail(PageView):
    """One pack: how far it is, what it holds, its fingerprint."""

    template_name = "documents/pack.html"
    policy = policies.may_pack

    def page(self) -> dict[str, Any]:
        pack = self.find(
            AuditPack.objects.select_related("made_by", "edition", "file", "agency"), pk=self.kwargs["pk"]
        )
        job = job_of(pack)
        return {
            "pack": pack,
            "job": job,
            "progress": jobs.progress_of(job) if job and not job.is_over else {},
            "attempt": job.attempts + 1 if job else 1,
            "steer": jobs.can_steer(self.person, job) if job else None,
        }


class PackDownload(PortalMixin, View):
    """The file of a pack; every download is in the trail."""

    policy = policies.may_pack

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        pack = self.find(AuditPack.objects.select_related("file"), pk=kwargs["pk"])
        if pack.file is None:
            raise Http404(_("The pack is not built yet."))
        audit.record("documents.pack.downloaded", pack, acting=self.person, note=pack.sha256)
        return FileResponse(io.BytesIO(files.read(pack.file)), as_attachment=True, filename=pack.file_name)


class VerifyForm(PortalForm):
    """A pack somebody has in their hands."""

    file = UploadField(label=gettext_lazy("Audit pack (.zip)"), kinds=(".zip",), most_megabytes=300)


class PackVerify(FormPage):
    """Upload a pack and get the verdict in plain words."""

    template_name = "documents/packs_verify.html"
    form_class = VerifyForm
    policy = signed_in

    def act(self, form: Any) -> HttpResponse:
        verdict = packs.verify(form.cleaned_data["file"].read(), trust_of(self.agency))
        on_file = AuditPack.objects.visible_to(self.person).filter(sha256=verdict.sha256).first()
        context = self.get_context_data(form=self.form_class())
        context |= {
            "verdict": verdict,
            "on_file": on_file,
            "signatures": [(one, capacity(one.field)) for one in verdict.signatures],
            "file_name": form.cleaned_data["file"].name,
            "may_pack": policies.may_pack(self.person),
        }
        day = verdict.manifest.get("as_of", "")
        try:
            context["day"] = dt.date.fromisoformat(str(day))
        except ValueError:
            context["day"] = None
        return render(self.request, self.template_name, context)
