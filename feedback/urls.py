"""Addresses of complaints, suggestions, their analysis and the yearly reports."""

from django.urls import path

from feedback.views import cases, files, reports

app_name = "feedback"

urlpatterns = [
    path("", cases.CaseList.as_view(), name="case-list"),
    path("export/", cases.CaseExport.as_view(), name="case-export"),
    path("new/", cases.CaseCreate.as_view(), name="case-create"),
    path("cases/<uuid:pk>/", cases.CaseDetail.as_view(), name="case-detail"),
    path("cases/<uuid:pk>/citizen/", cases.CitizenSee.as_view(), name="case-citizen"),
    path("cases/<uuid:pk>/edit/", cases.CaseEdit.as_view(), name="case-edit"),
    path("cases/<uuid:pk>/assign/", cases.CaseAssign.as_view(), name="case-assign"),
    path("cases/<uuid:pk>/extend/", cases.CaseExtend.as_view(), name="case-extend"),
    path("cases/<uuid:pk>/answer/", cases.AnswerSubmit.as_view(), name="case-answer"),
    path("cases/<uuid:pk>/confirm/", cases.AnswerConfirm.as_view(), name="case-confirm"),
    path("cases/<uuid:pk>/return/", cases.AnswerReturn.as_view(), name="case-return"),
    path("cases/<uuid:pk>/forward/", cases.CaseForward.as_view(), name="case-forward"),
    path("cases/<uuid:pk>/satisfaction/", cases.SatisfactionRecord.as_view(), name="case-satisfaction"),
    path("cases/<uuid:pk>/files/add/", files.FileAdd.as_view(), name="case-file-add"),
    path("files/<uuid:pk>/", files.FileOpen.as_view(), name="file"),
    path("analysis/", reports.Analysis.as_view(), name="analysis"),
    path("analysis/export/", reports.AnalysisExport.as_view(), name="analysis-export"),
    path("reports/", reports.ReportList.as_view(), name="report-list"),
    path("reports/new/", reports.ReportCreate.as_view(), name="report-create"),
    path("reports/<uuid:pk>/", reports.ReportDetail.as_view(), name="report-detail"),
    path("reports/<uuid:pk>/export/", reports.ReportExport.as_view(), name="report-export"),
    path("reports/<uuid:pk>/edit/", reports.ReportEdit.as_view(), name="report-edit"),
    path("reports/<uuid:pk>/refresh/", reports.ReportRefresh.as_view(), name="report-refresh"),
    path("reports/<uuid:pk>/submit/", reports.ReportSubmit.as_view(), name="report-submit"),
    path("reports/<uuid:pk>/return/", reports.ReportReturn.as_view(), name="report-return"),
    path("reports/<uuid:pk>/approve/", reports.ReportApprove.as_view(), name="report-approve"),
    path("reports/<uuid:pk>/paper/", reports.ReportPaper.as_view(), name="report-paper"),
]
