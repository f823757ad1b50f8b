"""Pages of surveys: prepare, hand out codes, enter answers from paper, results."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers import policies, qr, surveys
from dossiers.forms import AnswersForm, SurveyForm, TokensForm
from dossiers.models import LEVELS, Survey, SurveyAnswer, SurveyToken
from qms.views.base import ActionView, ExportView, FormPage, ListPage, PageView

CHIPS: dict[str, str] = {
    Survey.State.DRAFT: "draft",
    Survey.State.OPEN: "active",
    Survey.State.CLOSED: "closed",
}
ON_A_SHEET = 240


class SurveyList(ListPage):
    """The surveys of the agency."""

    template_name = "dossiers/survey_list.html"
    policy = policies.may_read

    def rows(self) -> Any:
        return Survey.objects.visible_to(self.person)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        shares = surveys.shares(self.agency)
        lines = [
            (one, CHIPS[one.state], one.get_state_display(), shares.get(one.pk)) for one in context["rows"]
        ]
        return context | {"lines": lines, "may_survey": policies.may_survey(self.person)}


class SurveyListExport(ExportView):
    """The surveys with their results as `.xlsx`."""

    policy = policies.may_read
    filename = "cac-cuoc-khao-sat.xlsx"

    def header(self) -> list[str]:
        return [
            _("Survey"),
            _("First day"),
            _("Last day"),
            _("Answers"),
            _("Satisfied"),
            _("Rate (%)"),
            _("State"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        shares = surveys.shares(self.agency)
        for one in Survey.objects.visible_to(self.person):
            share = shares.get(one.pk, surveys.Share(0, 0))
            rate = round(100 * share.satisfied / share.answers, 2) if share.answers else None
            yield [
                one.title,
                one.opens_on,
                one.closes_on,
                share.answers,
                share.satisfied,
                rate,
                one.get_state_display(),
            ]


class _SurveyMixin:
    """The survey of the address, in the person's scope."""

    @cached_property
    def survey(self) -> Survey:
        """The survey; 404 outside the person's agency."""
        view: Any = self
        found: Survey = view.find(Survey.objects.select_related("agency"), pk=view.kwargs["pk"])
        return found

    def back(self) -> str:
        """The page of the survey."""
        return self.survey.get_absolute_url()


class SurveyCreate(FormPage):
    """Prepare a survey with the usual questions."""

    template_name = "dossiers/survey_form.html"
    policy = policies.may_survey
    form_class = SurveyForm

    def page(self) -> dict[str, Any]:
        return {
            "heading": _("Prepare a survey"),
            "action": _("Prepare the survey"),
            "back": reverse("dossiers:survey-list"),
        }

    def act(self, form: Any) -> str:
        survey = surveys.survey_create(self.agency, acting=self.person, **form.cleaned_data)
        return survey.get_absolute_url()


class SurveyEdit(_SurveyMixin, FormPage):
    """Change a survey nobody can answer yet."""

    guarded = True
    template_name = "dossiers/survey_form.html"
    policy = policies.may_survey
    form_class = SurveyForm

    def get_form_kwargs(self) -> dict[str, Any]:
        names = ("title", "intro", "opens_on", "closes_on", "population")
        initial = {name: getattr(self.survey, name) for name in names}
        return super().get_form_kwargs() | {"survey": self.survey, "initial": initial}

    def page(self) -> dict[str, Any]:
        return {
            "survey": self.survey,
            "heading": _("Change the survey"),
            "action": _("Save the survey"),
            "back": self.back(),
        }

    def act(self, form: Any) -> str:
        fields = {name: value for name, value in form.cleaned_data.items() if not name.startswith("q")}
        surveys.survey_edit(self.survey, acting=self.person, texts=form.texts, **fields)
        return self.back()


class SurveyDetail(_SurveyMixin, PageView):
    """A survey with its results."""

    template_name = "dossiers/survey_detail.html"
    policy = policies.may_read

    def page(self) -> dict[str, Any]:
        survey = self.survey
        found = surveys.results(survey)
        may = bool(policies.can_survey(self.person, survey.agency))
        labels = dict(SurveyAnswer.Source.choices)
        return {
            "survey": survey,
            "chip": CHIPS[survey.state],
            "results": found,
            "sources": [(labels[source], share) for source, share in found.by_source.items()],
            "levels": [label for _level, label in LEVELS],
            "questions": [
                (row, [(label, count) for (_level, label), count in zip(LEVELS, row.levels, strict=True)])
                for row in found.questions
            ],
            "needed": surveys.sample_size(survey.population),
            "may_survey": may,
            "may_edit": may and survey.state == Survey.State.DRAFT,
            "may_open": may and survey.state == Survey.State.DRAFT,
            "may_close": may and survey.state == Survey.State.OPEN,
            "may_hand_out": may and survey.state != Survey.State.CLOSED,
            "may_enter": may and survey.state != Survey.State.DRAFT,
        }


