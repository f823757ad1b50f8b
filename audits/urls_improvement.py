"""Addresses of nonconformities and management reviews."""

from django.urls import path

from audits.views import case_actions, case_boards, case_steps, cases

urlpatterns = [
    path("nonconformities/", cases.CaseList.as_view(), name="nc-list"),
    path("nonconformities/export/", cases.CaseExport.as_view(), name="nc-export"),
    path("nonconformities/new/", cases.CaseCreate.as_view(), name="nc-create"),
    path("nonconformities/board/", case_boards.Board.as_view(), name="nc-board"),
    path("nonconformities/board/export/", case_boards.BoardExport.as_view(), name="nc-board-export"),
    path("nonconformities/actions/", case_boards.OpenActions.as_view(), name="nc-actions"),
    path("nonconformities/actions/export/", case_boards.ActionsExport.as_view(), name="nc-actions-export"),
    path("nonconformities/<uuid:pk>/", cases.CaseDetail.as_view(), name="nc-detail"),
    path("nonconformities/<uuid:pk>/edit/", case_steps.CaseEdit.as_view(), name="nc-edit"),
    path("nonconformities/<uuid:pk>/grade/", case_steps.CaseGrade.as_view(), name="nc-grade"),
    path("nonconformities/<uuid:pk>/evidence/add/", case_steps.EvidenceAdd.as_view(), name="nc-evidence-add"),
    path(
        "nonconformities/<uuid:pk>/no-correction/", case_steps.NoCorrection.as_view(), name="nc-no-correction"
    ),
    path("nonconformities/<uuid:pk>/analyse/", case_steps.Analyse.as_view(), name="nc-analyse"),
    path("nonconformities/<uuid:pk>/waive/", case_steps.Waive.as_view(), name="nc-waive"),
    path("nonconformities/<uuid:pk>/cause/", case_steps.Cause.as_view(), name="nc-cause"),
    path("nonconformities/<uuid:pk>/similar/", case_steps.Similar.as_view(), name="nc-similar"),
    path("nonconformities/<uuid:pk>/actions/add/", case_actions.ActionAdd.as_view(), name="nc-action-add"),
    path("nonconformities/<uuid:pk>/check/", case_steps.Check.as_view(), name="nc-check"),
    path("nonconformities/<uuid:pk>/verifier/", case_steps.VerifierChoose.as_view(), name="nc-verifier"),
    path("nonconformities/<uuid:pk>/submit/", case_steps.PlanSubmit.as_view(), name="nc-submit"),
    path("nonconformities/<uuid:pk>/approve/", case_steps.PlanApprove.as_view(), name="nc-approve"),
    path("nonconformities/<uuid:pk>/return/", case_steps.PlanReturn.as_view(), name="nc-return"),
    path("nonconformities/<uuid:pk>/judge/", case_steps.Judge.as_view(), name="nc-judge"),
    path("nonconformities/<uuid:pk>/decide/", case_steps.Decide.as_view(), name="nc-decide"),
    path("nonconformities/<uuid:pk>/close/", case_steps.Close.as_view(), name="nc-close"),
    path("nonconformities/<uuid:pk>/reopen/", case_steps.Reopen.as_view(), name="nc-reopen"),
    path("nonconformities/<uuid:pk>/cancel/", case_steps.Cancel.as_view(), name="nc-cancel"),
    path("similar/<uuid:pk>/answer/", case_steps.SimilarAnswer.as_view(), name="nc-similar-answer"),
    path("actions/<uuid:pk>/edit/", case_actions.ActionEdit.as_view(), name="nc-action-edit"),
    path("actions/<uuid:pk>/report/", case_actions.ActionReport.as_view(), name="nc-action-report"),
    path("actions/<uuid:pk>/cancel/", case_actions.ActionCancel.as_view(), name="nc-action-cancel"),
    path("actions/<uuid:pk>/extend/", case_actions.ActionExtend.as_view(), name="nc-action-extend"),
    path("extensions/<uuid:pk>/decide/", case_actions.ExtensionDecide.as_view(), name="nc-extension-decide"),
    path("case-evidence/<uuid:pk>/", cases.EvidenceFile.as_view(), name="nc-evidence"),
]
