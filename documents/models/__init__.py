"""Models of official papers."""

from documents.models.keys import SignatureImage, SigningKey, TrustItem
from documents.models.legal import LegalBasis
from documents.models.numbers import NumberSeries, RegisterEntry
from documents.models.packs import AuditPack
from documents.models.papers import (
    DeskSignature,
    Effect,
    Paper,
    PaperComment,
    PaperFile,
    PaperState,
    PaperVersion,
)
from documents.models.templates import PaperTemplate

__all__ = [
    "AuditPack",
    "DeskSignature",
    "Effect",
    "LegalBasis",
    "NumberSeries",
    "Paper",
    "PaperComment",
    "PaperFile",
    "PaperState",
    "PaperTemplate",
    "PaperVersion",
    "RegisterEntry",
    "SignatureImage",
    "SigningKey",
    "TrustItem",
]
