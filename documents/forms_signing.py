"""Forms around keys, trust, images, tokens and numbers. They parse; services judge."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import SigningKey, TrustItem
from documents.models.papers import KIND_CHOICES
from documents.signing.pkcs11 import modules
from qms import clock
from qms.forms import DateField, PortalForm, UploadField
from qms.models import Agency, Person

KEY_FILES = (".p12", ".pfx")
CERTIFICATE_FILES = (".pem", ".crt", ".cer", ".der", ".p7b")


def people_of(agency: Agency) -> Any:
    """Everyone of the agency, by name."""
    return Person.objects.filter(agency=agency).order_by("full_name")


def _secret(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=4000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        **more,
    )


class _Whose(PortalForm):
    """Whose key or image it is."""

    person = forms.ModelChoiceField(
        label=_("Whose"), queryset=Person.objects.none(), required=False, empty_label=_("The agency itself")
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people_of(agency)  # type: ignore[attr-defined]


class _Key(_Whose):
    """Whose key it is, and that an agency's certificate under another name was compared."""

    compared = forms.BooleanField(
        label=_("I have compared the names"),
        required=False,
        help_text=_("Only where the agency's certificate carries a short or former name of the agency."),
    )

    field_order = ("person", "file", "module", "token", "key", "url", "credential", "password", "pin")


class KeyFileForm(_Key):
    """A PKCS#12 file."""

    file = UploadField(
        label=_("Key file (.p12, .pfx)"),
        kinds=KEY_FILES,
        most_megabytes=1,
        help_text=_("Kept encrypted; it never leaves the portal again."),
    )
    password = _secret(_("Password of the key file"))


class KeyModuleForm(_Key):
    """A key in a hardware module."""

    module = forms.ChoiceField(label=_("Module"), help_text=_("The operator of the server sets up modules."))
    token = forms.CharField(label=_("Label of the token"), max_length=64)
    key = forms.CharField(label=_("Label of key and certificate"), max_length=64)
    pin = _secret("PIN", help_text=_("Kept encrypted."))
    chain = UploadField(
        label=_("Certificates of its authorities"), kinds=CERTIFICATE_FILES, most_megabytes=1, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["module"].choices = [(name, name) for name in modules()]  # type: ignore[attr-defined]


class KeyRemoteForm(_Key):
    """A key at a remote signing service."""

    url = forms.CharField(
        label=_("Address of the service"), max_length=300, help_text=_("The part before /csc/v1.")
    )
    credential = forms.CharField(label=_("Credential"), max_length=200)
    token = _secret(_("Access token of the portal"), help_text=_("Kept encrypted."))
    pin = _secret("PIN", required=False, help_text=_("Kept encrypted."))


class KeyDeskForm(_Key):
    """The certificate of a token at somebody's desk."""

    file = UploadField(
        label=_("Certificate of the token"),
        kinds=CERTIFICATE_FILES,
        most_megabytes=1,
        help_text=_("PEM with its authorities behind it, or DER. The key stays in the token."),
    )


KEY_FORMS: dict[str, type[_Key]] = {
    SigningKey.Backend.PKCS12: KeyFileForm,
    SigningKey.Backend.PKCS11: KeyModuleForm,
    SigningKey.Backend.CSC: KeyRemoteForm,
    SigningKey.Backend.DESK: KeyDeskForm,
}


class ImageForm(_Whose):
    """An image of a signature or seal."""

    file = UploadField(
        label=_("Image (PNG)"),
        kinds=(".png",),
        most_megabytes=3,
        help_text=_("A signature in blue, or the seal in red and square; transparent, without text."),
    )
    valid_from = DateField(label=_("Used from"), initial=clock.today)


class TrustForm(PortalForm):
    """A certificate or revocation list to trust."""

    kind = forms.ChoiceField(label=_("What it is"), choices=TrustItem.Kind.choices)
    file = UploadField(
        label=_("File (PEM or DER)"), kinds=(*CERTIFICATE_FILES, ".crl"), most_megabytes=5, help_text=""
    )


class DeskAnswerForm(PortalForm):
    """What the token gave back: pasted, or as a file."""

    text = forms.CharField(
        label=_("Signature of the token"),
        required=False,
        help_text=_("Base64, hexadecimal or PEM: the bare signature, or a CMS."),
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )
    file = UploadField(label=_("Or as a file"), required=False, most_megabytes=1, help_text="")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("text") and not said.get("file"):
            raise forms.ValidationError(_("Paste the signature, or choose its file."))
        return said

    @property
    def answer(self) -> bytes:
        """The bytes that came back."""
        file = self.cleaned_data.get("file")
        data: bytes = file.read() if file else self.cleaned_data["text"].encode()
        return data


class DeskFileForm(PortalForm):
    """A file signed elsewhere."""

    file = UploadField(label=_("Signed file (PDF)"), kinds=(".pdf",), most_megabytes=50, help_text="")


class SignAllForm(PortalForm):
    """Papers read, and the password once."""

    password = forms.CharField(
        label=_("Password of your account"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class BatchForm(PortalForm):
    """Papers to issue one after another on one day."""

    issued_on = DateField(label=_("Date of the papers"), initial=clock.today)


class ElsewhereForm(PortalForm):
    """Numbers of this year given before the portal, pasted from a sheet."""

    kind = forms.ChoiceField(label=_("Kind of paper"), choices=KIND_CHOICES)
    lines = forms.CharField(
        label=_("Numbers"),
        help_text=_("One a line, as copied from a sheet: number, date, title, signer, recipients."),
        widget=forms.Textarea(attrs={"rows": 10, "lang": "vi", "spellcheck": "false"}),
    )
