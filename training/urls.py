"""Addresses of competence and training."""

from django.urls import path

from training.views import competence, courses, plans

app_name = "training"

urlpatterns = [
    path("", competence.MatrixPage.as_view(), name="matrix"),
    path("export/", competence.MatrixExport.as_view(), name="matrix-export"),
    path("people/<uuid:pk>/", competence.PersonPage.as_view(), name="person"),
    path("people/<uuid:pk>/record/", competence.CompetenceRecord.as_view(), name="person-record"),
    path("requirements/", competence.RequirementList.as_view(), name="requirement-list"),
    path("requirements/export/", competence.RequirementExport.as_view(), name="requirement-export"),
    path("requirements/new/", competence.RequirementCreate.as_view(), name="requirement-create"),
    path("requirements/<uuid:pk>/", competence.RequirementDetail.as_view(), name="requirement-detail"),
    path("requirements/<uuid:pk>/edit/", competence.RequirementEdit.as_view(), name="requirement-edit"),
    path("requirements/<uuid:pk>/scopes/add/", competence.ScopeAdd.as_view(), name="requirement-scope-add"),
    path("scopes/<uuid:pk>/remove/", competence.ScopeRemove.as_view(), name="scope-remove"),
    path("needs/", plans.NeedList.as_view(), name="need-list"),
    path("needs/export/", plans.NeedExport.as_view(), name="need-export"),
    path("needs/new/", plans.NeedCreate.as_view(), name="need-create"),
    path("needs/from-gaps/", plans.NeedsFromGaps.as_view(), name="needs-from-gaps"),
    path("needs/<uuid:pk>/", plans.NeedDetail.as_view(), name="need-detail"),
    path("needs/<uuid:pk>/decline/", plans.NeedDecline.as_view(), name="need-decline"),
    path("plans/", plans.PlanList.as_view(), name="plan-list"),
    path("plans/new/", plans.PlanCreate.as_view(), name="plan-create"),
    path("plans/<uuid:pk>/", plans.PlanDetail.as_view(), name="plan-detail"),
    path("plans/<uuid:pk>/export/", plans.PlanExport.as_view(), name="plan-export"),
    path("plans/<uuid:pk>/items/add/", plans.ItemAdd.as_view(), name="plan-item-add"),
    path("plans/<uuid:pk>/submit/", plans.PlanSubmit.as_view(), name="plan-submit"),
    path("plans/<uuid:pk>/return/", plans.PlanReturn.as_view(), name="plan-return"),
    path("plans/<uuid:pk>/approve/", plans.PlanApprove.as_view(), name="plan-approve"),
    path("plans/<uuid:pk>/paper/", plans.PlanPaper.as_view(), name="plan-paper"),
    path("items/<uuid:pk>/remove/", plans.ItemRemove.as_view(), name="item-remove"),
    path("courses/", courses.CourseList.as_view(), name="course-list"),
    path("courses/export/", courses.CourseExport.as_view(), name="course-export"),
    path("courses/new/", courses.CourseCreate.as_view(), name="course-create"),
    path("courses/<uuid:pk>/", courses.CourseDetail.as_view(), name="course-detail"),
    path("courses/<uuid:pk>/invite/", courses.CourseInvite.as_view(), name="course-invite"),
    path("courses/<uuid:pk>/hold/", courses.CourseHold.as_view(), name="course-hold"),
    path("courses/<uuid:pk>/cancel/", courses.CourseCancel.as_view(), name="course-cancel"),
    path("courses/<uuid:pk>/files/add/", courses.CourseFileAdd.as_view(), name="course-add-file"),
    path("files/<uuid:pk>/", courses.CourseFileOpen.as_view(), name="file"),
    path("effects/<uuid:pk>/judge/", courses.EffectJudge.as_view(), name="effect-judge"),
    path("report/", courses.Report.as_view(), name="report"),
    path("report/paper/", courses.ReportPaper.as_view(), name="report-paper"),
    path("report/export/", courses.ReportExport.as_view(), name="report-export"),
]
