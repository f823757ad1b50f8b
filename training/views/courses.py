"""Courses, their results and effect, and the report of a year."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from qms import clock, files
from qms.models import AuditEntry
from qms.policies import Verdict, require
from qms.views.base import PortalMixin
from training import forms, policies, report_papers, selectors, services
from training.models import Course, CourseFile, Participation, PlanItem
from training.views.base import AppForm, AppList, AppPage, ForAgency, Workbook

COURSES = Course.objects.select_related("agency", "requirement", "item__plan", "organiser")


class _Courses:
    """What list and workbook share."""

    request: HttpRequest
    person: Any

    @cached_property
    def form(self) -> forms.CourseFilter:
        """The filter of the address."""
        form = forms.CourseFilter(self.request.GET)
        form.is_valid()
        return form

    def courses(self) -> Any:
        """The rows the filter leaves."""
        asked = getattr(self.form, "cleaned_data", {})
        rows = COURSES.visible_to(self.person)
        if asked.get("year"):
            rows = rows.filter(starts_on__year=asked["year"])
        given = {name: asked[name] for name in ("state", "topic") if asked.get(name)}
        return selectors.with_counts(rows.filter(**given)).order_by("-starts_on", "-code")


class CourseList(_Courses, AppList):
    """Courses, newest first."""

    template_name = "training/course_list.html"
    tab = "courses"
    columns_sortable = {"course": "code", "day": "starts_on", "cost": "cost"}

    def rows(self) -> Any:
        return self.courses()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        today = clock.today()
        return context | {
            "rows": [(row, row.status_on(today)) for row in context["rows"]],
            "form": self.form,
            "export_url": reverse("training:course-export"),
            "filtered": bool(self.request.GET),
        }


class CourseExport(_Courses, Workbook):
    """Courses as a workbook."""

    filename = "khoa-dao-tao.xlsx"

    def header(self) -> list[str]:
        return [
            _("Code"),
            _("Course"),
            _("Topic"),
            _("Kind of course"),
            _("From"),
            _("To"),
            _("Place"),
            _("Trainer"),
            _("Cost (đồng)"),
            _("State"),
            _("Invited"),
            _("Took part"),
            _("Passed"),
            _("Effect judged"),
            _("Effective"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        for row in self.courses():
            yield (
                row.code,
                row.title,
                row.get_topic_display(),
                row.get_form_display(),
                row.starts_on,
                row.ends_on,
                row.place,
                row.trainer,
                row.cost,
                row.get_state_display(),
                row.seats,
                row.came,
                row.passed,
                row.judged,
                row.effective,
            )


class CourseDetail(AppPage):
    """One course with everybody in it."""

    template_name = "training/course_detail.html"
    tab = "courses"

    def page(self) -> dict[str, Any]:
        course: Course = self.find(selectors.with_counts(COURSES), pk=self.kwargs["pk"])
        today = clock.today()
        seats = [
            (one, course.effect_due <= today and bool(policies.can_judge(self.person, one)))
            for one in course.participations.select_related("person__unit", "judge", "course")
        ]
        kept = list(course.files.select_related("file", "participation__person__unit", "added_by"))
        mine = next((one for one, _judge in seats if one.person_id == self.person.pk), None)
        return {
            "course": course,
            "files": [one for one in kept if one.participation_id is None],
            "certificates": _certificates(kept, self.person),
            "may_add_file": policies.can_add_file(self.person, course)
            or (mine is not None and mine.presence == "attended" and mine.result != "failed"),
            "status": course.status_on(today),
            "seats": seats,
            "over": course.ends_on <= today,
            "may_organise": policies.can_organise_in(self.person, course),
            "trail": AuditEntry.objects.visible_to(self.person).filter(subject_id=str(course.pk))[:12],
            "today": today,
        }


def _certificates(kept: list[CourseFile], person: Any) -> dict[Any, list[tuple[CourseFile, bool]]]:
    """Certificates by participation, each with whether the reader may open it."""
    found: dict[Any, list[tuple[CourseFile, bool]]] = {}
    for one in kept:
        if one.participation_id is not None:
            opens = bool(policies.can_open_file(person, one))
            found.setdefault(one.participation_id, []).append((one, opens))
    return found


class CourseCreate(ForAgency):
    """Prepare a course, also from an item of the plan or for a gap."""

    form_class = forms.CourseForm
    policy = policies.can_organise
    tab = "courses"
    heading = gettext_lazy("New course")
    action = gettext_lazy("Prepare the course")

    def back(self) -> str:
        return reverse("training:course-list")

    def get_initial(self) -> dict[str, Any]:
        key = self.request.GET.get("item")
        if not key:
            return {}
        item: PlanItem = self.find(PlanItem.objects.select_related("plan"), pk=key)
        people = {person.pk for need in item.needs.all() for person in need.people.all()}
        return {
            "title": item.title,
            "item": item.pk,
            "topic": item.topic,
            "requirement": item.requirement_id,
            "trainer": item.trainer,
            "cost": item.cost,
            "people": list(people),
        }

    def act(self, form: Any) -> str:
        return services.course_create(self.agency, acting=self.person, **form.cleaned_data).get_absolute_url()


class OfCourse(AppForm):
    """A form about one course."""

    tab = "courses"

    @cached_property
    def course(self) -> Course:
        """The course of the address."""
        found: Course = self.find(COURSES, pk=self.kwargs["pk"])
        return found

    def back(self) -> str:
        return self.course.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.course)}


class CourseInvite(OfCourse):
    """Invite more people."""

    form_class = forms.InviteForm
    heading = gettext_lazy("Invite people")
    action = gettext_lazy("Invite the people")

    def allowed(self) -> Verdict:
        return policies.can_organise_in(self.person, self.course)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"course": self.course}

    def act(self, form: Any) -> str:
        number = services.people_invite(self.course, people=form.cleaned_data["people"], acting=self.person)
        messages.success(self.request, _("%(n)s people invited.") % {"n": number})
        return self.back()


class CourseHold(OfCourse):
    """Record who was there, and how it went."""

    form_class = forms.HoldForm
    template_name = "training/hold_form.html"
    heading = gettext_lazy("Attendance and results")
    action = gettext_lazy("Record the course as held")

    def allowed(self) -> Verdict:
        return policies.can_organise_in(self.person, self.course)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"course": self.course}

    def act(self, form: Any) -> str:
        services.course_hold(
            self.course, acting=self.person, report=form.cleaned_data["report"], outcomes=form.outcomes
        )
        return self.back()


class CourseCancel(OfCourse):
    """Do not hold the course."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Cancel the course")
    action = gettext_lazy("Cancel the course")

    def allowed(self) -> Verdict:
        return policies.can_organise_in(self.person, self.course)

    def act(self, form: Any) -> str:
        services.course_cancel(self.course, acting=self.person, **form.cleaned_data)
        return self.back()


