"""A version on its way: review, approval, return, withdrawal, and the paper that issues it."""

from typing import Any

from django.contrib import messages
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.forms import SignerForm
from library import papers, policies
from library.forms import documents as forms
from library.models import DocumentVersion
from library.selectors.versions import rows
from library.services import versions as services
from library.views.base import LibraryForm
from qms import clock
from qms.policies import Verdict
from qms.views.base import ActionView


class OfVersion(LibraryForm):
    """A form about one version."""

    @cached_property
    def version(self) -> DocumentVersion:
        """The version of the address."""
        found: DocumentVersion = self.find(rows(), pk=self.kwargs["pk"])
        return found

    def back(self) -> str:
        return self.version.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": f"{self.version.document} · {self.version.edition}"}


class VersionSubmit(OfVersion):
    """Send a draft for review."""

    proposals = ("effective_on",)
    form_class = forms.SubmitForm
    heading = gettext_lazy("Send for review")
    action = gettext_lazy("Send for review")

    def allowed(self) -> Verdict:
        return policies.can_edit(self.person, self.version)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.version}

    def get_initial(self) -> dict[str, Any]:
        one = self.version
        return {
            "reviewer": one.reviewer_id,
            "approver": one.approver_id,
            "effective_on": one.effective_on or clock.today(),
            "expires_on": one.expires_on,
            "must_read": one.must_read,
            "changes_note": one.changes_note,
        }

    def act(self, form: Any) -> str:
        services.version_submit(self.version, acting=self.person, **form.cleaned_data)
        return self.back()


class VersionReview(ActionView):
    """Confirm the review."""

    policy = policies.insider

    def act(self) -> str:
        version = self.find(rows(), pk=self.kwargs["pk"])
        services.version_review(version, acting=self.person)
        messages.success(self.request, _("Reviewed; it now waits for approval."))
        return version.get_absolute_url()


class VersionApprove(OfVersion):
    """Approve a version, with the day from which it holds."""

    guarded = False
    form_class = forms.ApproveForm
    heading = gettext_lazy("Approve the version")
    action = gettext_lazy("Approve the version")

    def allowed(self) -> Verdict:
        return policies.can_approve(self.person, self.version)

    def get_initial(self) -> dict[str, Any]:
        planned = self.version.effective_on
        return {"effective_on": max(planned, clock.today()) if planned else clock.today()}

    def act(self, form: Any) -> str:
        services.version_approve(self.version, acting=self.person, **form.cleaned_data)
        return self.back()


class VersionReturn(OfVersion):
    """Send a version back."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Send back to the author")
    action = gettext_lazy("Send the version back")

    def allowed(self) -> Verdict:
        return policies.can_send_back(self.person, self.version)

    def act(self, form: Any) -> str:
        services.version_return(self.version, acting=self.person, **form.cleaned_data)
        return self.back()


class VersionWithdraw(ActionView):
    """Take a version back to work on it."""

    policy = policies.insider

    def act(self) -> str:
        version = self.find(rows(), pk=self.kwargs["pk"])
        return services.version_withdraw(version, acting=self.person).get_absolute_url()


class VersionAbandon(OfVersion):
    """Give a draft up."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Abandon the draft")
    action = gettext_lazy("Abandon the draft")

    def allowed(self) -> Verdict:
        return policies.can_edit(self.person, self.version)

    def act(self, form: Any) -> str:
        services.version_abandon(self.version, acting=self.person, **form.cleaned_data)
        return self.version.document.get_absolute_url()


class VersionPaper(OfVersion):
    """Draft the decision that issues a version."""

    form_class = SignerForm
    heading = gettext_lazy("Issue the version as a decision")
    action = gettext_lazy("Draft the decision")

    def allowed(self) -> Verdict:
        return policies.secretariat(self.person)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def act(self, form: Any) -> str:
        there = papers.live(self.version.paper)
        if there is not None:
            return there.get_absolute_url()
        signer = form.cleaned_data["signer"]
        return papers.version_paper(self.version, signer=signer, acting=self.person).get_absolute_url()
