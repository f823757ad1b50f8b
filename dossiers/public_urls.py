"""Addresses anyone may open without signing in."""

from django.urls import path

from dossiers.views import questionnaire

urlpatterns = [
    path("survey/<str:token>/", questionnaire.Questionnaire.as_view(), name="survey-answer"),
]
