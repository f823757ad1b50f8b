"""Who wrote to the agency: kept only as far as the agency switched it on, encrypted, shown masked."""

import json
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from dossiers.personal import masked
from feedback.models import Feedback, FeedbackPerson
from qms import agency_settings, crypto
from qms.models import Agency
from qms.text import nfc

SETTING = "feedback.personal"
KINDS = {
    "name": _("Name of the citizen or organisation"),
    "phone": _("Telephone number"),
    "email": _("E-mail address"),
    "address": _("Postal address"),
}
LONGEST = 200


def kinds_kept(agency: Agency) -> tuple[str, ...]:
    """The kinds the agency switched on, by default none."""
    chosen: list[str] = agency_settings.get(agency, SETTING)
    return tuple(kind for kind in KINDS if kind in chosen)


def citizen_keep(case: Feedback, told: Mapping[str, str]) -> bool:
    """Keep what the agency keeps of the person who wrote; the rest is dropped. Gives whether anything was."""
    kept = {kind: nfc(told[kind].strip())[:LONGEST] for kind in kinds_kept(case.agency) if told.get(kind)}
    kept = {kind: text for kind, text in kept.items() if text}
    if not kept:
        return False
    sealed = crypto.encrypt(json.dumps(kept).encode()).decode()
    FeedbackPerson.objects.update_or_create(
        feedback=case, defaults={"agency_id": case.agency_id, "sealed": sealed}
    )
    return True


def citizen_told(case: Feedback) -> dict[str, str]:
    """Everything kept of the person, in clear; the caller answers for who sees it."""
    row = FeedbackPerson.objects.filter(agency_id=case.agency_id, feedback=case).first()
    if row is None:
        return {}
    told: dict[str, str] = json.loads(crypto.decrypt(row.sealed.encode()))
    return {kind: told[kind] for kind in KINDS if kind in told}


def citizen_shown(case: Feedback, *, in_full: bool = False) -> list[tuple[str, str]]:
    """(label, text) of what is kept, masked unless asked for in full."""
    return [
        (str(KINDS[kind]), text if in_full else masked(text)) for kind, text in citizen_told(case).items()
    ]


def rotate() -> int:
    """Put every row under the newest field key; gives back how many there were."""
    count = 0
    for row in FeedbackPerson.objects.iterator(chunk_size=1000):
        row.sealed = crypto.rotate(row.sealed.encode()).decode()
        row.save(update_fields=["sealed"])
        count += 1
    return count
