"""The design system: marks, fields, filters, charts, and the vendored files behind them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django import forms
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from qms import charts, registry
from qms.checks import portal_views
from qms.forms import DateField, FilterForm, PortalForm, UploadField
from qms.registry import WorkItem
from qms.statuses import STATUSES, status
from qms.views import FormPage

ROOT = Path(__file__).resolve().parent.parent.parent


def draw(source: str, **context) -> str:
    with translation.override("vi"):
        return Template("{% load ui %}" + source).render(Context(context))


class Sample(PortalForm):
    title = forms.CharField(label="Tiêu đề", help_text="Một câu")
    due = DateField(label="Hạn")
    unit = forms.ChoiceField(label="Đơn vị", choices=[("", "—"), ("a", "Phòng A")])
    file = UploadField(label="Tệp", kinds=(".xlsx",), most_megabytes=1, required=False)


class Filters(FilterForm):
    state = forms.ChoiceField(label="Trạng thái", choices=[("", "Tất cả"), ("late", "Quá hạn")])


def test_script_vendor_finds_every_committed_file_as_it_was_copied():
    done = subprocess.run(
        [sys.executable, str(ROOT / "script/vendor"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_page_whose_form_takes_a_file_sends_files():
    """Without the encoding a browser sends the name of the file only; the test client always sends both."""
    pages = {view for _, view in portal_views() if issubclass(view, FormPage)}
    asked = {
        view: view.template_name
        for view in pages
        if view.template_name
        and any(
            isinstance(field, forms.FileField)
            for field in getattr(view.form_class, "base_fields", {}).values()
        )
    }
    assert {"feedback/form.html", "training/form.html", "library/form.html"} <= set(asked.values())
    for view, template in asked.items():
        source = (ROOT / "templates" / template).read_text(encoding="utf-8")
        while 'enctype="multipart/form-data"' not in source:
            extended = re.search(r'{% extends "([^"]+)" %}', source)
            assert extended, f"{view.__qualname__}: {template}"
            source = (ROOT / "templates" / extended[1]).read_text(encoding="utf-8")


def test_every_icon_a_template_or_a_module_names_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/vendor/lucide/sprite.svg").read_text()))
    texts = {
        path: path.read_text(encoding="utf-8")
        for folder in (
            "templates",
            "qms",
            "documents",
            "dossiers",
            "objectives",
            "risks",
            "audits",
            "static/js",
        )
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".html", ".py", ".js"}
    }
    named = {
        (name, str(path))
        for path, text in texts.items()
        for name in re.findall(r'{% icon ["\']([\w-]+)["\']|\bicon=["\']([\w-]+)["\']', text)
        for name in name
        if name
    }
    missing = sorted(f"{path}: {name}" for name, path in named if name not in sprite)
    assert not missing
    for entry in registry.navigation:
        assert entry.icon in sprite, entry
    for kind, (_label, icon) in registry.search_kinds.items():
        assert icon in sprite, kind
    default = WorkItem.__dataclass_fields__["icon"].default
    assert default in sprite


def test_no_template_carries_inline_style_script_or_handlers():
    wrong = []
    for path in (ROOT / "templates").rglob("*.html"):
        if "pdf" in path.relative_to(ROOT / "templates").parts or "mail" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if re.search(
            r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)(?![^>]*application/json)|hx-on", text
        ):
            wrong.append(str(path.relative_to(ROOT)))
    assert not wrong


def test_every_status_has_a_word_a_mark_and_a_tone_and_an_unknown_one_is_shown_plainly():
    for code in STATUSES:
        assert f"#{status(code).mark}" in draw("{% chip code %}", code=code)
    assert "Không đạt" in draw('{% chip "not_achieved" %}')
    assert "la" in draw('{% chip "la" %}')


def test_a_rate_without_a_denominator_is_no_occurrence_and_without_figures_is_insufficient_data():
    assert "Không phát sinh" in draw("{% rate 0 0 98 %}")
    assert "Chưa đủ dữ liệu" in draw("{% rate none 10 98 %}", none=None)
    assert "98,2\u00a0%" in draw("{% rate 4886 4974 98 %}")


def test_errors_stand_above_the_input_named_and_tied_to_it():
    page = draw("{% error_summary form %}{% field form.title %}", form=Sample({"title": ""}))
    assert 'href="#id_title"' in page
    assert "Tiêu đề" in re.search(r'href="#id_title">([^<]+)<', page).group(1)
    assert (
        page.index('id="id_title_helptext"') < page.index('id="id_title_error"') < page.index('id="id_title"')
    )
    assert 'aria-describedby="id_title_helptext id_title_error"' in page
    assert 'aria-invalid="true"' in page


def test_a_form_drawn_by_crispy_looks_the_same_as_one_drawn_field_by_field():
    form = Sample()
    with_crispy = Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": form}))
    assert 'class="fld f-date"' in with_crispy
    assert "<form" not in with_crispy


@pytest.mark.parametrize("text", ["15/07/2026", "15-07-2026", "2026-07-15"])
def test_a_day_is_read_day_first(text):
    form = Sample({"title": "a", "due": text, "unit": "a"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["due"].isoformat() == "2026-07-15"


def test_a_day_that_does_not_exist_is_refused_in_words():
    form = Sample({"title": "a", "due": "31/02/2026", "unit": "a"})
    with translation.override("vi"):
        assert "ví dụ" in str(form.errors["due"])


def test_an_upload_of_another_kind_or_too_large_is_refused():
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = {"title": "a", "due": "15/07/2026", "unit": "a"}
    other = Sample(data, {"file": SimpleUploadedFile("a.exe", b"x")})
    large = Sample(data, {"file": SimpleUploadedFile("a.xlsx", b"x" * (1024 * 1024 + 1))})
    assert "file" in other.errors
    assert "file" in large.errors


def test_active_filters_are_named_and_can_be_taken_away_one_by_one():
    request = RequestFactory().get("/?state=late&page=3&sort=code")
    tokens = Template(
        "{% load ui %}{% filter_tokens form as tokens %}{{ tokens.0.value }}|{{ tokens.0.url }}"
    )
    drawn = tokens.render(Context({"request": request, "form": Filters(request.GET)}))
    assert drawn == "Quá hạn|?sort=code"


def test_a_heading_sorts_and_turns_round():
    request = RequestFactory().get("/?sort=code&page=2")
    link = Template('{% load ui %}{% sort_link "code" "Số" %}').render(Context({"request": request}))
    assert QueryDict(re.search(r'href="\?([^"]*)"', link).group(1)) == QueryDict("sort=-code")


def test_a_gap_in_the_figures_breaks_the_line_of_a_chart():
    drawn = charts.sparkline([1, 2, None, 3, 4])
    assert drawn.count("<path") == 2


def test_a_bullet_left_of_its_axis_is_an_arrow_and_missing_figures_are_said():
    assert 'd="M4 13l9-6v12z"' in charts.bullet(12, 98, tone="bad", low=70)
    with translation.override("vi"):
        assert "thiếu số liệu" in charts.bullet(None, 98)


@pytest.mark.parametrize(
    ("short", "step"), [(0, "q0"), (-3, "q0"), (1, "q1"), (1.1, "q2"), (10, "q2"), (10.1, "q3")]
)
def test_heat_steps_follow_the_distance_to_the_target(short, step):
    assert charts.heat_step(short) == step


def test_an_axis_of_percentages_ends_at_100_and_holds_every_value():
    assert charts.percent_axis([100, 100]) == (96, 100)
    assert charts.percent_axis([98.9, 97.1, 98]) == (96, 100)
    assert charts.percent_axis([78.4, 90]) == (60, 100)
    assert charts.percent_axis([0, 100]) == (0, 100)
