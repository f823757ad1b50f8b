"""Addresses anyone may open without signing in: surveys, and the interface for one-stop systems."""

from django.urls import path

from dossiers.views import api, questionnaire

urlpatterns = [
    path("survey/<str:token>/", questionnaire.Questionnaire.as_view(), name="survey-answer"),
    path("api/v1/", api.ApiGuide.as_view(), name="api-guide"),
    path("api/v1/openapi.json", api.OpenApiView.as_view(), name="api-openapi"),
    path("api/v1/dossiers/", api.BatchView.as_view(), name="api-dossiers"),
]
