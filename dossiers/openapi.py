"""The description of the interface: OpenAPI 3.1 for programs, the same content as tables for people."""

import json
from typing import Any

from django.utils.translation import gettext as _

from dossiers.importers.episodes import KINDS, MOST
from dossiers.importers.profile import DATES, FIELDS, ONE_OF, REQUIRED, SELDOM
from dossiers.models import Channel, LateReason, OnlineLevel, Payment, Status

WORDS: dict[str, list[str]] = {
    "status": list(Status.values),
    "channel": list(Channel.values),
    "level": list(OnlineLevel.values),
    "payment": list(Payment.values),
    "late_reason": list(LateReason.values),
}
COUNTS = ("read", "new", "updated", "unchanged", "older", "repeated", "rejected", "warning")
EXAMPLE: dict[str, Any] = {
    "as_of": "2026-03-31T23:59:59+07:00",
    "dossiers": [
        {
            "code": "H19.16-260302-0001",
            "procedure_code": "1.004111.H19",
            "procedure_name": "Công bố sử dụng dấu định lượng",
            "field": "Tiêu chuẩn đo lường chất lượng",
            "level": "partial",
            "channel": "online",
            "received_at": "2026-03-02T08:05:00+07:00",
            "due_original_at": "2026-03-09T08:05:00+07:00",
            "result_at": "2026-03-06T15:40:00+07:00",
            "returned_at": None,
            "unit": "Phòng Quản lý Tiêu chuẩn Đo lường Chất lượng",
            "status": "result",
            "rating": 5,
        }
    ],
}


def example_text() -> str:
    """The example as a person reads it."""
    return json.dumps(EXAMPLE, ensure_ascii=False, indent=2)


def fields() -> list[dict[str, Any]]:
    """Per field of a dossier: its name, what it is, its form, whether it is needed."""
    return [
        {
            "name": name,
            "label": str(label),
            "form": _form_of(name),
            "words": WORDS.get(name, []),
            "needed": name in REQUIRED and name not in {"due_original_at", "result_at"},
            "one_of": name in ONE_OF,
        }
        for name, label in FIELDS.items()
    ]


def _form_of(name: str) -> str:
    if name in DATES:
        return _("day and time, ISO 8601 with zone")
    if name in WORDS:
        return _("one of these words, or a word of the profile")
    if name == "rating":
        return _("whole number from 1 to 5")
    if name == "digitised":
        return _("true or false")
    if name == "unit":
        return _("name, short name or alias of a unit of the agency")
    if name == "episodes":
        return _(
            "a list of objects with kind (supplement, suspension, extension), from, until, document, by_law"
        )
    if name in SELDOM:
        return _("day and time, ISO 8601 with zone")
    return _("a text")


def answers() -> list[tuple[int, str]]:
    """The answers by their status."""
    return [
        (
            200,
            _("Imported; “rows” tells what became of every dossier."),
        ),
        (400, _("No idempotency key, or one that is too long.")),
        (401, _("No access token, or one that is not valid (any more).")),
        (409, _("The same batch is being worked on.")),
        (413, _("The body is too large.")),
        (415, _("The body is not application/json.")),
        (422, _("The batch cannot be read, or the key was used for another batch; nothing was imported.")),
        (429, _("Too many batches in a minute; “Retry-After” tells how long to wait.")),
    ]


def description(server: str) -> dict[str, Any]:
    """The OpenAPI document."""
    problems = {
        str(status): {
            "description": words,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, words in answers()
        if status != 200
    }
    good = {
        "description": dict(answers())[200],
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _("Dossiers of one-stop systems"),
            "version": "1",
            "description": _(
                "A one-stop system sends its dossiers in batches. A dossier is known by its code; the export "
                "of the later moment wins. Data of citizens is not accepted."
            ),
        },
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "paths": {
            "/api/v1/dossiers/": {
                "post": {
                    "operationId": "sendDossiers",
                    "summary": _("Send a batch of dossiers"),
                    "parameters": [_key()],
                    "requestBody": {
                        "required": True,
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Batch"},
                                "example": EXAMPLE,
                            }
                        },
                    },
                    "responses": {"200": good} | problems,
                }
            }
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _key() -> dict[str, Any]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": _("A new key for each batch; the same batch under the same key is answered the same."),
        "schema": {"type": "string", "minLength": 1, "maxLength": 100},
    }


def _schemas() -> dict[str, Any]:
    from dossiers.batches import MOST_DOSSIERS

    text = {"type": "string"}
    count = {"type": "integer", "minimum": 0}
    results = ["new", "updated", "unchanged", "older", "repeated", "rejected"]
    told = dict.fromkeys(("severity", "field", "value", "reason", "expected"), text)
    return {
        "Batch": {
            "type": "object",
            "required": ["as_of", "dossiers"],
            "additionalProperties": False,
            "properties": {
                "as_of": text | {"format": "date-time", "description": _("The moment the data stands for.")},
                "source": text | {"description": _("Code of the import profile whose words are used.")},
                "dossiers": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": MOST_DOSSIERS,
                    "items": {"$ref": "#/components/schemas/Dossier"},
                },
            },
        },
        "Dossier": {
            "type": "object",
            "required": [one["name"] for one in fields() if one["needed"]],
            "additionalProperties": False,
            "properties": {one["name"]: _property(one) for one in fields()},
        },
        "Answer": {
            "type": "object",
            "required": ["import", "number", "counts", "rows"],
            "properties": {
                "import": text | {"format": "uuid"},
                "number": count,
                "counts": {"type": "object", "properties": dict.fromkeys(COUNTS, count)},
                "rows": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["index", "code", "result"],
                        "properties": {
                            "index": count,
                            "code": text,
                            "result": text | {"enum": results},
                            "problems": {"type": "array", "items": {"type": "object", "properties": told}},
                        },
                    },
                },
            },
        },
        "Problem": {
            "type": "object",
            "required": ["type", "title", "status"],
            "properties": {
                "type": text,
                "title": text,
                "status": {"type": "integer"},
                "detail": text,
                "errors": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"where": text, "reason": text, "expected": text},
                    },
                },
            },
        },
    }


def _property(one: dict[str, Any]) -> dict[str, Any]:
    kinds: list[str] = ["string", "null"]
    if one["name"] == "rating":
        kinds = ["integer", "string", "null"]
    if one["name"] == "episodes":
        return _episodes(one)
    if one["name"] == "digitised":
        kinds = ["boolean", "string", "null"]
    found: dict[str, Any] = {"type": kinds, "description": f"{one['label']}: {one['form']}"}
    if one["name"] in DATES:
        found["format"] = "date-time"
    if one["words"]:
        found["examples"] = one["words"]
    return found


def _episodes(one: dict[str, Any]) -> dict[str, Any]:
    moment = {"type": ["string", "null"], "format": "date-time"}
    return {
        "type": ["array", "null"],
        "maxItems": MOST,
        "description": f"{one['label']}: {one['form']}",
        "items": {
            "type": "object",
            "required": ["kind"],
            "additionalProperties": False,
            "properties": {
                "kind": {"type": "string", "enum": list(KINDS)},
                "from": moment,
                "until": moment,
                "document": {"type": ["string", "null"]},
                "by_law": {
                    "type": "boolean",
                    "description": _(
                        "An extension the sector law grants; it moves the due time that counts."
                    ),
                },
            },
        },
    }
