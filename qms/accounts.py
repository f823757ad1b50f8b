"""Sign-in rules: accounts are made by administrators, never by signing up."""

import datetime as dt
import time
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth import get_user_model
from django.contrib.sites.shortcuts import get_current_site
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from qms import agency_settings, audit, clock, crypto
from qms.account_errors import ERRORS
from qms.models import Person, User

FAILED = {"app": "allauth.account", "action": "login_failed"}


class AccountAdapter(DefaultAccountAdapter):
    """No open sign-up; errors in words of ours."""

    error_messages = DefaultAccountAdapter.error_messages | ERRORS

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are created by an administrator."""
        return False

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Ask for the password again before sensitive changes, but not minutes after signing in."""
        request = context.request
        records = get_authentication_records(request, request.user) if request else []
        fresh = time.time() - account_settings.REAUTHENTICATION_TIMEOUT
        if any(record["at"] > fresh for record in records):
            return False
        return bool(super().is_reauthentication_required(app=app))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse after too many failures, and say until when and who can help."""
        try:
            super().pre_authenticate(request, **credentials)
        except RedisError:
            raise ValidationError(
                _("Sign-in is not possible for the moment; try again in a minute."), code="unavailable"
            ) from None
        except ValidationError:
            key = self._get_login_attempts_cache_key(request, **credentials)
            until = locked_until(request, key)
            login = credentials.get("username") or credentials.get("email", "")
            note_sign_in_failure(login, _("Locked after repeated failures until %(time)s.") % {"time": until})
            raise ValidationError(
                _(
                    "Too many wrong attempts: sign-in with this name is locked until %(time)s. Try again "
                    "then, or ask your administrator for a one-time password."
                ),
                code="too_many_login_attempts",
                params={"time": until},
            ) from None


def locked_until(request: HttpRequest, key: str) -> str:
    """When the next attempt with a name (or from this address) is let through, as HH:MM."""
    free = dt.datetime.now(dt.UTC)
    for rate in ratelimit.parse_rates(account_settings.RATE_LIMITS.get("login_failed")):
        history = cache.get(ratelimit.get_cache_key(request, rate=rate, key=key, **FAILED), [])
        if len(history) >= rate.amount:
            opens = dt.datetime.fromtimestamp(history[-1] + rate.duration, dt.UTC)
            free = max(free, opens)
    # Rounded up to the next whole minute: before it the attempt would still be refused.
    return f"{timezone.localtime(free + dt.timedelta(seconds=59)):%H:%M}"


def unlock(request: HttpRequest, user: User) -> None:
    """Forget the failed attempts with an account's names; its administrator helps it in again."""
    domain = get_current_site(request).domain
    for name in {user.username, user.email} - {""}:
        ratelimit.clear(request, key=f"{domain}:{name.lower()}", **FAILED)


def note_sign_in_failure(login: str, note: str = "") -> None:
    """Put a failed sign-in into the trail of every agency the name belongs to."""
    user = User.objects.filter(username=login.lower()).first() if login else None
    user = user or (User.objects.filter(email__iexact=login).first() if "@" in login else None)
    if user is not None:
        note_account("qms.account.sign_in_failed", user, note=note, by_oneself=False)


def note_account(verb: str, user: User, *, note: str = "", by_oneself: bool = True) -> None:
    """Put what happened to an account into the trail, once for each agency of its people."""
    for person in Person.objects.filter(user=user).select_related("agency"):
        audit.record(verb, user, acting=person if by_oneself else None, note=note, agency=person.agency)


def second_factor_required(person: Person) -> bool:
    """Whether an agency requires a second factor from somebody with this person's roles."""
    needed = agency_settings.get(person.agency, "access.second_factor_roles")
    return bool(needed and person.roles & set(needed))


def second_factors_rotate() -> int:
    """Put the secrets of all second factors under the newest field key; gives their number."""
    from allauth.mfa.models import Authenticator

    number = 0
    with transaction.atomic():
        for row in Authenticator.objects.select_for_update():
            for name in {"secret", "seed"} & set(row.data):
                row.data[name] = crypto.rotate(row.data[name].encode()).decode()
                number += 1
            row.save(update_fields=["data"])
    return number


class SecondFactorAdapter(DefaultMFAAdapter):
    """Errors in words of ours."""

    error_messages = DefaultMFAAdapter.error_messages | ERRORS

    def encrypt(self, text: str) -> str:
        """Secrets of second factors are encrypted at rest with the field keys."""
        return crypto.encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again; raises cryptography.fernet.InvalidToken without the right key."""
        return crypto.decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Whoever's role requires a second factor keeps it."""
        people = Person.objects.filter(user=authenticator.user).select_related("agency")
        today = clock.today()
        return not any(second_factor_required(person) for person in people if person.works_on(today))


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
