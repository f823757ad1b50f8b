"""Sign-in rules: accounts are made by administrators, never by signing up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth import get_user_model
from django.http import HttpRequest

from qms.account_errors import ERRORS


class AccountAdapter(DefaultAccountAdapter):
    """No open sign-up; errors in words of ours."""

    error_messages = DefaultAccountAdapter.error_messages | ERRORS

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are created by an administrator."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """Errors in words of ours."""

    error_messages = DefaultMFAAdapter.error_messages | ERRORS


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """OIDC sign-in for accounts that an administrator made beforehand with the same address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody gets an account by signing in elsewhere."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connect the first sign-in to the account with the same verified address."""
        if sociallogin.is_existing:
            return
        verified = [mail.email for mail in sociallogin.email_addresses if mail.verified]
        user = get_user_model().objects.filter(email__in=verified, is_active=True).exclude(email="").first()
        if user is not None:
            sociallogin.connect(request, user)