class CourseFileAdd(OfCourse):
    """Keep a file of the course, or a certificate."""

    form_class = forms.FileForm
    guarded = False
    heading = gettext_lazy("Add a file or a certificate")
    action = gettext_lazy("Attach the file")

    def allowed(self) -> Verdict:
        seat = self.course.participations.filter(person=self.person).first()
        return policies.can_add_file(self.person, self.course, seat)

    def get_form_kwargs(self) -> dict[str, Any]:
        organises = bool(policies.can_organise_in(self.person, self.course))
        about = {"course": self.course, "person": self.person, "organises": organises}
        return super().get_form_kwargs() | about

    def get_initial(self) -> dict[str, Any]:
        return {"participation": self.request.GET.get("of") or None}

    def act(self, form: Any) -> str:
        upload, seat = form.cleaned_data["file"], form.cleaned_data["participation"]
        require(policies.can_add_file(self.person, self.course, seat))
        # Kept before the transaction of the service: a file may be left over, never lost.
        stored = files.store(self.agency, upload.name, upload.read(), acting=self.person)
        note = form.cleaned_data["note"]
        services.file_add(self.course, acting=self.person, file=stored, note=note, participation=seat)
        return self.back()


class CourseFileOpen(PortalMixin, View):
    """The bytes of a file of a course."""

    policy = policies.insider

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = CourseFile.objects.select_related("file", "participation__person__unit")
        one = self.find(rows, pk=self.kwargs["pk"])
        require(policies.can_open_file(self.person, one))
        content = io.BytesIO(files.read(one.file))
        return FileResponse(
            content, as_attachment=True, filename=one.file.name, content_type=one.file.content_type
        )


