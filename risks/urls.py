"""Addresses of risks, registers, context and changes."""

from django.urls import path, register_converter

from risks.views import (
    actions,
    changes,
    context,
    exports,
    overview,
    register_tables,
    registers,
    risks,
    scale,
    suggestions,
    transfer,
)

app_name = "risks"


class _Word:
    """A part of an address that is one of a few words."""

    regex = ""

    def to_python(self, value: str) -> str:
        """The word itself."""
        return value

    def to_url(self, value: str) -> str:
        """The word itself."""
        return value


for name, words in (("phase", "before|after"), ("subject", "issue|party"), ("paper", "table|plan")):
    register_converter(type(name, (_Word,), {"regex": words}), name)

urlpatterns = [
    path("", overview.Overview.as_view(), name="overview"),
    path("start/", overview.StartingDataLoad.as_view(), name="start"),
    path("list/", risks.RiskList.as_view(), name="risk-list"),
    path("list/export/", risks.RiskExport.as_view(), name="risk-export"),
    path("new/", risks.RiskCreate.as_view(), name="risk-create"),
    path("entries/<uuid:pk>/", risks.RiskDetail.as_view(), name="risk-detail"),
    path("entries/<uuid:pk>/edit/", risks.RiskEdit.as_view(), name="risk-edit"),
    path("entries/<uuid:pk>/score/<phase:phase>/", risks.RiskScoring.as_view(), name="risk-score"),
    path("entries/<uuid:pk>/treatment/", risks.RiskTreatment.as_view(), name="risk-treatment"),
    path("entries/<uuid:pk>/accept/", risks.RiskAcceptanceForm.as_view(), name="risk-accept"),
    path("entries/<uuid:pk>/sources/add/", risks.SourceAdd.as_view(), name="source-add"),
    path("sources/<uuid:pk>/remove/", risks.SourceRemove.as_view(), name="source-remove"),
    path("entries/<uuid:pk>/actions/add/", actions.ActionAdd.as_view(), name="action-add"),
    path("actions/<uuid:pk>/", actions.ActionDetail.as_view(), name="action-detail"),
    path("actions/<uuid:pk>/edit/", actions.ActionEdit.as_view(), name="action-edit"),
    path("actions/<uuid:pk>/report/", actions.ActionReport.as_view(), name="action-report"),
    path("actions/<uuid:pk>/judge/", actions.ActionJudge.as_view(), name="action-judge"),
    path("actions/<uuid:pk>/cancel/", actions.ActionCancel.as_view(), name="action-cancel"),
    path("evidence/<uuid:pk>/", actions.EvidenceFile.as_view(), name="evidence"),
    path("registers/", registers.RegisterList.as_view(), name="register-list"),
    path("registers/open/", registers.RegisterOpen.as_view(), name="register-open"),
    path("registers/<uuid:pk>/", registers.RegisterDetail.as_view(), name="register-detail"),
    path("registers/<uuid:pk>/submit/", registers.RegisterSubmit.as_view(), name="register-submit"),
    path("registers/<uuid:pk>/confirm/", registers.RegisterConfirm.as_view(), name="register-confirm"),
    path("registers/<uuid:pk>/return/", registers.RegisterReturn.as_view(), name="register-return"),
    path("registers/<uuid:pk>/approve/", registers.RegisterApprove.as_view(), name="register-approve"),
    path(
        "registers/<uuid:pk>/consolidate/",
        registers.RegisterConsolidate.as_view(),
        name="register-consolidate",
    ),
    path("registers/<uuid:pk>/release/", registers.RegisterRelease.as_view(), name="register-release"),
    path("registers/<uuid:pk>/keep/", registers.RowsKeep.as_view(), name="rows-keep"),
    path("registers/<uuid:pk>/adopt-scale/", registers.ScaleAdopt.as_view(), name="scale-adopt"),
    path("registers/<uuid:pk>/compare/", register_tables.RegisterCompare.as_view(), name="register-compare"),
    path(
        "registers/<uuid:pk>/compare/export/",
        register_tables.CompareExport.as_view(),
        name="register-compare-export",
    ),
    path("registers/<uuid:pk>/export/", register_tables.RegisterExport.as_view(), name="register-export"),
    path("rows/<uuid:pk>/keep/", registers.RowKeep.as_view(), name="row-keep"),
    path("rows/<uuid:pk>/drop/", registers.RowDrop.as_view(), name="row-drop"),
    path("context/", context.Context.as_view(), name="context"),
    path("context/export/", exports.ContextExport.as_view(), name="context-export"),
    path("context/keep-rest/", context.ReviewKeepRest.as_view(), name="review-keep-rest"),
    path("context/categories/add/", context.CategoryAdd.as_view(), name="category-add"),
    path("context/issues/add/", context.IssueAdd.as_view(), name="issue-add"),
    path("context/issues/<uuid:pk>/", context.IssueDetail.as_view(), name="issue-detail"),
    path("context/issues/<uuid:pk>/edit/", context.IssueEdit.as_view(), name="issue-edit"),
    path("context/<subject:what>/<uuid:pk>/review/", context.ReviewSubject.as_view(), name="context-review"),
    path("parties/", context.Parties.as_view(), name="party-list"),
    path("parties/export/", exports.PartyExport.as_view(), name="party-export"),
    path("parties/add/", context.PartyAdd.as_view(), name="party-add"),
    path("parties/<uuid:pk>/", context.PartyDetail.as_view(), name="party-detail"),
    path("parties/<uuid:pk>/edit/", context.PartyEdit.as_view(), name="party-edit"),
    path("parties/<uuid:pk>/needs/add/", context.NeedAdd.as_view(), name="need-add"),
    path("needs/<uuid:pk>/edit/", context.NeedEdit.as_view(), name="need-edit"),
    path("needs/<uuid:pk>/retire/", context.NeedRetire.as_view(), name="need-retire"),
    path("registers/<uuid:pk>/library/", transfer.LibraryTake.as_view(), name="library-take"),
    path("registers/<uuid:pk>/copy/", transfer.RisksCopy.as_view(), name="risks-copy"),
    path("registers/<uuid:pk>/import/", transfer.ImportUpload.as_view(), name="import-upload"),
    path("registers/<uuid:pk>/papers/<paper:paper>/", transfer.PaperDraft.as_view(), name="paper-draft"),
    path("imports/<uuid:pk>/", transfer.ImportPreview.as_view(), name="import-preview"),
    path("imports/<uuid:pk>/commit/", transfer.ImportCommit.as_view(), name="import-commit"),
    path("imports/<uuid:pk>/discard/", transfer.ImportDiscard.as_view(), name="import-discard"),
    path("entries/<uuid:pk>/to-library/", transfer.LibraryAdd.as_view(), name="library-add"),
    path("suggestions/", suggestions.SuggestionList.as_view(), name="suggestion-list"),
    path("suggestions/search/", suggestions.SuggestionSearch.as_view(), name="suggestion-search"),
    path("suggestions/<uuid:pk>/accept/", suggestions.SuggestionAccept.as_view(), name="suggestion-accept"),
    path(
        "suggestions/<uuid:pk>/dismiss/", suggestions.SuggestionDismiss.as_view(), name="suggestion-dismiss"
    ),
    path("changes/", changes.ChangeList.as_view(), name="change-list"),
    path("changes/export/", exports.ChangeExport.as_view(), name="change-export"),
    path("changes/new/", changes.ChangeCreate.as_view(), name="change-create"),
    path("changes/<uuid:pk>/", changes.ChangeDetail.as_view(), name="change-detail"),
    path("changes/<uuid:pk>/edit/", changes.ChangeEdit.as_view(), name="change-edit"),
    path("changes/<uuid:pk>/touches/add/", changes.TouchAdd.as_view(), name="touch-add"),
    path("changes/<uuid:pk>/steps/add/", changes.StepAdd.as_view(), name="step-add"),
    path("changes/<uuid:pk>/submit/", changes.ChangeSubmit.as_view(), name="change-submit"),
    path("changes/<uuid:pk>/withdraw/", changes.ChangeWithdraw.as_view(), name="change-withdraw"),
    path("changes/<uuid:pk>/opinion/", changes.OpinionGive.as_view(), name="opinion-give"),
    path("changes/<uuid:pk>/decide/", changes.ChangeDecide.as_view(), name="change-decide"),
    path("changes/<uuid:pk>/conclude/", changes.ChangeConclude.as_view(), name="change-conclude"),
    path("changes/<uuid:pk>/cancel/", changes.ChangeCancel.as_view(), name="change-cancel"),
    path("touches/<uuid:pk>/remove/", changes.TouchRemove.as_view(), name="touch-remove"),
    path("steps/<uuid:pk>/done/", changes.StepDone.as_view(), name="step-done"),
    path("scale/", scale.ScalePage.as_view(), name="scale"),
    path("scale/change/", scale.ScaleChange.as_view(), name="scale-change"),
]
