"""Controlled documents, their versions and readers; processes; records and their disposal."""

from library.models.documents import ChangeRequest, ControlledDocument, Distribution, PeriodicReview
from library.models.processes import Process, ProcessLink
from library.models.records import DisposalItem, DisposalList, RecordFile, RecordSeries
from library.models.versions import Contribution, DocumentVersion, Reading, Section

__all__ = [
    "ChangeRequest",
    "Contribution",
    "ControlledDocument",
    "DisposalItem",
    "DisposalList",
    "Distribution",
    "DocumentVersion",
    "PeriodicReview",
    "Process",
    "ProcessLink",
    "Reading",
    "RecordFile",
    "RecordSeries",
    "Section",
]
