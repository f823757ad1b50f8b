"""Addresses of the agency's own administration: units, people, calendar, clauses, settings."""

from django.urls import path

from qms.views import accounts, organisation, people

urlpatterns = [
    path("agency/", organisation.AgencyPage.as_view(), name="agency"),
    path("agency/edit/", organisation.AgencyEdit.as_view(), name="agency-edit"),
    path("units/", organisation.UnitTree.as_view(), name="unit-tree"),
    path("units/new/", organisation.UnitCreate.as_view(), name="unit-create"),
    path("units/merge/", organisation.UnitMerge.as_view(), name="unit-merge"),
    path("units/<uuid:pk>/", organisation.UnitDetail.as_view(), name="unit-detail"),
    path("units/<uuid:pk>/edit/", organisation.UnitEdit.as_view(), name="unit-edit"),
    path("units/<uuid:pk>/rename/", organisation.UnitRename.as_view(), name="unit-rename"),
    path("units/<uuid:pk>/split/", organisation.UnitSplit.as_view(), name="unit-split"),
    path("units/<uuid:pk>/close/", organisation.UnitClose.as_view(), name="unit-close"),
    path("units/<uuid:pk>/aliases/", organisation.AliasAdd.as_view(), name="alias-add"),
    path("unit-aliases/<uuid:pk>/remove/", organisation.AliasRemove.as_view(), name="alias-remove"),
    path("people/", people.PersonList.as_view(), name="person-list"),
    path("people/export/", people.PersonExport.as_view(), name="person-export"),
    path("people/new/", people.PersonCreate.as_view(), name="person-create"),
    path("people/<uuid:pk>/", people.PersonDetail.as_view(), name="person-detail"),
    path("people/<uuid:pk>/edit/", people.PersonEdit.as_view(), name="person-edit"),
    path("people/<uuid:pk>/leave/", people.PersonLeave.as_view(), name="person-leave"),
    path("people/<uuid:pk>/return/", people.PersonReturn.as_view(), name="person-return"),
    path("people/<uuid:pk>/roles/", people.RoleAssign.as_view(), name="role-assign"),
    path("people/<uuid:pk>/delegate/", people.DelegationGive.as_view(), name="delegation-give"),
    path("people/<uuid:pk>/account/", accounts.AccountCreate.as_view(), name="account-create"),
    path("people/<uuid:pk>/account/reset/", accounts.AccountReset.as_view(), name="account-reset"),
    path("people/<uuid:pk>/account/stop/", accounts.AccountStop.as_view(), name="account-stop"),
    path("people/<uuid:pk>/account/start/", accounts.AccountStart.as_view(), name="account-start"),
    path(
        "people/<uuid:pk>/account/second-factor/",
        accounts.SecondFactorReset.as_view(),
        name="second-factor-reset",
    ),
    path("roles/<uuid:pk>/end/", people.RoleEnd.as_view(), name="role-end"),
    path("delegations/<uuid:pk>/revoke/", people.DelegationRevoke.as_view(), name="delegation-revoke"),
    path("preferences/", accounts.Preferences.as_view(), name="preferences"),
]
