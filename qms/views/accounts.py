"""Accounts: made and reset by administrators; each person's own preferences."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms import access
from qms.accounts import unlock
from qms.forms_people import AccountForm, PreferencesForm
from qms.models import Person, User
from qms.policies import signed_in
from qms.services import accounts
from qms.views.base import ActionView, FormPage
from qms.views.people import PersonFormPage, person_context


def shown_once(request: HttpRequest, subject: Person, username: str, password: str) -> HttpResponse:
    """The page with a one-time password; it is stored nowhere and kept by no cache."""
    context = {"subject": subject, "username": username, "password": password}
    response = render(request, "people/one_time_password.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


class AccountCreate(PersonFormPage):
    """An account for a person."""

    guarded = False
    form_class = AccountForm
    heading = gettext_lazy("Create an account")
    intro = gettext_lazy(
        "The next page shows a one-time password once. The person changes it at the first sign-in."
    )
    action = gettext_lazy("Create the account")

    def get_initial(self) -> dict[str, Any]:
        return {"username": accounts.suggest_username(self.subject.full_name)}

    def act(self, form: AccountForm) -> HttpResponse:
        subject = self.subject
        user, password = accounts.account_create(
            subject, acting=self.person, username=form.cleaned_data["username"]
        )
        return shown_once(self.request, subject, user.username, password)


class AccountAction(ActionView):
    """An act on the account of the person in the address."""

    policy = access.may_administer

    @property
    def subject(self) -> Person:
        """The person in question."""
        subject: Person = self.find(Person.objects.select_related("user", "agency"), pk=self.kwargs["pk"])
        return subject


class AccountReset(AccountAction):
    """A new one-time password."""

    def act(self) -> HttpResponse:
        subject = self.subject
        password = accounts.account_reset(subject, acting=self.person)
        assert subject.user is not None
        unlock(self.request, subject.user)
        return shown_once(self.request, subject, subject.user.username, password)


class AccountStop(AccountAction):
    """Let an account no longer sign in."""

    def act(self) -> str:
        subject = accounts.account_set_active(self.subject, acting=self.person, active=False)
        messages.success(self.request, _("The account can no longer sign in."))
        return subject.get_absolute_url()


class AccountStart(AccountAction):
    """Let an account sign in again."""

    def act(self) -> str:
        subject = accounts.account_set_active(self.subject, acting=self.person, active=True)
        messages.success(self.request, _("The account can sign in again."))
        return subject.get_absolute_url()


class SecondFactorReset(AccountAction):
    """Remove a second factor whose device is lost."""

    def act(self) -> str:
        subject = self.subject
        accounts.second_factor_reset(subject, acting=self.person)
        messages.success(self.request, _("The second factor is removed."))
        return subject.get_absolute_url()


class Preferences(FormPage):
    """One's own page: what the portal knows about me, language, second factor, delegations."""

    template_name = "people/preferences.html"
    form_class = PreferencesForm
    policy = signed_in

    def get_initial(self) -> dict[str, Any]:
        return {"language": self.request.user.language}  # type: ignore[union-attr]

    def page(self) -> dict[str, Any]:
        return person_context(self.person, self.person)

    def act(self, form: PreferencesForm) -> str:
        language = form.cleaned_data["language"]
        assert self.request.user.pk is not None  # the policy lets nobody in who is not signed in
        User.objects.filter(pk=self.request.user.pk).update(language=language)
        with translation.override(language):
            messages.success(self.request, _("Your preferences are saved."))
        return reverse("preferences")
