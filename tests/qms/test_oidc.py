"""Single sign-on through an OpenID Connect provider: discovery, consent, code with PKCE, signed id token."""

import base64
import hashlib
import json
import secrets
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa

from qms.models import AuditEntry, Role, User
from tests import factories

CLIENT, SECRET = "portal", "a secret of the provider"
LOGIN = "/accounts/oidc/oidc/login/"


class Provider(BaseHTTPRequestHandler):
    """The least a provider has to do; who is signed in there stands in `server.somebody`."""

    def log_message(self, *args):
        """Say nothing."""

    def answer(self, data, status=200, **headers):
        body = json.dumps(data).encode()
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        server, parts = self.server, urlsplit(self.path)
        if parts.path == "/.well-known/openid-configuration":
            self.answer(
                {
                    "issuer": server.address,
                    "authorization_endpoint": f"{server.address}/authorize",
                    "token_endpoint": f"{server.address}/token",
                    "userinfo_endpoint": f"{server.address}/userinfo",
                    "jwks_uri": f"{server.address}/jwks",
                    "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                }
            )
        elif parts.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            code = secrets.token_hex(8)
            server.codes[code] = asked
            back = urlencode({"code": code, "state": asked["state"]})
            self.answer({}, 302, Location=f"{asked['redirect_uri']}?{back}")
        elif parts.path == "/jwks":
            key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(server.key.public_key()))
            self.answer({"keys": [key | {"kid": "1", "use": "sig", "alg": "RS256"}]})
        elif parts.path == "/userinfo":
            known = self.headers["Authorization"].removeprefix("Bearer ") in server.tokens
            self.answer(server.somebody if known else {}, 200 if known else 401)

    def do_POST(self):
        server = self.server
        said = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        asked = server.codes.pop(said["code"][0])
        client = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        proof = base64.urlsafe_b64encode(hashlib.sha256(said["code_verifier"][0].encode()).digest())
        right = (
            client == f"{CLIENT}:{SECRET}"
            and said["redirect_uri"][0] == asked["redirect_uri"]
            and asked["code_challenge_method"] == "S256"
            and proof.decode().rstrip("=") == asked["code_challenge"]
        )
        if not right:
            self.answer({"error": "invalid_grant"}, 400)
            return
        token = secrets.token_hex(8)
        server.tokens.add(token)
        now = int(time.time())
        claims = server.somebody | {"iss": server.address, "aud": CLIENT, "iat": now, "exp": now + 300}
        signed = jwt.encode(claims, server.key, algorithm="RS256", headers={"kid": "1"})
        self.answer({"access_token": token, "token_type": "Bearer", "expires_in": 300, "id_token": signed})


@pytest.fixture(scope="module")
def provider():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.address = f"http://127.0.0.1:{server.server_port}"
    server.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    server.codes, server.tokens = {}, set()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def sign_in(client, provider, settings):
    """Sign somebody in as a browser would; gives the answer of the portal at the end of the way."""
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": "SSO",
                    "client_id": CLIENT,
                    "secret": SECRET,
                    "settings": {"server_url": provider.address},
                }
            ],
        }
    }

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args):
            return None

    def go(**somebody):
        provider.somebody = somebody
        there = client.post(LOGIN)["Location"]
        assert there.startswith(f"{provider.address}/authorize?")
        try:
            urllib.request.build_opener(Stay).open(there)
        except urllib.error.HTTPError as answer:
            back = urlsplit(answer.headers["Location"])
        assert back.path == "/accounts/oidc/oidc/login/callback/"
        return client.get(f"{back.path}?{back.query}")

    return go


def as_told(person, **more):
    return {
        "sub": "so-1",
        "email": person.user.email,
        "email_verified": True,
        "name": person.full_name,
    } | more


@pytest.mark.django_db
def test_a_person_signs_in_through_the_provider_and_stays_the_same_person(agency, client, sign_in):
    person = factories.person(agency, Role.STAFF)
    assert sign_in(**as_told(person))["Location"] == "/"
    assert person.full_name in client.get("/").text
    assert SocialAccount.objects.get().user == person.user
    assert AuditEntry.objects.filter(agency=agency, verb="qms.account.signed_in", actor=person).exists()

    client.post("/accounts/logout/")
    sign_in(**as_told(person, email="moi@so.example"))  # the provider's key counts, not the address
    assert person.full_name in client.get("/").text
    assert SocialAccount.objects.count() == User.objects.count() == 1


@pytest.mark.django_db
def test_an_imported_account_without_a_password_needs_none(agency, client, sign_in):
    person = factories.person(agency, Role.STAFF)
    person.user.set_unusable_password()
    person.user.must_change_password = True
    person.user.save()
    sign_in(**as_told(person))
    assert client.get("/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "told", [{"email": "la@so.example"}, {"email_verified": False}], ids=["unknown", "unverified"]
)
def test_nobody_else_gets_in(agency, client, sign_in, told):
    person = factories.person(agency, Role.STAFF)
    sign_in(**as_told(person, **told))
    assert "/accounts/login/" in client.get("/")["Location"]
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_closed_account_does_not_come_back_through_the_provider(agency, client, sign_in):
    person = factories.person(agency, Role.STAFF)
    sign_in(**as_told(person))
    client.post("/accounts/logout/")
    person.user.is_active = False
    person.user.save()
    sign_in(**as_told(person))
    assert "/accounts/login/" in client.get("/")["Location"]


@pytest.mark.django_db
def test_an_answer_nobody_asked_for_signs_nobody_in(agency, client, sign_in, provider):
    person = factories.person(agency, Role.STAFF)
    provider.somebody = as_told(person)
    client.get("/accounts/oidc/oidc/login/callback/?code=x&state=y")
    assert "/accounts/login/" in client.get("/")["Location"]
