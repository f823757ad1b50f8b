"""Signing in: lock-out, password policy, one-time passwords, second factor, single sign-on, trail."""

import datetime as dt
import re
import time

import pytest
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisConnectionError

from qms import agency_settings
from qms.accounts import SocialAccountAdapter, second_factors_rotate
from qms.exceptions import Invalid
from qms.middleware import ACTIVE_SECONDS, ACTIVE_SESSION_KEY
from qms.models import AuditEntry, Person, Role, User
from qms.services import accounts
from tests import factories

GOOD = "con-meo-tim-uong-tra-da"
LOGIN = "/accounts/login/"


@pytest.fixture
def admin(agency):
    return factories.person(agency, Role.ADMIN)


@pytest.fixture
def someone(agency):
    """A person whose account has a good password."""
    person = factories.person(agency, Role.STAFF)
    person.user.set_password(GOOD)
    person.user.save()
    return person


def sign_in(client, name, password=GOOD, **extra):
    return client.post(LOGIN, {"login": name, "password": password}, **extra)


def verbs(person):
    return list(AuditEntry.objects.filter(agency=person.agency).values_list("verb", flat=True))


def test_one_signs_in_by_user_name_or_address(client, someone):
    for name in (someone.user.username, someone.user.email.upper()):
        assert sign_in(client, name).status_code == 302
        assert client.get("/preferences/").status_code == 200
        client.post("/accounts/logout/")
    assert verbs(someone).count("qms.account.signed_in") == 2


def test_repeated_failures_lock_the_name_and_say_until_when_and_who_helps(client, someone):
    for _attempt in range(5):
        assert sign_in(client, someone.user.username, "sai").status_code == 200
    page = sign_in(client, someone.user.username)
    text = page.text
    assert re.search(r"tạm khóa đến \d\d:\d\d", text)
    assert "quản trị viên" in text
    entries = AuditEntry.objects.filter(agency=someone.agency, verb="qms.account.sign_in_failed")
    assert entries.count() == 6
    assert "Tạm khóa" in entries.first().note
    assert entries.first().ip == "127.0.0.1"


def test_a_lock_ends_by_itself_and_an_administrators_one_time_password_ends_it_at_once(
    client, someone, admin, monkeypatch
):
    for _attempt in range(5):
        sign_in(client, someone.user.username, "sai")
    later = time.time() + 15 * 60 + 1
    with monkeypatch.context() as clock:
        clock.setattr("allauth.core.internal.ratelimit.time.time", lambda: later)
        assert sign_in(client, someone.user.username).status_code == 302
    client.post("/accounts/logout/")
    for _attempt in range(5):
        sign_in(client, someone.user.username, "sai", REMOTE_ADDR="10.0.0.9")
    client.force_login(admin.user)
    page = client.post(f"/people/{someone.pk}/account/reset/")
    password = re.findall(r'<code class="once">(.*?)</code>', page.text)[1]
    client.post("/accounts/logout/")
    assert sign_in(client, someone.user.username, password, REMOTE_ADDR="10.0.0.8").status_code == 302


def test_sign_in_says_so_when_the_counters_are_away(client, someone, monkeypatch):
    def away(*args, **kwargs):
        raise RedisConnectionError

    monkeypatch.setattr("allauth.core.internal.ratelimit._consume_single_rate", away)
    assert "Tạm thời chưa đăng nhập được" in sign_in(client, someone.user.username).text


@pytest.mark.parametrize(
    "weak",
    [
        "ngan-qua",
        "matkhau123456",
        "Vietnam@2025!",
        "123456789012",
        "nguyenvanan1990",
        "Qu4ntr1v13n2026",
        "DongNai@20252026",
    ],
)
def test_weak_passwords_are_refused(weak):
    with pytest.raises(ValidationError):
        validate_password(weak)


@pytest.mark.parametrize("good", [GOOD, "Mưa rơi trên mái tôn 17", "xe-dap-xanh-la-cay-42"])
def test_sentences_are_good_passwords(good):
    validate_password(good)


