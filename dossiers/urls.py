"""The addresses of the dossiers app."""

from django.urls import path

from dossiers.views import imports, lists, procedures

app_name = "dossiers"
urlpatterns = [
    path("", lists.DossierList.as_view(), name="dossier-list"),
    path("export/", lists.DossierExport.as_view(), name="dossier-export"),
    path("procedures/", procedures.ProcedureList.as_view(), name="procedure-list"),
    path("procedures/<uuid:pk>/", procedures.ProcedureChange.as_view(), name="procedure-change"),
    path("imports/", imports.ImportList.as_view(), name="import-list"),
    path("imports/new/", imports.ImportUpload.as_view(), name="import-upload"),
    path("imports/<uuid:pk>/", imports.ImportDetail.as_view(), name="import-detail"),
    path("imports/<uuid:pk>/start/", imports.ImportStart.as_view(), name="import-start"),
    path("imports/<uuid:pk>/cancel/", imports.ImportCancel.as_view(), name="import-cancel"),
    path("imports/<uuid:pk>/errors/", imports.ImportErrors.as_view(), name="import-errors"),
    path("<uuid:pk>/", lists.DossierDetail.as_view(), name="dossier-detail"),
]
