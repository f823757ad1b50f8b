"""Addresses of annual plans."""

from django.urls import path

from objectives.views import exports, plan_evidence, plan_imports, plan_items, plan_ways, plans

urlpatterns = [
    path("plans/", plans.PlanList.as_view(), name="plan-list"),
    path("plans/export/", exports.PlanListExport.as_view(), name="plan-list-export"),
    path("plans/unit/export/", exports.MineExport.as_view(), name="plan-mine-export"),
    path("plans/new/", plans.PlanCreate.as_view(), name="plan-create"),
    path("plans/unit/", plan_ways.MinePage.as_view(), name="plan-mine"),
    path("plans/feed/make/", plan_ways.FeedMake.as_view(), name="plan-feed-make"),
    path("plans/feed/end/", plan_ways.FeedEnd.as_view(), name="plan-feed-end"),
    path("plans/feed/<str:token>.ics", plan_ways.Feed.as_view(), name="plan-feed"),
    path("plans/<uuid:pk>/", plans.PlanPage.as_view(), name="plan"),
    path("plans/<uuid:pk>/board/", plan_ways.BoardPage.as_view(), name="plan-board"),
    path("plans/<uuid:pk>/calendar/", plan_ways.CalendarPage.as_view(), name="plan-calendar"),
    path("plans/<uuid:pk>/year/", plan_ways.YearPage.as_view(), name="plan-year"),
    path("plans/<uuid:pk>/export/", plan_ways.PlanExport.as_view(), name="plan-export"),
    path("plans/<uuid:pk>/edit/", plans.PlanEdit.as_view(), name="plan-edit"),
    path("plans/<uuid:pk>/bases/", plans.PlanBases.as_view(), name="plan-bases"),
    path("plans/<uuid:pk>/discard/", plans.PlanDiscard.as_view(), name="plan-discard"),
    path("plans/<uuid:pk>/submit/", plans.PlanSubmit.as_view(), name="plan-submit"),
    path("plans/<uuid:pk>/return/", plans.PlanReturn.as_view(), name="plan-return"),
    path("plans/<uuid:pk>/approve/", plans.PlanApprove.as_view(), name="plan-approve"),
    path("plans/<uuid:pk>/reopen/", plans.PlanReopen.as_view(), name="plan-reopen"),
    path("plans/<uuid:pk>/publish/", plans.PlanPublish.as_view(), name="plan-publish"),
    path("plans/<uuid:pk>/clone/", plans.PlanClone.as_view(), name="plan-clone"),
    path("plans/<uuid:pk>/word/", plan_imports.PlanWord.as_view(), name="plan-word"),
    path("plans/<uuid:pk>/import/", plan_imports.ImportUpload.as_view(), name="plan-import-upload"),
    path("plans/imports/<uuid:pk>/", plan_imports.ImportPage.as_view(), name="plan-import"),
    path("plans/imports/<uuid:pk>/take/", plan_imports.ImportTake.as_view(), name="plan-import-take"),
    path(
        "plans/imports/<uuid:pk>/discard/", plan_imports.ImportDiscard.as_view(), name="plan-import-discard"
    ),
    path("plans/<uuid:pk>/items/new/", plan_items.ItemAdd.as_view(), name="plan-item-add"),
    path("plans/items/<uuid:pk>/", plan_items.ItemPage.as_view(), name="plan-item"),
    path("plans/items/<uuid:pk>/edit/", plan_items.ItemEdit.as_view(), name="plan-item-edit"),
    path("plans/items/<uuid:pk>/move/", plan_items.ItemMove.as_view(), name="plan-item-move"),
    path("plans/items/<uuid:pk>/archive/", plan_items.ItemArchive.as_view(), name="plan-item-archive"),
    path("plans/items/<uuid:pk>/restore/", plan_items.ItemRestore.as_view(), name="plan-item-restore"),
    path("plans/items/<uuid:pk>/begin/", plan_items.ItemBegin.as_view(), name="plan-item-begin"),
    path("plans/items/<uuid:pk>/card/", plan_ways.CardMove.as_view(), name="plan-item-card"),
    path("plans/items/<uuid:pk>/note/", plan_items.ItemNote.as_view(), name="plan-item-note"),
    path("plans/items/<uuid:pk>/evidence/", plan_evidence.ItemEvidence.as_view(), name="plan-item-evidence"),
    path("plans/items/<uuid:pk>/link/", plan_evidence.ItemLink.as_view(), name="plan-item-link"),
    path("plans/items/<uuid:pk>/link/add/", plan_evidence.ItemLinkAdd.as_view(), name="plan-item-link-add"),
    path("plans/items/<uuid:pk>/report/", plan_items.ItemReport.as_view(), name="plan-item-report"),
    path("plans/items/<uuid:pk>/confirm/", plan_items.ItemConfirm.as_view(), name="plan-item-confirm"),
    path("plans/items/<uuid:pk>/return/", plan_items.ItemReturn.as_view(), name="plan-item-return"),
    path(
        "plans/items/<uuid:pk>/not-needed/", plan_items.ItemNotNeeded.as_view(), name="plan-item-not-needed"
    ),
    path("plans/items/<uuid:pk>/cancel/", plan_items.ItemCancel.as_view(), name="plan-item-cancel"),
    path("plans/items/<uuid:pk>/reopen/", plan_items.ItemReopen.as_view(), name="plan-item-reopen"),
    path("plans/evidence/<uuid:pk>/", plan_evidence.EvidenceFile.as_view(), name="plan-evidence-file"),
    path(
        "plans/evidence/<uuid:pk>/withdraw/",
        plan_evidence.EvidenceWithdraw.as_view(),
        name="plan-evidence-withdraw",
    ),
]