class SurveyOpen(_SurveyMixin, ActionView):
    """Let people answer."""

    policy = policies.may_survey

    def act(self) -> str:
        surveys.survey_open(self.survey, acting=self.person)
        messages.success(self.request, _("The survey is open"))
        return self.back()


class SurveyClose(_SurveyMixin, ActionView):
    """Take no more answers."""

    policy = policies.may_survey

    def act(self) -> str:
        surveys.survey_close(self.survey, acting=self.person)
        messages.success(self.request, _("The survey is closed"))
        return self.back()


class SurveyCodes(_SurveyMixin, FormPage):
    """Make codes to hand out."""

    template_name = "dossiers/survey_form.html"
    policy = policies.may_survey
    form_class = TokensForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def page(self) -> dict[str, Any]:
        return {
            "survey": self.survey,
            "heading": _("Make codes to hand out"),
            "action": _("Make the codes"),
            "back": self.back(),
        }

    def act(self, form: Any) -> str:
        unit = form.cleaned_data["unit"]
        made = surveys.tokens_make(
            self.survey, count=form.cleaned_data["count"], unit=unit, acting=self.person
        )
        messages.success(
            self.request,
            ngettext("%(count)s code made", "%(count)s codes made", len(made)) % {"count": len(made)},
        )
        return reverse("dossiers:survey-sheet", args=[self.survey.pk])


class SurveySheet(_SurveyMixin, PageView):
    """The unused codes as QR codes on sheets to print and cut."""

    template_name = "dossiers/survey_sheet.html"
    policy = policies.may_survey

    def page(self) -> dict[str, Any]:
        unused = SurveyToken.objects.filter(
            agency_id=self.survey.agency_id, survey=self.survey, used_at=None
        ).select_related("unit")
        rows = list(unused.order_by("unit__order", "created_at")[: ON_A_SHEET + 1])
        codes = [(token, self.address(token)) for token in rows[:ON_A_SHEET]]
        return {
            "survey": self.survey,
            "codes": [(token, address, qr.svg(address)) for token, address in codes],
            "more": len(rows) > ON_A_SHEET,
            "most": ON_A_SHEET,
        }

    def address(self, token: SurveyToken) -> str:
        """Where the code leads."""
        return self.request.build_absolute_uri(reverse("survey-answer", args=[token.token]))


class PaperForm(_SurveyMixin, ExportView):
    """The spreadsheet in which answers from paper are entered."""

    policy = policies.may_survey
    filename = "phieu-khao-sat.xlsx"
    is_blank = True

    def header(self) -> list[str]:
        return [_("Code of the unit"), *(question.text for question in self.survey.questions.all())]

    def lines(self) -> Iterable[Sequence[Any]]:
        return []


class AnswersImport(_SurveyMixin, FormPage):
    """Take answers from paper."""

    template_name = "dossiers/survey_form.html"
    policy = policies.may_survey
    form_class = AnswersForm

    def page(self) -> dict[str, Any]:
        return {
            "survey": self.survey,
            "heading": _("Enter answers from paper"),
            "action": _("Take the answers"),
            "back": self.back(),
            "paper_form": reverse("dossiers:survey-paper-form", args=[self.survey.pk]),
        }

    def act(self, form: Any) -> str:
        rows = surveys.read_sheet(form.cleaned_data["file"])
        count = surveys.answers_import(
            self.survey, rows=rows, acting=self.person, answered_on=form.cleaned_data["answered_on"]
        )
        messages.success(
            self.request,
            ngettext("%(count)s answer taken", "%(count)s answers taken", count) % {"count": count},
        )
        return self.back()


class SurveyExport(_SurveyMixin, ExportView):
    """Every answer as `.xlsx`; answers are anonymous."""

    policy = policies.may_survey
    filename = "khao-sat.xlsx"

    def note(self) -> str:
        return self.survey.title

    def header(self) -> list[str]:
        return [
            _("Answered at"),
            _("Unit"),
            _("Method of collection"),
            *(question.text for question in self.survey.questions.all()),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        keys = [str(question.pk) for question in self.survey.questions.all()]
        rows = SurveyAnswer.objects.filter(agency_id=self.survey.agency_id, survey=self.survey)
        for answer in rows.select_related("unit").order_by("answered_at").iterator():
            yield [
                answer.answered_at,
                answer.unit.name if answer.unit else "",
                answer.get_source_display(),
                *(answer.levels.get(key) for key in keys),
            ]
