"""The person behind a request, their language, and the second factor their role requires."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone, translation

from qms.models import Agency, Person

Handler = Callable[[HttpRequest], HttpResponse]
AGENCY_SESSION_KEY = "person"
ACTIVE_SESSION_KEY = "active"
ACTIVE_SECONDS = 60


def active_person(request: HttpRequest) -> Person | None:
    """The person an account acts as: the chosen one, else the first that works today."""
    if not request.user.is_authenticated:
        return None
    today = timezone.localdate()
    rows = (
        Person.objects.filter(user=request.user)
        .select_related("agency", "unit", "user")
        .prefetch_related("role_assignments", "delegations_received__giver")
    )
    people = [person for person in rows if person.works_on(today)]
    request.people = people  # type: ignore[attr-defined]
    chosen = request.session.get(AGENCY_SESSION_KEY)
    return next((person for person in people if str(person.pk) == chosen), people[0] if people else None)


def mark_active(request: HttpRequest) -> None:
    """Remember in the session that its person was at work now."""
    request.session[ACTIVE_SESSION_KEY] = int(timezone.now().timestamp())


class ActivityMiddleware:
    """Lets the session of whoever is at work go on: once a minute its end is moved, which writes it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            since = timezone.now().timestamp() - request.session.get(ACTIVE_SESSION_KEY, 0)
            if since >= min(ACTIVE_SECONDS, settings.SESSION_COOKIE_AGE // 10):
                mark_active(request)
        return self.get_response(request)


class PersonMiddleware:
    """Sets request.person and request.agency, and names the actor for logs and the audit trail."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.person = active_person(request)  # type: ignore[attr-defined]
        request.agency = request.person.agency if request.person else None  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(
            ip=client_address(request),
            actor_label=str(request.person or request.user),  # type: ignore[attr-defined]
        )
        response = self.get_response(request)
        if request_id := structlog.contextvars.get_contextvars().get("request_id"):
            response.headers["X-Request-ID"] = request_id
        return response


def client_address(request: HttpRequest) -> str | None:
    """The caller's address, past the trusted proxies only."""
    count = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = [
        part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()
    ]
    if count and len(forwarded) >= count:
        return forwarded[-count]
    return request.META.get("REMOTE_ADDR") or None


class PreferredLanguageMiddleware:
    """Vietnamese unless the account, or a visitor's cookie, chose English."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
        if request.user.is_authenticated:
            language = request.user.language
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def route_name(request: HttpRequest) -> str:
    """The name of the page asked for, empty inside a namespace (such as the admin) or when unknown."""
    try:
        found = resolve(request.path_info)
    except Resolver404:
        return ""
    return "" if found.namespaces else found.url_name or ""


class FirstRunMiddleware:
    """While no agency exists every page leads to the one that creates it."""

    allowed = ("first-run", "set-language")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            not request.user.is_authenticated
            and not Agency.objects.exists()
            and not request.path.startswith("/static/")
            and route_name(request) not in self.allowed
        ):
            return redirect("first-run")
        return self.get_response(request)


class OneTimePasswordMiddleware:
    """Sends people with a one-time password to change it before anything else."""

    allowed = ("account_change_password", "account_logout", "account_reauthenticate", "set-language")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.user.is_authenticated
            and request.user.must_change_password
            and request.user.has_usable_password()  # without one they came by single sign-on
            and not request.path.startswith("/static/")
            and route_name(request) not in self.allowed
        ):
            return redirect("account_change_password")
        return self.get_response(request)


class RequiredSecondFactorMiddleware:
    """Sends people whose role needs a second factor to set it up before anything else."""

    allowed = (
        "mfa_activate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_reauthenticate",
        "account_reauthenticate",
        "account_change_password",
        "account_logout",
        "set-language",
    )

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person: Person | None = request.person  # type: ignore[attr-defined]
        if (
            person is not None
            and not request.path.startswith("/static/")
            and route_name(request) not in self.allowed
            and self._missing(person)
        ):
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    @staticmethod
    def _missing(person: Person) -> bool:
        from allauth.mfa.models import Authenticator

        from qms.accounts import second_factor_required

        if not second_factor_required(person):
            return False
        return not Authenticator.objects.filter(user=person.user, type=Authenticator.Type.TOTP).exists()
