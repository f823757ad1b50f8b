"""Addresses of programmes, audits, checklists and findings."""

from django.urls import path

from audits.views import overview

urlpatterns = [
    path("", overview.Overview.as_view(), name="overview"),
]
