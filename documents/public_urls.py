"""Addresses anyone may open, at the root of the portal."""

from django.urls import path

from documents.views import public

urlpatterns = [
    path("verify/", public.Verify.as_view(), name="verify"),
    path("verify/trial-root.crl", public.TrialList.as_view(), name="trial-list"),
    path("verify/<str:code>/", public.VerifyCode.as_view(), name="verify-code"),
]
