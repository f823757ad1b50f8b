"""The link in a mail about a corrective action: signed, for its owner, one screen, one answer.

Signing, expiry and what opens the link are those of the reminders of objectives (docs/threat-model.md).
"""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from objectives import answering

if TYPE_CHECKING:
    from audits.models import CorrectiveAction
    from qms.models import Person

SALT = "audits.answer-action"


@dataclass(frozen=True)
class ActionQuestion:
    """Of which action an answer is asked, and of whom."""

    person: uuid.UUID
    action: uuid.UUID


def link(action: "CorrectiveAction", person: "Person | None" = None) -> str:
    """The address that asks the owner of an action, or another who may report it."""
    asked = person.pk if person is not None else action.owner_id
    token = answering.signed(SALT, asked.hex, action.pk.hex)
    return reverse("audits:nc-action-answer", args=[token])


def read(token: str, *, days: int | None) -> ActionQuestion:
    """The question of a link, of any age when `days` is None; raises Expired or Forged."""
    person, action = answering.parts_of(token, SALT, days)
    return ActionQuestion(uuid.UUID(person), uuid.UUID(action))
