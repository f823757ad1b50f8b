"""Models of the dossiers app: procedures, dossiers and their versions, imports."""

from dossiers.models.api import ApiBatch, ApiToken, token_digest
from dossiers.models.dossier import (
    OUTSIDE,
    Channel,
    Dossier,
    DossierFacts,
    DossierPersonal,
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
    ImportRejectedRow,
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
    "ApiBatch",
    "ApiToken",
    "Channel",
    "DelayReason",
    "Dossier",
    "DossierFacts",
    "DossierImport",
    "DossierPersonal",
    "DossierQuerySet",
    "DossierVersion",
    "ImportProfile",
    "ImportRejectedRow",
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
    "token_digest",
]
