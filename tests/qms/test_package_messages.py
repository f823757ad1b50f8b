"""Texts of the packages below us that people see are Vietnamese too."""

import datetime as dt

import pytest
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import override


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (forms.UUIDField(), "x", "Nhập một mã UUID hợp lệ."),
        (forms.JSONField(), "{", "Nhập JSON hợp lệ."),
        (forms.CharField(), "", "Trường này là bắt buộc."),
    ],
)
def test_form_errors(field, value, said):
    with override("vi"), pytest.raises(ValidationError, match=said):
        field.clean(value)


def test_a_password_that_is_too_short():
    with override("vi"), pytest.raises(ValidationError) as refused:
        validate_password("ngan-qua")
    assert "Mật khẩu quá ngắn: phải có ít nhất 12 ký tự." in refused.value.messages


def test_spans_of_time():
    now = timezone.now()
    with override("vi"):
        assert timesince(now - dt.timedelta(days=8), now).replace("\xa0", " ") == "1 tuần, 1 ngày"
