"""Base classes of pages and actions."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.core.paginator import Paginator
from django.db import models, transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from qms import audit, sheets
from qms.db import take_turn
from qms.exceptions import DomainError, Invalid, Refused
from qms.models import Agency, Person, Record
from qms.policies import ALLOW, PagePolicy, Verdict, public, require
from qms.views import guard


class PortalMixin(AccessMixin):
    """Signed in, a person, and allowed by `policy`; refusals become a page with the reason.

    `policy` is compulsory (a system check refuses views without one).
    """

    policy: ClassVar[Any] = None
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        policy: PagePolicy = type(self).policy
        if policy is not public:
            if not request.user.is_authenticated:
                return self.handle_no_permission()
            verdict = policy(request.person)  # type: ignore[attr-defined]
            if not verdict:
                return refused(request, str(verdict.reason))
        try:
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except Refused as error:
            return refused(request, str(error))
        except DomainError as error:
            return self.domain_error(error)

    def domain_error(self, error: DomainError) -> HttpResponse:
        """An expected failure outside a form: told on the page the person came from."""
        messages.error(self.request, str(error))
        return HttpResponseRedirect(self.way_back())

    def way_back(self) -> str:
        """The page the person came from, else the home page."""
        came_from = self.request.META.get("HTTP_REFERER", "")
        if url_has_allowed_host_and_scheme(came_from, {self.request.get_host()}):
            return came_from
        return "/"

    @property
    def person(self) -> Person:
        """The person who acts; only after the policy let them in."""
        person: Person = self.request.person  # type: ignore[attr-defined]
        return person

    @property
    def agency(self) -> Agency:
        """The agency of the person who acts."""
        return self.person.agency

    def find(self, model: Any, **lookup: Any) -> Any:
        """The record in the person's scope (of a model or a queryset), else 404."""
        rows: Any = model if isinstance(model, models.QuerySet) else model._default_manager.all()
        return get_object_or_404(rows.visible_to(self.person), **lookup)


def refused(request: HttpRequest, reason: str) -> HttpResponse:
    """The page that says why not, and who may."""
    return render(request, "errors/refused.html", {"reason": reason}, status=403)


class PageView(PortalMixin, TemplateView):
    """A page: `template_name`, and `page(self) -> dict` for its context."""

    def page(self) -> dict[str, Any]:
        """The context of the page."""
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | self.page()


class ListPage(PageView):
    """A list with pages: `rows()` gives the filtered queryset; `?page=` and `?sort=` from the address.

    `columns_sortable` maps a sort key to the field it orders by.
    """

    page_size = 50
    columns_sortable: ClassVar[dict[str, str]] = {}

    def paginator(self, rows: "models.QuerySet[Any] | Sequence[Any]", size: int) -> "Paginator[Any]":
        """The pages of the rows."""
        return Paginator(rows, size)

    def rows(self) -> "models.QuerySet[Any] | Sequence[Any]":
        """The rows the person may see, filtered."""
        raise NotImplementedError

    def sorted_rows(self) -> "models.QuerySet[Any] | Sequence[Any]":
        """The rows in the order the address asks for."""
        rows = self.rows()
        asked = self.request.GET.get("sort", "")
        field = self.columns_sortable.get(asked.lstrip("-"))
        if field and isinstance(rows, models.QuerySet):
            return rows.order_by(("-" if asked.startswith("-") else "") + field, "pk")
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        page = self.paginator(self.sorted_rows(), self.page_size).get_page(self.request.GET.get("page"))
        query = self.request.GET.copy()
        query.pop("page", None)
        return context | {
            "page_obj": page,
            "rows": page.object_list,
            "sort": self.request.GET.get("sort", ""),
            "query": query.urlencode(),
        }


class ExportView(PortalMixin, View):
    """A list as `.xlsx`: `filename`, `header()`, `lines()`. Who takes it along stands in the audit trail.

    Not so where there is nothing of the agency in it: `is_blank`, a form to be filled in.
    """

    filename = "export.xlsx"
    is_blank: ClassVar[bool] = False
    asked_for: Record | None = None
    """The record the address names, once it was found."""

    def find(self, model: Any, **lookup: Any) -> Any:
        """The record in the person's scope, else 404; the first one is what the list is taken from."""
        found = super().find(model, **lookup)
        self.asked_for = self.asked_for or found
        return found

    def header(self) -> list[str]:
        """Column titles."""
        raise NotImplementedError

    def lines(self) -> Iterable[Sequence[Any]]:
        """Rows of values; dates stay dates, numbers stay numbers."""
        raise NotImplementedError

    def source(self) -> Record:
        """What the list is taken from: a record, which may be of an agency one looks at from above."""
        return self.asked_for or self.agency

    def note(self) -> str:
        """What the trail says of the list."""
        return self.filename

    def file(self) -> HttpResponseBase:
        """The list as it is handed out."""
        book = sheets.workbook(self.header(), self.lines())
        return FileResponse(book, as_attachment=True, filename=self.filename)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        file = self.file()
        if not self.is_blank and request.method == "GET":
            audit.record("qms.export.downloaded", self.source(), acting=self.person, note=self.note())
        return file


