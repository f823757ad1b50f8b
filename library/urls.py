"""Addresses of documents, processes and records."""

from django.urls import path, register_converter

from library.views import documents, processes, reading, records, requests, versions, writing

app_name = "library"


class _Way:
    """Up or down."""

    regex = "up|down"

    def to_python(self, value: str) -> str:
        """The word itself."""
        return value

    def to_url(self, value: str) -> str:
        """The word itself."""
        return value


register_converter(_Way, "way")

urlpatterns = [
    path("", documents.DocumentList.as_view(), name="document-list"),
    path("export/", documents.DocumentExport.as_view(), name="document-export"),
    path("new/", documents.DocumentCreate.as_view(), name="document-create"),
    path("documents/<uuid:pk>/", documents.DocumentDetail.as_view(), name="document-detail"),
    path("documents/<uuid:pk>/edit/", documents.DocumentEdit.as_view(), name="document-edit"),
    path("documents/<uuid:pk>/versions/new/", documents.VersionStart.as_view(), name="version-start"),
    path("documents/<uuid:pk>/distribute/", documents.DistributionAdd.as_view(), name="distribution-add"),
    path("documents/<uuid:pk>/review/", documents.ReviewRecord.as_view(), name="document-review"),
    path("documents/<uuid:pk>/end/", documents.DocumentEnd.as_view(), name="document-end"),
    path("documents/<uuid:pk>/ask/", requests.RequestCreate.as_view(), name="request-create"),
    path(
        "distribution/<uuid:pk>/remove/", documents.DistributionRemove.as_view(), name="distribution-remove"
    ),
    path("versions/<uuid:pk>/", reading.VersionRead.as_view(), name="version-read"),
    path("versions/<uuid:pk>/copy/", reading.VersionFile.as_view(), name="version-file"),
    path("versions/<uuid:pk>/original/", reading.VersionOriginal.as_view(), name="version-original"),
    path("versions/<uuid:pk>/sections/add/", writing.SectionAdd.as_view(), name="section-add"),
    path("versions/<uuid:pk>/upload/", writing.VersionUpload.as_view(), name="version-upload"),
    path("versions/<uuid:pk>/submit/", versions.VersionSubmit.as_view(), name="version-submit"),
    path("versions/<uuid:pk>/reviewed/", versions.VersionReview.as_view(), name="version-review"),
    path("versions/<uuid:pk>/approve/", versions.VersionApprove.as_view(), name="version-approve"),
    path("versions/<uuid:pk>/return/", versions.VersionReturn.as_view(), name="version-return"),
    path("versions/<uuid:pk>/withdraw/", versions.VersionWithdraw.as_view(), name="version-withdraw"),
    path("versions/<uuid:pk>/abandon/", versions.VersionAbandon.as_view(), name="version-abandon"),
    path("versions/<uuid:pk>/read/", reading.VersionAcknowledge.as_view(), name="version-acknowledge"),
    path("versions/<uuid:pk>/readers/", reading.VersionReaders.as_view(), name="version-readers"),
    path(
        "versions/<uuid:pk>/readers/export/",
        reading.VersionReadersExport.as_view(),
        name="version-readers-export",
    ),
    path(
        "versions/<uuid:pk>/compare/<uuid:other>/", reading.VersionCompare.as_view(), name="version-compare"
    ),
    path("versions/<uuid:pk>/issue/", versions.VersionPaper.as_view(), name="version-paper"),
    path("sections/<uuid:pk>/edit/", writing.SectionEdit.as_view(), name="section-edit"),
    path("sections/<uuid:pk>/move/<way:way>/", writing.SectionMove.as_view(), name="section-move"),
    path("sections/<uuid:pk>/remove/", writing.SectionRemove.as_view(), name="section-remove"),
    path("requests/", requests.RequestList.as_view(), name="request-list"),
    path("requests/export/", requests.RequestExport.as_view(), name="request-export"),
    path("requests/<uuid:pk>/", requests.RequestDetail.as_view(), name="request-detail"),
    path("requests/<uuid:pk>/answer/", requests.RequestAnswer.as_view(), name="request-answer"),
    path("manual/", processes.Manual.as_view(), name="manual"),
    path("manual/start/", processes.ManualStart.as_view(), name="manual-start"),
    path("processes/", processes.ProcessMap.as_view(), name="process-map"),
    path("processes/export/", processes.ProcessExport.as_view(), name="process-export"),
    path("processes/new/", processes.ProcessCreate.as_view(), name="process-create"),
    path("processes/<uuid:pk>/edit/", processes.ProcessEdit.as_view(), name="process-edit"),
    path("processes/<uuid:pk>/link/", processes.LinkAdd.as_view(), name="process-link"),
    path("processes/links/<uuid:pk>/remove/", processes.LinkRemove.as_view(), name="link-remove"),
    path("records/", records.SeriesList.as_view(), name="series-list"),
    path("records/export/", records.SeriesExport.as_view(), name="series-export"),
    path("records/new/", records.SeriesCreate.as_view(), name="series-create"),
    path("records/<uuid:pk>/", records.SeriesDetail.as_view(), name="series-detail"),
    path("records/<uuid:pk>/edit/", records.SeriesEdit.as_view(), name="series-edit"),
    path("records/<uuid:pk>/files/add/", records.FileAdd.as_view(), name="file-add"),
    path("disposals/", records.DisposalOverview.as_view(), name="disposal-list"),
    path("disposals/export/", records.DisposalExport.as_view(), name="disposal-export"),
    path("disposals/new/", records.DisposalCreate.as_view(), name="disposal-create"),
    path("disposals/<uuid:pk>/", records.DisposalDetail.as_view(), name="disposal-detail"),
    path("disposals/<uuid:pk>/submit/", records.DisposalSubmit.as_view(), name="disposal-submit"),
    path("disposals/<uuid:pk>/decide/", records.DisposalDecide.as_view(), name="disposal-decide"),
    path("disposals/<uuid:pk>/carry-out/", records.DisposalCarryOut.as_view(), name="disposal-carry-out"),
    path("disposals/<uuid:pk>/cancel/", records.DisposalCancel.as_view(), name="disposal-cancel"),
    path("disposals/<uuid:pk>/minutes/", records.DisposalMinutes.as_view(), name="disposal-minutes"),
]
