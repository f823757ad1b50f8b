"""Addresses of objectives."""

from django.urls import path

from objectives import urls_plans
from objectives.views import board, entries, parts, sets

app_name = "objectives"

urlpatterns = [
    *urls_plans.urlpatterns,
    path("dashboard/", board.DashboardPage.as_view(), name="dashboard"),
    path("dashboard/export/", board.DashboardExport.as_view(), name="dashboard-export"),
    path("dashboard/compute/", board.Compute.as_view(), name="compute"),
    path("dashboard/targets/<uuid:pk>/", board.TargetPage.as_view(), name="target"),
    path("dashboard/targets/<uuid:pk>/export/", board.TargetExport.as_view(), name="target-export"),
    path("sets/", sets.SetList.as_view(), name="set-list"),
    path("sets/new/", sets.SetCreate.as_view(), name="set-create"),
    path("sets/<uuid:pk>/", sets.SetPage.as_view(), name="set"),
    path("sets/<uuid:pk>/edit/", sets.SetEdit.as_view(), name="set-edit"),
    path("sets/<uuid:pk>/bases/", sets.SetBases.as_view(), name="set-bases"),
    path("sets/<uuid:pk>/discard/", sets.SetDiscard.as_view(), name="set-discard"),
    path("sets/<uuid:pk>/submit/", sets.SetSubmit.as_view(), name="set-submit"),
    path("sets/<uuid:pk>/return/", sets.SetReturn.as_view(), name="set-return"),
    path("sets/<uuid:pk>/approve/", sets.SetApprove.as_view(), name="set-approve"),
    path("sets/<uuid:pk>/reopen/", sets.SetReopen.as_view(), name="set-reopen"),
    path("sets/<uuid:pk>/publish/", sets.SetPublish.as_view(), name="set-publish"),
    path("sets/<uuid:pk>/start/", sets.UnitSetStart.as_view(), name="set-start"),
    path("sets/<uuid:pk>/close/", sets.SetClose.as_view(), name="set-close"),
    path("sets/<uuid:pk>/objectives/new/", parts.ObjectiveAdd.as_view(), name="objective-add"),
    path("sets/objectives/<uuid:pk>/", parts.ObjectiveEdit.as_view(), name="objective-edit"),
    path("sets/objectives/<uuid:pk>/targets/new/", parts.TargetAdd.as_view(), name="target-add"),
    path("sets/targets/<uuid:pk>/", parts.TargetEdit.as_view(), name="target-edit"),
    path("sets/objectives/<uuid:pk>/tasks/new/", parts.TaskAdd.as_view(), name="task-add"),
    path("sets/tasks/<uuid:pk>/", parts.TaskEdit.as_view(), name="task-edit"),
    path("sets/tasks/<uuid:pk>/sub-tasks/new/", parts.SubTaskAdd.as_view(), name="subtask-add"),
    path("sets/<str:kind>/<uuid:pk>/move/", parts.PartMove.as_view(), name="part-move"),
    path("sets/<str:kind>/<uuid:pk>/remove/", parts.PartRemove.as_view(), name="part-remove"),
    path("figures/", entries.EntryList.as_view(), name="entry-list"),
    path(
        "figures/<uuid:target>/<uuid:unit>/<str:period>/",
        entries.EntryRecord.as_view(),
        name="entry-record",
    ),
    path("figures/<uuid:pk>/", entries.EntryPage.as_view(), name="entry"),
    path("figures/<uuid:pk>/confirm/", entries.EntryConfirm.as_view(), name="entry-confirm"),
    path("figures/<uuid:pk>/return/", entries.EntryReturn.as_view(), name="entry-return"),
    path("figures/<uuid:pk>/evidence/<uuid:file>/", entries.EvidenceFile.as_view(), name="evidence"),
]
