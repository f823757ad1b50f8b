"""What can go wrong at signing in, in words of ours (allauth has no Vietnamese catalogue)."""

from django.utils.translation import gettext_lazy as _

ERRORS = {
    "account_inactive": _("This account is switched off."),
    "email_password_mismatch": _("The user name or the password is wrong."),
    "username_password_mismatch": _("The user name or the password is wrong."),
    "invalid_login": _("The user name or the password is wrong."),
    "enter_current_password": _("Write your present password."),
    "incorrect_password": _("The password is wrong."),
    "incorrect_code": _("The code is wrong, or its time is over."),
    "invalid_or_expired_key": _("This link no longer works."),
    "invalid_password_reset": _("This link no longer works."),
    "too_many_login_attempts": _("Too many wrong attempts. Wait some minutes and try again."),
    "rate_limited": _("Too many requests. Wait a moment."),
    "same_as_current": _("The new value must differ from the present one."),
    "unknown_email": _("No account has this e-mail."),
    "cannot_delete_authenticator": _("Your role requires the second factor; it stays on."),
    "cannot_generate_recovery_codes": _("Set up the authenticator app first."),
}