class EffectJudge(AppForm):
    """Judge whether a course had effect on a person's work."""

    form_class = forms.EffectForm
    tab = "courses"
    heading = gettext_lazy("Effect of the training")
    action = gettext_lazy("Save the verdict")

    @cached_property
    def one(self) -> Participation:
        """The participation of the address."""
        rows = Participation.objects.select_related("person__unit", "course", "agency")
        found: Participation = self.find(rows, pk=self.kwargs["pk"])
        return found

    def allowed(self) -> Verdict:
        return policies.can_judge(self.person, self.one)

    def back(self) -> str:
        return self.one.course.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": f"{self.one.person}: {self.one.course}"}

    def act(self, form: Any) -> str:
        services.effect_judge(self.one, acting=self.person, **form.cleaned_data)
        return self.back()


class _Year:
    """The year of the address, this one by default."""

    request: HttpRequest

    @property
    def year(self) -> int:
        """An unknown year is this one."""
        asked = self.request.GET.get("year", "")
        year = int(asked) if asked.isdigit() and len(asked) == 4 else 0
        return year if 2000 <= year <= clock.today().year + 1 else clock.today().year


class Report(_Year, AppPage):
    """What a year of training came to."""

    template_name = "training/report.html"
    tab = "report"

    def page(self) -> dict[str, Any]:
        this = clock.today().year
        return {
            "report": selectors.year_report(self.agency, self.year),
            "paper": report_papers.paper_of(self.agency, self.year),
            "years": range(this - 3, this + 1),
            "year": self.year,
        }


class ReportPaper(_Year, ForAgency):
    """Draft the report of a year as an official paper."""

    form_class = forms.PaperForm
    policy = policies.can_organise
    tab = "report"
    heading = gettext_lazy("Prepare the training report as a paper")
    action = gettext_lazy("Prepare the paper")

    def back(self) -> str:
        return f"{reverse('training:report')}?year={self.year}"

    def page(self) -> dict[str, Any]:
        return {"about": str(self.year)}

    def act(self, form: Any) -> str:
        paper = report_papers.report_paper(
            self.agency, self.year, signer=form.cleaned_data["signer"], acting=self.person
        )
        return paper.get_absolute_url()


class ReportExport(_Year, Workbook):
    """The report as a workbook: what, numerator, denominator."""

    filename = "bao-cao-dao-tao.xlsx"

    def header(self) -> list[str]:
        return [_("What"), _("Numerator"), _("Denominator")]

    def lines(self) -> Iterable[Sequence[Any]]:
        report = selectors.year_report(self.agency, self.year)
        yield (_("Trained in the year"), report.trained.trained, report.trained.people)
        for unit, share in report.by_unit:
            yield (unit.name if unit else "", share.trained, share.people)
        yield (_("Trainings of the plan held"), report.items_held, report.items)
        yield (_("Took part"), report.attended, report.seats)
        yield (_("Passed"), report.passed, report.attended)
        yield (_("Effective"), report.effective, report.judged)
        yield (_("Cost (đồng)"), report.cost, report.cost_planned)
        for row in report.by_topic:
            yield (f"{_('Passed')}: {row['label']}", row["passed"], row["attended"])
