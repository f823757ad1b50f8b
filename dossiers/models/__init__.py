"""Models of the dossiers app: procedures, dossiers and their versions, imports."""

from dossiers.models.dossier import (
    Channel,
    Dossier,
    DossierFacts,
    DossierQuerySet,
    DossierVersion,
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
    "Channel",
    "Dossier",
    "DossierFacts",
    "DossierImport",
    "DossierQuerySet",
    "DossierVersion",
    "ImportProfile",
    "ImportRowError",
    "ImportSequence",
    "OnlineLevel",
    "Procedure",
    "ProcedureVersion",
    "Status",
    "dossier_id",
    "procedure_id",
]
