"""Addresses at the root of the portal: surveys for anyone, the interface for one-stop systems."""

from django.urls import path

from dossiers.views import api, questionnaire, tokens

urlpatterns = [
    path("survey/<str:token>/", questionnaire.Questionnaire.as_view(), name="survey-answer"),
    path("api/tokens/", tokens.TokenList.as_view(), name="api-token-list"),
    path("api/tokens/export/", tokens.TokenListExport.as_view(), name="api-token-list-export"),
    path("api/tokens/<uuid:pk>/revoke/", tokens.TokenRevoke.as_view(), name="api-token-revoke"),
    path("api/v1/", api.ApiGuide.as_view(), name="api-guide"),
    path("api/v1/openapi.json", api.OpenApiView.as_view(), name="api-openapi"),
    path("api/v1/dossiers/", api.BatchView.as_view(), name="api-dossiers"),
]