def test_a_one_time_password_is_shown_once_and_must_be_changed_first(client, agency, admin):
    person = factories.person(agency, Role.STAFF)
    Person.objects.filter(pk=person.pk).update(user=None, email="")
    client.force_login(admin.user)
    page = client.post(f"/people/{person.pk}/account/", {"username": "nguoi.moi"})
    assert page.headers["Cache-Control"] == "no-store"
    username, password = re.findall(r'<code class="once">(.*?)</code>', page.text)
    assert username == "nguoi.moi"
    client.post("/accounts/logout/")
    sign_in(client, username, password)
    for path in ("/", "/people/", "/admin/", "/units/"):
        assert client.get(path).headers["Location"] == "/accounts/password/change/"
    change = {"oldpassword": password, "password1": GOOD, "password2": GOOD}
    assert client.post("/accounts/password/change/", change).status_code == 302
    assert client.get("/people/").status_code == 200
    assert not User.objects.get(username=username).must_change_password
    assert "qms.account.password_changed" in verbs(person)
    assert password not in str(list(AuditEntry.objects.values_list("changes", "note")))


def test_user_names_are_suggested_without_marks_and_free(agency):
    assert accounts.suggest_username("Nguyễn Đình Ân") == "an.nguyendinh"
    User.objects.create_user("an.nguyendinh")
    assert accounts.suggest_username("Nguyễn Đình Ân") == "an.nguyendinh2"


@pytest.mark.parametrize("bad", ["a", "có dấu", "hai từ", "-dau", "x" * 70])
def test_impossible_user_names_are_refused(agency, admin, bad):
    person = factories.person(agency)
    Person.objects.filter(pk=person.pk).update(user=None)
    with pytest.raises(Invalid):
        accounts.account_create(Person.objects.get(pk=person.pk), acting=admin, username=bad)


def test_a_stopped_account_is_signed_out_at_once(client, someone, admin):
    sign_in(client, someone.user.username)
    accounts.account_set_active(someone, acting=admin, active=False)
    assert client.get("/people/").status_code == 302
    assert client.get("/people/").headers["Location"].startswith(LOGIN)


def test_an_account_whose_person_left_reaches_nothing(client, someone):
    yesterday = dt.date.today() - dt.timedelta(days=1)
    Person.objects.filter(pk=someone.pk).update(valid_to=yesterday)
    sign_in(client, someone.user.username)
    assert client.get("/people/").status_code == 403


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def required(agency):
    """Specialists must use a second factor."""
    agency_settings.put(agency, "access.second_factor_roles", ["staff"], acting=None)


def set_up_totp(client):
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    return client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})


def test_a_required_second_factor_is_set_up_before_anything_else(
    client, someone, required, django_capture_on_commit_callbacks
):
    sign_in(client, someone.user.username)
    for path in ("/", "/people/", "/admin/", reverse("mfa_index")):
        assert client.get(path).headers["Location"] == "/accounts/2fa/totp/activate/"
    with django_capture_on_commit_callbacks(execute=True):
        assert set_up_totp(client).status_code == 302
    assert client.get("/people/").status_code == 200
    assert client.get("/accounts/2fa/recovery-codes/").status_code == 200
    assert "qms.account.second_factor_changed" in verbs(someone)


def test_a_second_factor_is_asked_for_at_the_next_sign_in_and_recovery_codes_work_once(client, someone):
    sign_in(client, someone.user.username)
    set_up_totp(client)
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    client.post("/accounts/logout/")
    assert (
        sign_in(client, someone.user.username).headers["Location"].startswith("/accounts/2fa/authenticate/")
    )
    assert client.get("/people/").headers["Location"].startswith(LOGIN)
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 302
    assert client.get("/people/").status_code == 200
    client.post("/accounts/logout/")
    sign_in(client, someone.user.username)
    assert client.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 200


def test_a_required_second_factor_cannot_be_switched_off(client, someone, required):
    sign_in(client, someone.user.username)
    set_up_totp(client)
    assert client.post("/accounts/2fa/totp/deactivate/").status_code != 302
    assert Authenticator.objects.filter(user=someone.user, type="totp").exists()


