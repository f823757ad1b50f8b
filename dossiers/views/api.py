"""The interface for one-stop systems: batches in, answers and problems (RFC 9457) out, its description.

A token of the agency opens it, no session does; so no forged request of a browser can use it.
"""

import hashlib
import time
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from dossiers import batches, openapi
from dossiers.models import ApiToken
from dossiers.tokens import token_of
from qms.exceptions import DomainError, Problem
from qms.middleware import client_address
from qms.policies import public
from qms.views.base import PageView

BATCHES_A_MINUTE = 60
FAILURES_A_MINUTE = 30
LARGEST_BODY = 10 * 1024 * 1024
LONGEST_KEY = 100
LANGUAGE = "vi"


def problem(status: int, title: str, detail: str = "", **more: Any) -> JsonResponse:
    """An `application/problem+json` answer."""
    told: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    if detail:
        told["detail"] = detail
    response = JsonResponse(
        told | more, status=status, content_type="application/problem+json", json_dumps_params=_READABLE
    )
    response["Content-Language"] = LANGUAGE
    return response


_READABLE = {"ensure_ascii": False}


def _left(name: str, most: int) -> tuple[int, int]:
    """(how often it may still happen in this minute, seconds until the next one)."""
    now = time.time()
    key = f"dossiers-api:{name}:{int(now // 60)}"
    try:
        cache.add(key, 0, 120)
        used = cache.incr(key)
    except ValueError:  # it ran out between the two
        used = 1
    return most - used, 60 - int(now % 60)


@method_decorator(csrf_exempt, name="dispatch")
class BatchView(View):
    """`POST /api/v1/dossiers/`: a batch of dossiers."""

    policy = public
    http_method_names = ["post", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with override(LANGUAGE):
            try:
                return super().dispatch(request, *args, **kwargs)
            except DomainError as error:
                return problem(422, _("The batch was not imported"), str(error))

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Only POST."""
        response = problem(405, _("Only POST is possible here"))
        response["Allow"] = "POST"
        return response

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Who it is, how often, how much, under which key; then the batch itself."""
        token = self._token(request)
        if not isinstance(token, ApiToken):
            return token
        left, wait = _left(str(token.pk), BATCHES_A_MINUTE)
        response = self._too_often(wait) if left < 0 else self._batch(request, token)
        response["RateLimit-Limit"] = str(BATCHES_A_MINUTE)
        response["RateLimit-Remaining"] = str(max(left, 0))
        response["RateLimit-Reset"] = str(wait)
        return response

    def _token(self, request: HttpRequest) -> "ApiToken | HttpResponseBase":
        kind, _space, text = request.headers.get("Authorization", "").partition(" ")
        token = token_of(text.strip()) if kind.lower() == "bearer" and text else None
        if token is not None:
            return token
        left, wait = _left(f"failed:{client_address(request)}", FAILURES_A_MINUTE)
        if left < 0:
            return self._too_often(wait)
        response = problem(
            401,
            _("A valid access token is needed"),
            _("Send it as “Authorization: Bearer …”. An administrator of the agency gives one."),
        )
        response["WWW-Authenticate"] = "Bearer"
        return response

    def _too_often(self, wait: int) -> HttpResponseBase:
        response = problem(429, _("Too many batches in a minute"), _("Try again when the minute is over."))
        response["Retry-After"] = str(wait)
        return response

    def _batch(self, request: HttpRequest, token: ApiToken) -> HttpResponseBase:
        if request.content_type != "application/json":
            return problem(415, _("The body must be application/json"))
        key = request.headers.get("Idempotency-Key", "").strip()
        if not key or len(key) > LONGEST_KEY:
            return problem(
                400,
                _("An idempotency key is needed"),
                _("Send a key of at most %(count)s letters as “Idempotency-Key”, a new one for each batch.")
                % {"count": LONGEST_KEY},
            )
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            return problem(413, _("The batch is too large"), _("Send it in smaller batches."))
        body = request.body
        try:
            record, answered_before = batches.batch_import(
                token, batches.parse(body), key=key, body_sha256=hashlib.sha256(body).hexdigest()
            )
        except batches.BatchInvalid as error:
            return problem(
                422,
                _("The batch was not imported"),
                str(error),
                errors=[_told(one) for one in error.problems],
            )
        except batches.KeyReused as error:
            return problem(422, _("The idempotency key does not fit"), str(error))
        except batches.StillWorking as error:
            response = problem(409, _("The batch is being worked on"), str(error))
            response["Retry-After"] = "5"
            return response
        response = JsonResponse(record.answer, status=record.status, json_dumps_params=_READABLE)
        response["Content-Language"] = LANGUAGE
        if answered_before:
            response["Idempotent-Replayed"] = "true"
        return response


def _told(one: Problem) -> dict[str, str]:
    told = {"where": one.where, "reason": one.message}
    return told | ({"expected": one.expected} if one.expected else {})


class OpenApiView(View):
    """`GET /api/v1/openapi.json`: the description for programs."""

    policy = public
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """OpenAPI 3.1."""
        with override(LANGUAGE):
            return JsonResponse(
                openapi.description(request.build_absolute_uri("/")), json_dumps_params=_READABLE
            )


class ApiGuide(PageView):
    """The description for people."""

    template_name = "dossiers/api_guide.html"
    policy = public

    def page(self) -> dict[str, Any]:
        """Fields, answers and examples."""
        return {
            "fields": openapi.fields(),
            "answers": openapi.answers(),
            "address": self.request.build_absolute_uri("/api/v1/dossiers/"),
            "example": openapi.example_text(),
            "most": batches.MOST_DOSSIERS,
            "a_minute": BATCHES_A_MINUTE,
        }
