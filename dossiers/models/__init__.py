"""Models of the dossiers app: procedures, dossiers and their versions, imports."""

from dossiers.models.dossier import (
    OUTSIDE,
    Channel,
    Dossier,
    DossierFacts,
    DossierQuerySet,
    DossierVersion,
    LateReason,
    Payment,
    Status,
    dossier_id,
)
from dossiers.models.imports import (
    DossierImport,
    ImportProfile,
    ImportRowError,
    ImportSequence,
)
from dossiers.models.procedure import OnlineLevel, Procedure, ProcedureVersion, procedure_id

__all__ = [
    "OUTSIDE",
    "Channel",
    "Dossier",
    "DossierFacts",
    "DossierImport",
    "DossierQuerySet",
    "DossierVersion",
    "ImportProfile",
    "ImportRowError",
    "ImportSequence",
    "LateReason",
    "OnlineLevel",
    "Payment",
    "Procedure",
    "ProcedureVersion",
    "Status",
    "dossier_id",
    "procedure_id",
]