class FormPage(PortalMixin, FormView):
    """A page with a form that calls one service: implement `act(form) -> HttpResponse | str (address)`.

    A form that shows the values of a record is guarded (`qms.views.guard`): what somebody else has changed
    since it was shown is never overwritten unseen. `guarded` None means: it has initial values and its
    address names a record; False: a new record or an act; True: guarded although the address names none.
    Initial values that are only `proposals` (today, the next number) are not held against what is there.
    """

    guarded: ClassVar[bool | None] = None
    proposals: ClassVar[Collection[str]] = ()

    @classmethod
    def shows_record(cls) -> bool:
        """Whether the form shows the values of a record, and so is guarded when its address names one."""
        return cls.get_initial is not FormView.get_initial if cls.guarded is None else cls.guarded

    @property
    def is_guarded(self) -> bool:
        """Whether this form is guarded against changes of others."""
        return self.shows_record() and (bool(self.kwargs) or bool(self.guarded))

    def proposed(self) -> Collection[str]:
        """The initial values that are not of the record today."""
        return self.proposals

    def guarded_key(self) -> str:
        """What the form is about, to take turns on: the record of the address, else page and agency."""
        key = self.kwargs.get("pk") or "/".join(map(str, self.kwargs.values()))
        return str(key or f"{type(self).__qualname__}/{self.agency.pk}")

    def guarded_subjects(self) -> list[str]:
        """The records whose audit trail says who changed what the form shows."""
        return [str(value) for value in self.kwargs.values()] or [str(self.agency.pk)]

    def allowed(self) -> Verdict:
        """What the service asks, asked before the form is built: a refusal is told before any mistake."""
        return ALLOW

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, for those who may send it."""
        require(self.allowed())
        return super().get(request, *args, **kwargs)

    def page(self) -> dict[str, Any]:
        """More context of the page."""
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.is_guarded and "guard" not in context:
            context["guard"] = guard.Shown(guard.token_of(context["form"], self.proposed()))
        return context | self.page()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, when the form is guarded only over values the person has seen."""
        token = request.POST.get(guard.SHOWN)
        if not token or not self.is_guarded:
            require(self.allowed())
            return super().post(request, *args, **kwargs)
        with transaction.atomic():
            take_turn(self.guarded_key())
            require(self.allowed())
            form = self.get_form()
            found = guard.conflicts_of(form, token, self.guarded_subjects(), self.person, self.proposed())
            if found:
                return self.conflicted(form, found)
            if guard.THEIRS in request.POST:
                request.POST = guard.with_theirs(request.POST, form, self.proposed())  # type: ignore[assignment]
            return super().post(request, *args, **kwargs)

    def conflicted(self, form: Any, found: tuple[guard.Conflict, ...]) -> HttpResponse:
        """The form again with the person's own input, and what somebody else has changed meanwhile."""
        form.is_valid()
        form.add_error(None, _("This was changed after you opened the form. Nothing is saved yet."))
        shown = guard.Shown(guard.token_of(form, self.proposed()), found)
        return self.render_to_response(self.get_context_data(form=form, guard=shown), status=409)

    def act(self, form: Any) -> "HttpResponse | str":
        """Call the service; give back where to go."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            target = self.act(form)
        except Refused:
            raise
        except Invalid as error:
            for problem in error.problems:
                field = problem.where if problem.where in form.fields else None
                form.add_error(field, problem.message if field else str(problem))
            return self.form_invalid(form)
        except DomainError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        return HttpResponseRedirect(target) if isinstance(target, str) else target

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ActionView(PortalMixin, View):
    """A change without a form of its own: POST only, calls one service in `act() -> address`."""

    http_method_names = ["post", "options"]

    def act(self) -> "HttpResponse | str":
        """Call the service; give back where to go."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        target = self.act()
        return HttpResponseRedirect(target) if isinstance(target, str) else target
