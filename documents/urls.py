"""Addresses of official papers."""

from django.urls import path

from documents.views import desk, drafts, editor, legal, papers, steps, wording

app_name = "documents"
urlpatterns = [
    path("papers/", papers.PaperList.as_view(), name="paper-list"),
    path("papers/export/", papers.PaperExport.as_view(), name="paper-export"),
    path("papers/new/", papers.PaperNew.as_view(), name="paper-new"),
    path("signing/", steps.SigningFolder.as_view(), name="signing-folder"),
    path("desk/", desk.Desk.as_view(), name="desk"),
    path("register/", desk.Register.as_view(), name="register"),
    path("register/export/", desk.RegisterExport.as_view(), name="register-export"),
    path("register/open/", desk.OpenSeries.as_view(), name="series-open"),
    path("register/<uuid:pk>/cancel/", desk.CancelNumber.as_view(), name="number-cancel"),
    path("papers/<uuid:pk>/", papers.PaperDetail.as_view(), name="paper-detail"),
    path("papers/<uuid:pk>/edit/", editor.PaperEdit.as_view(), name="paper-edit"),
    path("papers/<uuid:pk>/preview/", editor.PaperPreview.as_view(), name="paper-preview"),
    path("papers/<uuid:pk>/pdf/", drafts.DraftPdf.as_view(), name="paper-pdf"),
    path("papers/<uuid:pk>/docx/", drafts.DraftWord.as_view(), name="paper-docx"),
    path("papers/<uuid:pk>/versions/", drafts.Versions.as_view(), name="paper-versions"),
    path(
        "papers/<uuid:pk>/versions/<int:number>/take-back/", drafts.TakeBack.as_view(), name="paper-take-back"
    ),
    path("papers/<uuid:pk>/amend/", drafts.Amend.as_view(), name="paper-amend"),
    path("papers/comments/<uuid:pk>/settle/", drafts.SettleComment.as_view(), name="comment-settle"),
    path("templates/", wording.TemplateList.as_view(), name="template-list"),
    path("templates/<str:template>/edit/", editor.TemplateEdit.as_view(), name="template-edit"),
    path("templates/<str:template>/preview/", editor.TemplatePreview.as_view(), name="template-preview"),
    path("templates/<str:template>/look/", wording.TemplateLook.as_view(), name="template-look"),
    path("templates/<str:template>/copy/", wording.TemplateCopy.as_view(), name="template-copy"),
    path("templates/<str:template>/restore/", wording.TemplateRestore.as_view(), name="template-restore"),
    path("templates/<str:template>/retire/", wording.TemplateRetire.as_view(), name="template-retire"),
    path("legal-bases/", legal.BasisList.as_view(), name="basis-list"),
    path("legal-bases/export/", legal.BasisExport.as_view(), name="basis-export"),
    path("legal-bases/new/", legal.BasisNew.as_view(), name="basis-new"),
    path("legal-bases/<uuid:pk>/", legal.BasisEdit.as_view(), name="basis-edit"),
    path("papers/<uuid:pk>/refresh/", papers.PaperRefresh.as_view(), name="paper-refresh"),
    path("papers/<uuid:pk>/comment/", papers.PaperComment.as_view(), name="paper-comment"),
    path("papers/<uuid:pk>/file/", papers.PaperDownload.as_view(), name="paper-file"),
    path("papers/<uuid:pk>/submit/", steps.Submit.as_view(), name="paper-submit"),
    path("papers/<uuid:pk>/withdraw/", steps.Withdraw.as_view(), name="paper-withdraw"),
    path("papers/<uuid:pk>/approve/", steps.Approve.as_view(), name="paper-approve"),
    path("papers/<uuid:pk>/return/", steps.Return.as_view(), name="paper-return"),
    path("papers/<uuid:pk>/sign/", steps.Authorise.as_view(), name="paper-sign"),
    path("papers/<uuid:pk>/decline/", steps.Decline.as_view(), name="paper-decline"),
    path("papers/<uuid:pk>/hand-back/", steps.HandBack.as_view(), name="paper-hand-back"),
    path("papers/<uuid:pk>/abandon/", steps.Abandon.as_view(), name="paper-abandon"),
    path("papers/<uuid:pk>/issue/", desk.Issue.as_view(), name="paper-issue"),
    path("papers/<uuid:pk>/retry/", desk.Retry.as_view(), name="paper-retry"),
    path("papers/<uuid:pk>/end/", steps.End.as_view(), name="paper-end"),
]
