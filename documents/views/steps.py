"""The steps of a paper's life as pages and actions; each calls one service."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import checking, forms, policies, selectors, services
from documents.models import Paper
from documents.views.papers import preview_of
from qms import agency_settings
from qms.policies import Verdict, require
from qms.views import ActionView, FormPage, ListPage


class _Step(ActionView):
    """One step without further questions."""

    policy: ClassVar[Any] = policies.may_draft
    done: Any = ""

    def step(self, paper: Paper) -> None:
        """Call the service."""
        raise NotImplementedError

    def act(self) -> str:
        paper = self.find(Paper, pk=self.kwargs["pk"])
        self.step(paper)
        messages.success(self.request, str(self.done))
        address: str = paper.get_absolute_url()
        return address


class Submit(_Step):
    """Send for review."""

    done = gettext_lazy("The paper is in review now.")

    def step(self, paper: Paper) -> None:
        services.paper_submit(paper, acting=self.person)


class Withdraw(_Step):
    """Take back from review."""

    done = gettext_lazy("The paper is a draft again.")

    def step(self, paper: Paper) -> None:
        services.paper_withdraw(paper, acting=self.person)


class Approve(_Step):
    """Approve the content."""

    policy = policies.may_approve
    done = gettext_lazy("The content is approved and frozen. It waits for the signature now.")

    def step(self, paper: Paper) -> None:
        services.paper_approve(
            paper, acting=self.person, content_hash=self.request.POST.get("content_hash", "")
        )


class _WithReason(FormPage):
    """A step that needs a reason in words."""

    template_name = "documents/reason.html"
    form_class = forms.ReasonForm
    policy: ClassVar[Any] = policies.may_draft
    heading: Any = ""
    explain: Any = ""
    button: Any = ""

    def verdict(self, paper: Paper) -> Any:
        """Who may."""
        raise NotImplementedError

    def step(self, paper: Paper, reason: str) -> None:
        """Call the service."""
        raise NotImplementedError

    def allowed(self) -> Verdict:
        verdict: Verdict = self.verdict(self.find(Paper, pk=self.kwargs["pk"]))
        return verdict

    def page(self) -> dict[str, Any]:
        paper = self.find(Paper, pk=self.kwargs["pk"])
        return {
            "paper": paper,
            "back": paper.get_absolute_url(),
            "heading": self.heading,
            "explain": self.explain,
            "button": self.button,
        }

    def act(self, form: Any) -> str:
        paper = self.find(Paper, pk=self.kwargs["pk"])
        self.step(paper, form.cleaned_data["reason"])
        address: str = paper.get_absolute_url()
        return address


class Return(_WithReason):
    """Send back from review."""

    policy = policies.may_approve
    heading = gettext_lazy("Send the paper back")
    explain = gettext_lazy("The paper becomes a draft again; the drafter sees your reason.")
    button = gettext_lazy("Send back to the drafter")

    def verdict(self, paper: Paper) -> Any:
        return policies.can_return(self.person, paper)

    def step(self, paper: Paper, reason: str) -> None:
        services.paper_return(paper, reason=reason, acting=self.person)


class Decline(_WithReason):
    """Decline to sign."""

    policy = policies.may_sign
    heading = gettext_lazy("Decline to sign")
    explain = gettext_lazy("The approval lapses; the paper becomes a draft again.")
    button = gettext_lazy("Decline to sign")

    def verdict(self, paper: Paper) -> Any:
        return policies.can_decline(self.person, paper)

    def step(self, paper: Paper, reason: str) -> None:
        services.paper_decline(paper, reason=reason, acting=self.person)


class HandBack(_WithReason):
    """The clerk hands back."""

    policy = policies.may_number
    heading = gettext_lazy("Hand the paper back")
    explain = gettext_lazy(
        "Approval and signature lapse; the paper becomes a draft again. No number is used."
    )
    button = gettext_lazy("Hand back to the drafter")

    def verdict(self, paper: Paper) -> Any:
        return policies.can_hand_back(self.person, paper)

    def step(self, paper: Paper, reason: str) -> None:
        services.paper_hand_back(paper, reason=reason, acting=self.person)


class Abandon(_WithReason):
    """Give a draft up."""

    heading = gettext_lazy("Abandon the draft")
    explain = gettext_lazy("The draft stays readable with your reason, but leads nowhere any more.")
    button = gettext_lazy("Abandon the draft")

    def verdict(self, paper: Paper) -> Any:
        return policies.can_edit(self.person, paper)

    def step(self, paper: Paper, reason: str) -> None:
        services.paper_abandon(paper, reason=reason, acting=self.person)


class SigningFolder(ListPage):
    """Papers that wait for the person's signature."""

    template_name = "documents/signing_folder.html"
    policy = policies.may_sign

    def rows(self) -> Any:
        return selectors.papers_to_sign(self.person).select_related("drafter", "approver")

    def page(self) -> dict[str, Any]:
        return {
            "to_approve": list(selectors.papers_to_approve(self.person).select_related("drafter")),
            "tokens": list(selectors.desk_signatures(self.person)),
            "signing": list(selectors.papers_being_signed(self.person)),
        }


