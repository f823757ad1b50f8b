"""The address at the root of the portal where anyone hands in feedback."""

from django.urls import path

from feedback.views import public

urlpatterns = [
    path("tell-us/<str:code>/", public.Open.as_view(), name="feedback-open"),
]
