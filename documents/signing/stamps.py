"""Time stamps (RFC 3161): the client, its faults in plain words, and a trial server in the process.

A server that is away, answers nonsense or has a wrong clock stops the signature. pyHanko alone accepts a
stamp ten minutes ahead or two years behind.
"""

import asyncio
import datetime as dt
import urllib.parse
from dataclasses import dataclass
from typing import Any, ClassVar

import requests
from asn1crypto import core, tsp
from django.utils.translation import gettext as _
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import PathError, ValidationError

from documents.exceptions import LevelUnavailable, ServiceAway
from documents.signing.trust import TrustStore, present
from qms import notation

TRIAL = "trial:"
"""The address of the trial time-stamp server inside the portal."""

SECONDS = 10
LARGEST = 200_000
SKEW = dt.timedelta(minutes=5)
KIND = "application/timestamp-reply"


class _Answer(core.Sequence):
    """An answer with or without a stamp in it; a refusal has none."""

    _fields: ClassVar[Any] = [("status", tsp.PKIStatusInfo), ("token", core.Any, {"optional": True})]


class StampClient(TimeStamper):
    """Asks a server for stamps. Follows no redirect, reads no more than a stamp can be, checks the clock."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    async def async_request_tsa_response(self, req: Any) -> Any:
        """One stamp; raises ServiceAway or LevelUnavailable with the reason in words."""
        answer = await asyncio.to_thread(self._ask, req.dump())
        check_clock(stamp_moment(answer))
        return answer

    def _ask(self, body: bytes) -> Any:
        try:
            reply = requests.post(
                self.url,
                data=body,
                headers={"Content-Type": "application/timestamp-query", "Accept": KIND},
                timeout=SECONDS,
                allow_redirects=False,
                stream=True,
            )
            with reply:
                data = reply.raw.read(LARGEST, decode_content=True)
        except (requests.RequestException, OSError) as error:
            raise ServiceAway(
                _("The time-stamp server %(host)s does not answer (%(why)s).")
                % {"host": host_of(self.url), "why": type(error).__name__}
            ) from error
        if reply.status_code >= 500:
            raise ServiceAway(
                _("The time-stamp server %(host)s does not answer (%(why)s).")
                % {"host": host_of(self.url), "why": f"HTTP {reply.status_code}"}
            )
        if reply.status_code != 200 or reply.headers.get("Content-Type", "").split(";")[0] != KIND:
            raise LevelUnavailable(
                _("What answers at %(host)s is not a time-stamp server (HTTP %(code)s).")
                % {"host": host_of(self.url), "code": reply.status_code}
            )
        try:
            status = _Answer.load(data, strict=True)["status"]["status"].native
        except (ValueError, TypeError) as error:
            raise LevelUnavailable(_("The answer of the time-stamp server cannot be read.")) from error
        if status not in {"granted", "granted_with_mods"}:
            raise LevelUnavailable(
                _("The time-stamp server refused the request (%(why)s).") % {"why": status}
            )
        return tsp.TimeStampResp.load(data)


def host_of(url: str) -> str:
    """The server's name, without what an address may hold besides (a password, say)."""
    return urllib.parse.urlsplit(url).hostname or url


def stamp_moment(answer: Any) -> dt.datetime:
    """The moment in a stamp; raises LevelUnavailable when there is none."""
    try:
        token = answer["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
        moment: dt.datetime = token["gen_time"].native
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise LevelUnavailable(_("The answer of the time-stamp server cannot be read.")) from error
    return moment


def check_clock(moment: dt.datetime) -> None:
    """Refuse a stamp whose clock is more than five minutes from ours."""
    off = moment - present()
    if abs(off) > SKEW:
        raise LevelUnavailable(
            _("The clock of the time-stamp server is wrong: it says %(there)s, here it is %(here)s.")
            % {"there": notation.moment(moment), "here": notation.moment(present())}
        )


def check_address(url: str) -> str:
    """A usable address of a server, or an error in words; empty is allowed."""
    url = url.strip()
    if not url or url == TRIAL:
        return url
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise LevelUnavailable(_("The address must begin with http:// or https:// and name a server."))
    return url


def time_stamper(url: str, level: str) -> TimeStamper:
    """The client for an address; raises LevelUnavailable when none is set."""
    url = check_address(url)
    if not url:
        raise LevelUnavailable(
            _("The level %(level)s needs a time-stamp server, and none is set.") % {"level": level}
        )
    if url == TRIAL:
        from documents.signing.trial import TrialAuthority

        return TrialAuthority().time_stamper()
    return StampClient(url)


@dataclass(frozen=True)
class StampReport:
    """What the test of a time-stamp server found."""

    ok: bool
    words: str
    name: str = ""
    moment: dt.datetime | None = None
    valid_to: dt.datetime | None = None
    hint: str = ""


def probe_server(url: str, trust: TrustStore) -> StampReport:
    """Ask for one stamp and judge it: reachable, readable, right clock, trusted, valid long enough."""
    try:
        client = time_stamper(url, "B-T")
        answer = asyncio.run(client.async_dummy_response("sha256"))
        token = answer["content"]["encap_content_info"]["content"].parsed
        moment = token["gen_time"].native
        certificate = next(iter(client._certs.values()))
    except (LevelUnavailable, TimestampRequestError) as error:
        return StampReport(False, str(error))
    except StopIteration:
        return StampReport(False, _("The stamp carries no certificate."))
    name = str(certificate.subject.native.get("common_name", ""))
    facts: dict[str, Any] = {"name": name, "moment": moment, "valid_to": certificate.not_valid_after}
    validator = CertificateValidator(
        certificate,
        intermediate_certs=list(client.cert_registry),
        validation_context=trust.context(),
    )
    try:
        asyncio.run(validator.async_validate_usage(set(), {"time_stamping"}))
    except (PathError, ValidationError) as error:
        return StampReport(
            False,
            _("The server answers, but its certificate is not trusted: %(error)s") % {"error": error},
            hint=_("Add the root of the time-stamp authority to the trusted certificates below."),
            **facts,
        )
    left = certificate.not_valid_after - present()
    hint = _("Its certificate ends within 90 days.") if left < dt.timedelta(days=90) else ""
    return StampReport(
        True, _("The server answers, its clock is right, its certificate is trusted."), hint=hint, **facts
    )