class Authorise(FormPage):
    """Read the paper and sign it, with the password of the account again."""

    guarded = False
    template_name = "documents/sign.html"
    form_class = forms.AuthoriseForm
    policy = policies.may_sign

    def get_initial(self) -> dict[str, Any]:
        return {"content_hash": self._paper().content_hash}

    def _paper(self) -> Paper:
        paper: Paper = self.find(
            Paper.objects.select_related("agency", "signer", "approver"), pk=self.kwargs["pk"]
        )
        return paper

    def page(self) -> dict[str, Any]:
        paper = self._paper()
        require(policies.can_authorise(self.person, paper))
        return {
            "paper": paper,
            "sheet": preview_of(paper),
            "warnings": checking.paper_warnings(paper),
            "key": self.person.signing_keys.filter(retired_at=None).first(),
            "waiting": selectors.papers_to_sign(self.person).count(),
            "first": agency_settings.get(paper.agency, "documents.signing_order") == "B",
        }

    def act(self, form: Any) -> str | HttpResponse:
        paper = self._paper()
        services.paper_authorise(
            paper,
            password=form.cleaned_data["password"],
            content_hash=form.cleaned_data["content_hash"],
            acting=self.person,
        )
        paper.refresh_from_db()
        if paper.flow == "B":
            messages.success(
                self.request,
                _("Your digital signature is being made. Then the clerk fills in number and date."),
            )
        else:
            messages.success(self.request, _("Signed. The clerk gives the number and issues the paper."))
        return reverse("documents:signing-folder")


class SignAgain(ActionView):
    """Try again to make the signature that comes before the number."""

    policy = policies.may_sign_with_token

    def act(self) -> str:
        paper: Paper = self.find(Paper, pk=self.kwargs["pk"])
        services.sign_again(paper, acting=self.person)
        return paper.get_absolute_url()


class End(FormPage):
    """Revoke, supersede or correct an issued paper."""

    template_name = "documents/end.html"
    policy = policies.may_approve

    def get_form(self, form_class: Any = None) -> forms.EndForm:
        return forms.EndForm(paper=self._paper(), **self.get_form_kwargs())

    def _paper(self) -> Paper:
        paper: Paper = self.find(Paper, pk=self.kwargs["pk"])
        return paper

    def page(self) -> dict[str, Any]:
        paper = self._paper()
        require(policies.can_end(self.person, paper))
        return {"paper": paper}

    def act(self, form: Any) -> str:
        said = form.cleaned_data
        paper = services.paper_end(
            self._paper(), how=said["how"], by=said["by"], reason=said["reason"], acting=self.person
        )
        return paper.get_absolute_url()
