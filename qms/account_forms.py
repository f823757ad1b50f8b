"""The forms of signing in and of the account, with labels of ours instead of placeholders."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.recovery_codes import forms as codes
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils.translation import gettext_lazy as _

from qms.forms import name_required

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Plain:
    """Labels above, no placeholders, no links inside hints."""

    labels: "Mapping[str, str | _StrPromise]" = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            if name in {"password", "login"}:
                field.help_text = ""
        name_required(self.fields)


NEW = {
    "oldpassword": _("Present password"),
    "password": _("Password"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
}


class LoginForm(Plain, account.LoginForm):
    """Sign in."""

    labels = {
        "login": _("User name or office e-mail"),
        "password": _("Password"),
        "remember": _("Stay signed in on this machine"),
    }


class ChangePasswordForm(Plain, account.ChangePasswordForm):
    """Change the password."""

    labels = NEW


class SetPasswordForm(Plain, account.SetPasswordForm):
    """Set a first password."""

    labels = NEW


class ResetPasswordForm(Plain, account.ResetPasswordForm):
    """Ask for a link to set a new password."""

    labels = {"email": _("Office e-mail")}


class ResetPasswordKeyForm(Plain, account.ResetPasswordKeyForm):
    """Set a new password from the link."""

    labels = NEW


class ReauthenticateForm(Plain, account.ReauthenticateForm):
    """Confirm the password before a sensitive change."""

    labels = NEW


class AuthenticateForm(Plain, mfa.AuthenticateForm):
    """The second factor at sign-in."""

    labels = {"code": _("Code")}


class ReauthenticateCodeForm(Plain, mfa.ReauthenticateForm):
    """Confirm with a code before a sensitive change."""

    labels = {"code": _("Code")}


class ActivateTOTPForm(Plain, totp.ActivateTOTPForm):
    """Switch the authenticator app on."""

    labels = {"code": _("Code")}


class DeactivateTOTPForm(Plain, totp.DeactivateTOTPForm):
    """Switch the authenticator app off."""


class GenerateRecoveryCodesForm(Plain, codes.GenerateRecoveryCodesForm):
    """Make new recovery codes."""
