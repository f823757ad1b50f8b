"""The questionnaire of a survey, for anyone with a code: no sign-in, one answer, no personal data."""

from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from dossiers import surveys
from dossiers.forms import QuestionnaireForm
from dossiers.models import SurveyToken
from qms.policies import public
from qms.views.base import FormPage

TRIES_PER_MINUTE = 40


def _too_many(request: HttpRequest) -> bool:
    """Whether this address has asked too often in the last minute: codes cannot be guessed by trying."""
    key = f"survey:{request.META.get('REMOTE_ADDR', '')}"
    try:
        cache.add(key, 0, 60)
        return bool(cache.incr(key) > TRIES_PER_MINUTE)
    except ValueError:  # it ran out between the two
        return False


class Questionnaire(FormPage):
    """Answer a survey once."""

    template_name = "dossiers/questionnaire.html"
    form_class = QuestionnaireForm
    policy = public

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A code that does not exist is said in words for citizens, who have no portal to go back to."""
        if _too_many(request):
            response = render(request, "dossiers/questionnaire_wait.html", status=429)
            response["Retry-After"] = "60"
            return response
        try:
            self.token  # noqa: B018 - looked up here, used below
        except Http404:
            return render(request, "dossiers/questionnaire_unknown.html", status=404)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def token(self) -> SurveyToken:
        """The token of the address; 404 when there is none."""
        found = SurveyToken.objects.filter(token=self.kwargs["token"]).select_related(
            "survey__agency", "unit"
        )
        token = found.first()
        if token is None:
            raise Http404
        return token

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"questions": list(self.token.survey.questions.all())}

    def page(self) -> dict[str, Any]:
        return {"token": self.token, "survey": self.token.survey, "why_not": surveys.why_not(self.token)}

    def act(self, form: Any) -> HttpResponse:
        surveys.answer_record(self.token, levels=form.levels)
        context = {
            "survey": self.token.survey,
            "token": self.token,
            "thanks": _("Thank you for your answer."),
        }
        return self.render_to_response(context)
