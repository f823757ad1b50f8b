"""Keys, time stamps, trusted certificates and images: the administrator's page and its steps."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from documents import forms_signing as forms
from documents import policies
from documents.exceptions import SigningFailed
from documents.models import SignatureImage, SigningKey, TrustItem
from documents.services import archive, images, keys, trust
from documents.signing.pkcs11 import modules
from documents.signing.stamps import host_of
from documents.signing.trust import trust_store
from qms import agency_settings, clock, files, registry
from qms.forms import PortalForm
from qms.selectors.settings import in_words
from qms.views import ActionView, FormPage, PageView, PortalMixin

SETTINGS = (
    "documents.signing_order",
    "documents.signature_level",
    "documents.timestamp_url",
    "documents.revocation",
    "documents.qr_code",
    "documents.renew_before",
)


class Trust(PageView):
    """Everything signatures rest on, with the tests of it."""

    template_name = "documents/trust.html"
    policy = policies.may_keep_keys

    def page(self) -> dict[str, Any]:
        agency = self.agency
        folder = trust_store()
        return {
            "settings": [
                (kind, in_words(kind, agency_settings.get(agency, key)))
                for key in SETTINGS
                if (kind := registry.settings.get(key)) is not None
            ],
            "server": host_of(trust.stamp_address(agency)),
            "keys": SigningKey.objects.filter(agency=agency, retired_at=None).select_related("person"),
            "backends": SigningKey.Backend.choices,
            "items": TrustItem.objects.filter(agency=agency, retired_at=None),
            "folder": [str(one.subject.native.get("common_name", "")) for one in folder.roots],
            "folder_lists": len(folder.lists),
            "images": SignatureImage.objects.filter(agency=agency).select_related("person", "file")[:40],
            "due": len(archive.due(agency, archive.margin(agency))),
            "now": clock.now(),
        }


class StampTest(PortalMixin, View):
    """Try the time-stamp server and say what is wrong."""

    policy = policies.may_keep_keys
    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report = trust.stamp_server_test(self.agency, acting=self.person)
        page = Trust()
        page.setup(request)
        return render(request, "documents/trust.html", page.get_context_data() | {"report": report})


class KeyAdd(FormPage):
    """Register a key of one of the four kinds."""

    template_name = "documents/key_add.html"
    policy = policies.may_keep_keys

    def get_form(self, form_class: Any = None) -> Any:
        form = forms.KEY_FORMS.get(self.kwargs["backend"])
        if form is None:
            raise Http404
        return form(agency=self.agency, **self.get_form_kwargs())

    def page(self) -> dict[str, Any]:
        backend = SigningKey.Backend(self.kwargs["backend"])
        missing = backend == SigningKey.Backend.PKCS11 and not modules()
        return {"backend_label": backend.label, "missing": missing}

    def act(self, form: Any) -> str:
        said = dict(form.cleaned_data)
        common: dict[str, Any] = {
            "agency": self.agency,
            "person": said.pop("person"),
            "compared": said.pop("compared"),
            "acting": self.person,
        }
        backend = self.kwargs["backend"]
        if backend == SigningKey.Backend.PKCS12:
            keys.key_add(container=said["file"].read(), password=said["password"].encode(), **common)
        elif backend == SigningKey.Backend.PKCS11:
            chain = said.pop("chain")
            keys.key_add_module(chain=chain.read() if chain else b"", **said, **common)
        elif backend == SigningKey.Backend.CSC:
            keys.key_add_remote(**said, **common)
        else:
            keys.key_add_desk(certificates=said["file"].read(), **common)
        messages.success(self.request, _("The key is registered. Test it before the next paper."))
        return reverse("documents:trust")


class _OfKey(PortalMixin):
    policy = policies.may_keep_keys
    kwargs: dict[str, Any]

    def key(self) -> SigningKey:
        """The key in the address."""
        rows = SigningKey.objects.filter(retired_at=None).select_related("agency", "person")
        found: SigningKey = self.find(rows, pk=self.kwargs["pk"])
        return found


class KeyTest(_OfKey, ActionView):
    """Open a key and check its certificate."""

    def act(self) -> str:
        key = self.key()
        try:
            words = keys.key_test(key, acting=self.person)
            messages.success(self.request, f"{key.subject}: {words}")
        except SigningFailed as error:
            messages.error(self.request, f"{key.subject}: {error}")
        return reverse("documents:trust")


class KeyRetire(_OfKey, FormPage):
    """Stop using a key: it cannot be taken back, so a page asks first."""

    template_name = "documents/take_out.html"
    form_class = PortalForm

    def page(self) -> dict[str, Any]:
        return {
            "heading": _("Retire the key of %(name)s?") % {"name": self.key()},
            "explain": _("Its secrets are wiped at once. Papers signed with it stay valid."),
            "button": _("Retire the key"),
        }

    def act(self, form: Any) -> str:
        keys.key_retire(self.key(), acting=self.person)
        messages.success(self.request, _("The key is not used any more; its secrets are wiped."))
        return reverse("documents:trust")


class TrustAdd(FormPage):
    """Trust a root, know an intermediate certificate, keep a revocation list."""

    template_name = "documents/trust_add.html"
    form_class = forms.TrustForm
    policy = policies.may_keep_keys

    def act(self, form: Any) -> str:
        said = form.cleaned_data
        row = trust.item_add(self.agency, said["file"].read(), kind=said["kind"], acting=self.person)
        messages.success(self.request, _("Added: %(name)s") % {"name": row.subject})
        return reverse("documents:trust")


class TrustRetire(FormPage):
    """Trust something no longer."""

    policy = policies.may_keep_keys
    template_name = "documents/take_out.html"
    form_class = PortalForm

    def item(self) -> TrustItem:
        """What is named in the address."""
        found: TrustItem = self.find(TrustItem.objects.filter(retired_at=None), pk=self.kwargs["pk"])
        return found

    def page(self) -> dict[str, Any]:
        return {
            "heading": _("Trust %(name)s no longer?") % {"name": self.item()},
            "explain": _("Signatures that rest on it are told as not trusted from then on."),
            "button": _("Take out"),
        }

    def act(self, form: Any) -> str:
        item = self.item()
        trust.item_retire(item, acting=self.person)
        messages.success(self.request, _("Taken out: %(name)s") % {"name": item.subject})
        return reverse("documents:trust")


class ImageAdd(FormPage):
    """Upload the image of a signature or seal."""

    template_name = "documents/image_add.html"
    form_class = forms.ImageForm
    policy = policies.may_keep_keys

    def get_form(self, form_class: Any = None) -> Any:
        return forms.ImageForm(agency=self.agency, **self.get_form_kwargs())

    def act(self, form: Any) -> str:
        said = form.cleaned_data
        images.image_add(
            self.agency,
            said["person"],
            said["file"].read(),
            valid_from=said["valid_from"],
            acting=self.person,
        )
        messages.success(self.request, _("The image is used from that day on."))
        return reverse("documents:trust")


class ImageShow(PortalMixin, View):
    """The image, for the administrator's page."""

    policy = policies.may_keep_keys

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row: SignatureImage = self.find(SignatureImage, pk=kwargs["pk"])
        answer = HttpResponse(files.read(row.file), content_type="image/png")
        answer["Cache-Control"] = "private, no-store"
        return answer
