"""Which roots and lists an agency trusts, where its time stamps come from, and the tests of all that."""

import datetime as dt
import hashlib
from dataclasses import replace
from typing import Any

from asn1crypto import crl, pem, x509
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from documents import policies
from documents.exceptions import LevelUnavailable
from documents.models import TrustItem
from documents.signing.protocol import Level
from documents.signing.stamps import StampReport, probe_server
from documents.signing.trust import TrustStore, trust_store, unarmoured
from qms import agency_settings, audit, clock, notation
from qms.exceptions import Conflict, Invalid
from qms.models import Agency, Person
from qms.policies import require

ONLINE = "online"


def _with(items: Any, base: TrustStore) -> TrustStore:
    roots, lists, others = list(base.roots), list(base.lists), list(base.others)
    for one in items:
        der = unarmoured(one.content.encode())
        if one.kind == TrustItem.Kind.LIST:
            lists.append(der)
        else:
            (roots if one.kind == TrustItem.Kind.ROOT else others).append(x509.Certificate.load(der))
    return replace(base, roots=roots, lists=lists, others=others)


def trust_of(agency: Agency) -> TrustStore:
    """What an agency trusts: the installation's folder, and what it added; online where it set so."""
    store = _with(TrustItem.objects.filter(agency=agency, retired_at=None), trust_store())
    online = agency_settings.get(agency, "documents.revocation") == ONLINE
    return replace(store, online=online)


def trust_of_all() -> TrustStore:
    """For a file that names no paper here: what any agency of this installation trusts, never online."""
    return _with(TrustItem.objects.filter(retired_at=None), trust_store())


def level_of(agency: Agency) -> Level:
    """The level that is set; raises LevelUnavailable for one that nobody can make."""
    asked = agency_settings.get(agency, "documents.signature_level")
    try:
        return Level(asked)
    except ValueError:
        raise LevelUnavailable(
            _("The signature level %(level)s cannot be made here.") % {"level": asked}
        ) from None


def stamp_address(agency: Agency) -> str:
    """The time-stamp server: the agency's own, else the installation's."""
    return str(agency_settings.get(agency, "documents.timestamp_url") or settings.TIMESTAMP_URL)


def stamp_server_test(agency: Agency, *, acting: Person) -> StampReport:
    """Ask the time-stamp server for one stamp and say what is wrong, if anything."""
    require(policies.may_keep_keys(acting))
    return probe_server(stamp_address(agency), trust_of(agency))


def item_add(agency: Agency, data: bytes, *, kind: str, acting: Person) -> TrustItem:
    """Trust a root or intermediate certificate, or keep a revocation list.

    Raises Invalid for what is none, is no authority's certificate, or has expired.
    """
    require(policies.may_keep_keys(acting))
    facts = _list_facts(data) if kind == TrustItem.Kind.LIST else _certificate_facts(data, kind)
    try:
        with transaction.atomic():
            if kind == TrustItem.Kind.LIST:
                for old in TrustItem.objects.filter(
                    agency=agency, kind=kind, subject=facts["subject"], retired_at=None
                ):
                    audit.apply(old, retired_at=clock.now())
            row: TrustItem = TrustItem.objects.create(agency=agency, kind=kind, added_by=acting, **facts)
            audit.record("documents.trust.added", row, {"fingerprint": ("", row.fingerprint)}, acting=acting)
    except IntegrityError:
        raise Conflict(_("This certificate or list is there already.")) from None
    return row


def item_retire(item: TrustItem, *, acting: Person) -> TrustItem:
    """Trust it no longer; the row stays."""
    require(policies.can_keep_keys_of(acting, item))
    with transaction.atomic():
        changes = audit.apply(item, retired_at=clock.now())
        audit.record("documents.trust.removed", item, changes, acting=acting)
    return item


def _certificate_facts(data: bytes, kind: str) -> dict[str, Any]:
    try:
        found = x509.Certificate.load(unarmoured(data), strict=True)
        name = str(found.subject.native.get("common_name") or found.subject.human_friendly)
        authority = bool(found.ca)
        ends = found.not_valid_after
    except (ValueError, TypeError) as error:
        raise Invalid(_("This is not a certificate (PEM or DER).")) from error
    if not authority:
        raise Invalid(_("This is a person's certificate, not an authority's."))
    if kind == TrustItem.Kind.ROOT and found.self_issued is False:
        raise Invalid(
            _("This is not a root: another authority issued it. Add it as an intermediate certificate.")
        )
    if ends < dt.datetime.now(dt.UTC):
        raise Invalid(_("The certificate expired on %(day)s.") % {"day": notation.date(ends)})
    return {
        "subject": name[:255],
        "fingerprint": hashlib.sha256(found.dump()).hexdigest(),
        "valid_from": found.not_valid_before,
        "valid_to": ends,
        "content": pem.armor("CERTIFICATE", found.dump()).decode(),
    }


def _list_facts(data: bytes) -> dict[str, Any]:
    try:
        found = crl.CertificateList.load(unarmoured(data), strict=True)
        body = found["tbs_cert_list"]
        issuer = found.issuer.native
        start, end = body["this_update"].native, body["next_update"].native
    except (ValueError, TypeError) as error:
        raise Invalid(_("This is not a revocation list (PEM or DER).")) from error
    return {
        "subject": str(issuer.get("common_name") or found.issuer.human_friendly)[:255],
        "fingerprint": hashlib.sha256(found.dump()).hexdigest(),
        "valid_from": start,
        "valid_to": end,
        "content": pem.armor("X509 CRL", found.dump()).decode(),
    }
