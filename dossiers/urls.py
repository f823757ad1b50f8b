"""The addresses of the dossiers app."""

from django.urls import path

from dossiers.views import imports, lists, procedures, profiles, quality, surveys

app_name = "dossiers"
urlpatterns = [
    path("", lists.DossierList.as_view(), name="dossier-list"),
    path("export/", lists.DossierExport.as_view(), name="dossier-export"),
    path("procedures/", procedures.ProcedureList.as_view(), name="procedure-list"),
    path("procedures/export/", procedures.ProcedureExport.as_view(), name="procedure-export"),
    path("procedures/<uuid:pk>/", procedures.ProcedureChange.as_view(), name="procedure-change"),
    path("imports/", imports.ImportList.as_view(), name="import-list"),
    path("imports/export/", imports.ImportListExport.as_view(), name="import-list-export"),
    path("imports/new/", imports.ImportUpload.as_view(), name="import-upload"),
    path("imports/profiles/", profiles.ProfileList.as_view(), name="import-profile-list"),
    path("imports/profiles/export/", profiles.ProfileListExport.as_view(), name="import-profile-list-export"),
    path("imports/profiles/<uuid:pk>/", profiles.ProfilePage.as_view(), name="import-profile"),
    path(
        "imports/profiles/<uuid:pk>/archive/",
        profiles.ProfileArchive.as_view(),
        name="import-profile-archive",
    ),
    path(
        "imports/profiles/<uuid:pk>/restore/",
        profiles.ProfileRestore.as_view(),
        name="import-profile-restore",
    ),
    path(
        "imports/profiles/<uuid:pk>/forget/", profiles.ProfileForget.as_view(), name="import-profile-forget"
    ),
    path(
        "imports/profiles/<uuid:pk>/remove/", profiles.ProfileRemove.as_view(), name="import-profile-remove"
    ),
    path("imports/<uuid:pk>/", imports.ImportDetail.as_view(), name="import-detail"),
    path("imports/<uuid:pk>/start/", imports.ImportStart.as_view(), name="import-start"),
    path("imports/<uuid:pk>/cancel/", imports.ImportCancel.as_view(), name="import-cancel"),
    path("imports/<uuid:pk>/reading/", imports.ImportReading.as_view(), name="import-reading"),
    path("imports/<uuid:pk>/undo/", imports.ImportUndo.as_view(), name="import-undo"),
    path("imports/<uuid:pk>/rejected/", imports.ImportRejected.as_view(), name="import-rejected"),
    path("imports/<uuid:pk>/errors/", imports.ImportErrors.as_view(), name="import-errors"),
    path("quality/", quality.QualityPage.as_view(), name="quality"),
    path("quality/export/", quality.QualityExport.as_view(), name="quality-export"),
    path("surveys/", surveys.SurveyList.as_view(), name="survey-list"),
    path("surveys/export/", surveys.SurveyListExport.as_view(), name="survey-list-export"),
    path("surveys/new/", surveys.SurveyCreate.as_view(), name="survey-create"),
    path("surveys/<uuid:pk>/", surveys.SurveyDetail.as_view(), name="survey-detail"),
    path("surveys/<uuid:pk>/edit/", surveys.SurveyEdit.as_view(), name="survey-edit"),
    path("surveys/<uuid:pk>/open/", surveys.SurveyOpen.as_view(), name="survey-open"),
    path("surveys/<uuid:pk>/close/", surveys.SurveyClose.as_view(), name="survey-close"),
    path("surveys/<uuid:pk>/codes/", surveys.SurveyCodes.as_view(), name="survey-codes"),
    path("surveys/<uuid:pk>/sheet/", surveys.SurveySheet.as_view(), name="survey-sheet"),
    path("surveys/<uuid:pk>/paper-form/", surveys.PaperForm.as_view(), name="survey-paper-form"),
    path("surveys/<uuid:pk>/answers/", surveys.AnswersImport.as_view(), name="survey-answers"),
    path("surveys/<uuid:pk>/export/", surveys.SurveyExport.as_view(), name="survey-export"),
    path("<uuid:pk>/delay/", lists.DelayExplain.as_view(), name="dossier-delay"),
    path("<uuid:pk>/", lists.DossierDetail.as_view(), name="dossier-detail"),
]
