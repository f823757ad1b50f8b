"""Addresses of declarations of conformity."""

from django.urls import path

from audits.views import declarations as views

urlpatterns = [
    path("declarations/", views.DeclarationList.as_view(), name="declarations"),
    path("declarations/new/", views.DeclarationPrepare.as_view(), name="declaration-new"),
    path("declarations/<uuid:pk>/", views.DeclarationDetail.as_view(), name="declaration"),
    path("declarations/<uuid:pk>/edit/", views.DeclarationEdit.as_view(), name="declaration-edit"),
    path("declarations/<uuid:pk>/refresh/", views.DeclarationRefresh.as_view(), name="declaration-refresh"),
    path("declarations/<uuid:pk>/paper/", views.DeclarationPaper.as_view(), name="declaration-paper"),
]
