"""Addresses of figures: comparison, changes, report, several agencies."""

from django.urls import path

from objectives.views import board, compare, province, reports

urlpatterns = [
    path("dashboard/pdf/", board.DashboardPdf.as_view(), name="dashboard-pdf"),
    path("dashboard/province/", province.Province.as_view(), name="province"),
    path("dashboard/province/export/", province.ProvinceExport.as_view(), name="province-export"),
    path("dashboard/compare/", compare.Compare.as_view(), name="compare"),
    path("dashboard/compare/export/", compare.CompareExport.as_view(), name="compare-export"),
    path("dashboard/measurements/<uuid:pk>/", compare.ChangesPage.as_view(), name="measurement-changes"),
    path(
        "dashboard/measurements/<uuid:pk>/export/",
        compare.ChangesExport.as_view(),
        name="measurement-changes-export",
    ),
    path("reports/procedures/", reports.ReportPage.as_view(), name="report"),
    path("reports/procedures/xlsx/", reports.ReportXlsx.as_view(), name="report-xlsx"),
    path("reports/procedures/pdf/", reports.ReportPdf.as_view(), name="report-pdf"),
]
