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
from dossiers.models.survey import (
    LEVELS,
    DelayReason,
    Survey,
    SurveyAnswer,
    SurveyQuestion,
    SurveyToken,
)

__all__ = [
    "LEVELS",
    "OUTSIDE",
    "Channel",
    "DelayReason",
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
    "Survey",
    "SurveyAnswer",
    "SurveyQuestion",
    "SurveyToken",
    "dossier_id",
    "procedure_id",
]
