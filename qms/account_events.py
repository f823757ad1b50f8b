"""Sign-ins and changes of credentials go to the audit trail (libraries announce them as signals)."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth import signals as auth
from django.http import HttpRequest

from qms import accounts, crypto
from qms.middleware import mark_active
from qms.models import User


def signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Somebody signed in."""
    accounts.note_account("qms.account.signed_in", user)


def session_began(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A new session is written as it is, so its end need not be moved at once."""
    mark_active(request)


def sign_in_failed(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    """A wrong password for a known name."""
    accounts.note_sign_in_failure(credentials.get("username") or credentials.get("email") or "")


def password_changed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A password was changed, set or reset by its owner: a one-time password is used up."""
    User.objects.filter(pk=user.pk, must_change_password=True).update(must_change_password=False)
    accounts.note_account("qms.account.password_changed", user)


def second_factor_changed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A second factor or its recovery codes were added, removed or made anew."""
    authenticator = kwargs.get("authenticator")
    accounts.note_account(
        "qms.account.second_factor_changed", user, note=str(getattr(authenticator, "type", ""))
    )


def connect() -> None:
    """Listen; called once from QmsConfig.ready."""
    crypto.holders["qms.second_factors"] = accounts.second_factors_rotate
    account.user_logged_in.connect(signed_in, dispatch_uid="qms.signed_in")
    auth.user_logged_in.connect(session_began, dispatch_uid="qms.session_began")
    auth.user_login_failed.connect(sign_in_failed, dispatch_uid="qms.sign_in_failed")
    for signal in (account.password_changed, account.password_set, account.password_reset):
        signal.connect(password_changed, dispatch_uid="qms.password_changed")
    for signal in (mfa.authenticator_added, mfa.authenticator_removed, mfa.authenticator_reset):
        signal.connect(second_factor_changed, dispatch_uid="qms.second_factor_changed")
