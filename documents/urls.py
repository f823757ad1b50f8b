"""Addresses of official papers."""

from django.urls import path

from documents import views

app_name = "documents"
urlpatterns = [
    path("<uuid:pk>/", views.PaperDetail.as_view(), name="paper-detail"),
]