def test_other_roles_need_no_second_factor(client, agency, secretary, required):
    client.force_login(secretary.user)
    assert client.get("/people/").status_code == 200


def test_an_administrator_removes_a_lost_second_factor(client, someone, admin):
    with pytest.raises(Invalid):
        accounts.second_factor_reset(someone, acting=admin)
    sign_in(client, someone.user.username)
    set_up_totp(client)
    accounts.second_factor_reset(someone, acting=admin)
    client.post("/accounts/logout/")
    assert sign_in(client, someone.user.username).headers["Location"] == "/"


def test_the_secret_of_a_second_factor_is_encrypted_at_rest(client, someone):
    sign_in(client, someone.user.username)
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))
    row = Authenticator.objects.get(type="totp")
    assert mfa_adapter().decrypt(row.data["secret"]) == secret
    assert second_factors_rotate() == 2
    rotated = Authenticator.objects.get(type="totp").data["secret"]
    assert rotated != row.data["secret"]
    assert mfa_adapter().decrypt(rotated) == secret


def social_login(address, verified=True):
    from allauth.account.models import EmailAddress

    account = SocialAccount(provider="so", uid="1", extra_data={})
    addresses = [EmailAddress(email=address, verified=verified, primary=True)]
    return SocialLogin(user=User(username="x", email=address), account=account, email_addresses=addresses)


def test_single_sign_on_connects_a_prepared_account_with_the_same_verified_address(rf, someone, settings):
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [APP]}}
    adapter = SocialAccountAdapter()
    login = social_login(someone.user.email)
    adapter.pre_social_login(rf.get("/"), login)
    assert SocialAccount.objects.get().user == someone.user


APP = {
    "provider_id": "so",
    "name": "Cổng xác thực tỉnh",
    "client_id": "portal",
    "secret": "x",
    "settings": {"server_url": "https://sso.example"},
}


@pytest.mark.parametrize(("address", "verified"), [("la@x.example", True), (None, False)])
def test_single_sign_on_makes_no_accounts_and_trusts_no_unverified_address(rf, someone, address, verified):
    adapter = SocialAccountAdapter()
    login = social_login(address or someone.user.email, verified)
    adapter.pre_social_login(rf.get("/"), login)
    assert not SocialAccount.objects.exists()
    assert not adapter.is_open_for_signup(rf.get("/"), login)


def test_the_single_sign_on_button_shows_only_when_it_is_switched_on(client, agency, settings):
    assert "/accounts/oidc/" not in client.get(LOGIN).text
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [APP]}}
    page = client.get(LOGIN).text
    assert "Cổng xác thực tỉnh" in page
    assert "/accounts/oidc/so/login/" in page


def test_nobody_signs_up(client, agency):
    data = {"email": "x@x.example", "username": "xxx", "password1": GOOD, "password2": GOOD}
    client.post("/accounts/signup/", data)
    assert not User.objects.filter(username="xxx").exists()


def test_a_session_ends_after_the_set_time_without_activity(client, someone, settings):
    sign_in(client, someone.user.username)
    assert client.session.get_expiry_age() <= settings.SESSION_COOKIE_AGE
    assert settings.SESSION_COOKIE_AGE == 3600
    session = client.session
    session.set_expiry(-1)
    session.save()
    assert client.get("/people/").headers["Location"].startswith(LOGIN)


def test_work_moves_the_end_of_a_session_once_a_minute(client, someone):
    sign_in(client, someone.user.username)
    client.get("/people/")
    stored = Session.objects.filter(pk=client.session.session_key)
    soon = timezone.now() + dt.timedelta(minutes=5)
    stored.update(expire_date=soon)
    client.get("/people/")
    assert stored.get().expire_date == soon
    session = client.session
    session[ACTIVE_SESSION_KEY] -= ACTIVE_SECONDS
    session.save()
    stored.update(expire_date=soon)
    client.get("/people/")
    assert stored.get().expire_date > timezone.now() + dt.timedelta(minutes=59)
    client.logout()
    sessions = Session.objects.count()
    client.get(LOGIN)
    assert Session.objects.count() == sessions
