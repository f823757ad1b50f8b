"""Models of official papers."""

from documents.models.keys import SigningKey
from documents.models.legal import LegalBasis
from documents.models.numbers import NumberSeries, RegisterEntry
from documents.models.papers import Paper, PaperComment, PaperFile, PaperState

__all__ = [
    "LegalBasis",
    "NumberSeries",
    "Paper",
    "PaperComment",
    "PaperFile",
    "PaperState",
    "RegisterEntry",
    "SigningKey",
]
