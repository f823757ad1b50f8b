"""The interface: tokens, batches, keys, rows, limits; the same facts as by file."""

import io
import json

import openpyxl
import pytest
from django.urls import reverse

from dossiers import generator, openapi, selectors, tokens
from dossiers.models import ApiBatch, ApiToken, Dossier, DossierImport
from qms.exceptions import IllegalTransition, Refused
from qms.models import AuditEntry, Role
from tests import factories
from tests.dossiers.conftest import SAMPLE, TRUTH, year

pytestmark = pytest.mark.django_db
URL = "/api/v1/dossiers/"
AS_OF = "2025-12-31T23:59:59+07:00"


@pytest.fixture
def admin(agency):
    return factories.person(agency, Role.ADMIN)


@pytest.fixture
def send(client, agency, units, admin):
    """send(dossiers, key) -> the response."""
    _token, text = tokens.token_create(agency, name="Một cửa tỉnh", acting=admin)

    def send(told, key="k1", *, token=text, **more):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Idempotency-Key": key} if key else {}
        body = {"as_of": AS_OF, "dossiers": told} | more
        return client.post(URL, json.dumps(body), content_type="application/json", headers=headers)

    return send


def dossier(number=1, **changes):
    return {
        "code": f"000.00.16.H19-250102-{number:04d}",
        "procedure_code": "1.004111.H19",
        "procedure_name": "Công bố sử dụng dấu định lượng",
        "channel": "online",
        "received_at": "2025-01-02T08:00:00+07:00",
        "due_original_at": "2025-01-09T08:00:00+07:00",
        "result_at": None,
        "unit": "Văn phòng Sở",
        "status": "processing",
    } | changes


def test_a_batch_is_imported_and_every_row_answered(send, agency):
    send([dossier(5)], "before")
    answer = send(
        [
            dossier(1, status="Sắp xong"),
            dossier(2, rating=5, status="Đã có kết quả", result_at="2025-01-08T09:00:00+07:00"),
            dossier(5),
            dossier(3),
            dossier(3, channel="in_person"),
            {"code": "Tổng cộng"},
        ]
    )
    assert answer.status_code == 200
    told = answer.json()
    assert [row["result"] for row in told["rows"]] == [
        "rejected", "new", "unchanged", "repeated", "new", "rejected",
    ]  # fmt: skip
    assert told["rows"][0]["problems"][0]["field"] == "status"
    assert told["number"] == 2
    assert Dossier.objects.get(code__endswith="0003").channel == "in_person"
    one = DossierImport.objects.get(seq=2)
    assert (one.source, one.file_name, str(one.pk)) == ("api", "Một cửa tỉnh.csv", told["import"])


def test_supplements_suspensions_and_extensions_are_sent_as_a_list(send, agency):
    told = [
        {"kind": "supplement", "from": "2025-01-03T08:00:00+07:00", "until": "2025-01-04T08:00:00+07:00"},
        {"kind": "supplement", "from": "2025-01-06T08:00:00+07:00"},
        {"kind": "extension", "until": "2025-01-20T17:00:00+07:00", "by_law": True},
    ]
    rows = send([dossier(1, episodes=told), dossier(2, episodes=[{"kind": "x"}])]).json()["rows"]
    assert [row["result"] for row in rows] == ["new", "rejected"]
    one = Dossier.objects.get()
    assert [found["kind"] for found in one.episodes] == ["supplement", "supplement", "extension"]
    assert one.due_original_at.isoformat() == "2025-01-20T10:00:00+00:00"
    assert one.supplement_received_at is None
    assert send([dossier(1, episodes=told)], "k2").json()["counts"]["unchanged"] == 1
    assert send([dossier(1, episodes="x" * 2000)], "k3").status_code == 422
    assert send([dossier(1, episodes=[{"kind": "x" * 20_000}])], "k4").status_code == 422


def test_the_same_batch_under_the_same_key_is_imported_once(send):
    first = send([dossier(1)])
    again = send([dossier(1)])
    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"
    assert DossierImport.objects.count() == 1
    other = send([dossier(2)])
    assert other.status_code == 422
    assert other["Content-Type"] == "application/problem+json"
    assert Dossier.objects.count() == 1


def test_the_sample_gives_its_truth_through_the_interface(send, agency, units):
    def told(row):
        values = dict(zip(
            ("received_at", "due_original_at", "due_extended_at", "supplement_requested_at",
             "supplement_received_at", "result_at", "returned_at"),
            (row.received, row.due, row.extended, row.asked, row.answered, row.result, row.returned),
            strict=True,
        ))  # fmt: skip
        moments = {name: f"{at.isoformat()}+07:00" if at else None for name, at in values.items()}
        return moments | {
            "code": row.code, "procedure_code": row.kind.code, "procedure_name": row.kind.name,
            "field": row.kind.field, "level": row.kind.level, "channel": row.channel, "unit": row.kind.unit,
            "officer_code": row.officer, "status": row.status, "rating": row.rating,
        }  # fmt: skip

    rows = [told(row) for row in generator.read_export(SAMPLE)]
    for number, start in enumerate((0, 3000)):
        answer = send(rows[start : start + 3000], f"k{number}")
        assert answer.json()["counts"]["new"] == 3000
    whole, quarters = year()
    tallies = selectors.counts(agency, windows=[whole, *quarters])
    assert tallies.of(whole) == TRUTH["all"]
    assert {name: tallies.of(whole, unit.pk) for name, unit in units.items()} == TRUTH["units"]
    assert [tallies.of(quarter) for quarter in quarters] == TRUTH["quarters"]


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"as_of": "hôm qua"}, "as_of"),
        ({"as_of": "2099-01-01"}, "as_of"),
        ({"dossiers": []}, "dossiers"),
        ({"dossiers": [7]}, "dossiers[0]"),
        ({"dossiers": [{"code": {"a": 1}}]}, "dossiers[0].code"),
        ({"dossiers": [{"owner": "Trần Thị Riêng Tư"}]}, "dossiers[0].owner"),
        ({"source": "nobody"}, "source"),
        ({"extra": 1}, "extra"),
    ],
)
def test_a_batch_of_the_wrong_form_is_refused_with_its_place(send, more, where):
    answer = send([dossier()], **more)
    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == [where]
    assert not DossierImport.objects.exists()
    assert not ApiBatch.objects.exists()


def test_who_may_send(send, agency, admin, client):
    assert send([dossier()], token="").status_code == 401
    assert send([dossier()], token="qms_wrong").status_code == 401
    assert send([dossier()], key="").status_code == 400
    assert client.get(URL).status_code == 405
    token = ApiToken.objects.get()
    tokens.token_revoke(token, acting=admin)
    answer = send([dossier()])
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert "mã truy cập" in answer.json()["title"]
    with pytest.raises(IllegalTransition):
        tokens.token_revoke(token, acting=admin)


def test_too_many_batches_in_a_minute_are_put_off(send, monkeypatch):
    from dossiers.views import api

    monkeypatch.setattr(api, "BATCHES_A_MINUTE", 1)
    answers = [send([dossier()]) for _time in range(2)]
    # A minute may end between two of them; then the third is the second of its minute.
    answers.append(send([dossier()]))
    last = answers[-1]
    assert last.status_code == 429
    assert int(last["Retry-After"]) <= 60


def test_a_body_that_is_no_json_or_too_large(send, client, monkeypatch, agency, admin):
    from dossiers.views import api

    _token, text = tokens.token_create(agency, name="Khác", acting=admin)
    headers = {"Authorization": f"Bearer {text}", "Idempotency-Key": "k"}
    for body in ("{", "[" * 100_000, "[]", '"x"', "{}"):
        answer = client.post(URL, body, content_type="application/json", headers=headers)
        assert answer.status_code == 422
    assert client.post(URL, "a=1", content_type="text/plain", headers=headers).status_code == 415
    monkeypatch.setattr(api, "LARGEST_BODY", 10)
    answer = client.post(URL, json.dumps({"dossiers": []}), content_type="application/json", headers=headers)
    assert answer.status_code == 413


def test_a_token_is_shown_once_and_kept_as_a_digest(login, agency, admin):
    client = login(admin)
    page = client.post(reverse("api-token-list"), {"name": "iGate"})
    text = page.context["text"]
    assert text in page.content.decode()
    token = ApiToken.objects.get()
    assert text not in str(vars(token)) and token.prefix == text[:10]
    assert text not in client.get(reverse("api-token-list")).content.decode()
    taken = b"".join(client.get(reverse("api-token-list-export")).streaming_content)
    line = list(openpyxl.load_workbook(io.BytesIO(taken)).active.values)[1]
    assert (line[0], line[1], line[3], line[5]) == ("iGate", text[:10], str(admin), "Đang hiệu lực")
    assert text not in line
    client.post(reverse("api-token-revoke", args=[token.pk]))
    assert tokens.token_of(text) is None
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"dossiers.token.created", "dossiers.token.revoked"} <= verbs


def test_only_the_administrator_of_the_agency_manages_tokens(login, agency, other_agency, admin):
    token, _text = tokens.token_create(agency, name="iGate", acting=admin)
    assert login(factories.person(agency, Role.SECRETARY)).get(reverse("api-token-list")).status_code == 403
    stranger = factories.person(other_agency, Role.ADMIN)
    client = login(stranger)
    assert "iGate" not in client.get(reverse("api-token-list")).content.decode()
    assert client.post(reverse("api-token-revoke", args=[token.pk])).status_code == 404
    with pytest.raises(Refused):
        tokens.token_create(agency, name="x", acting=stranger)


def test_the_description_is_open_api_and_readable(client, agency):
    told = client.get("/api/v1/openapi.json").json()
    assert told["openapi"] == "3.1.0"
    post = told["paths"]["/api/v1/dossiers/"]["post"]
    assert set(post["responses"]) == {str(status) for status, _words in openapi.answers()}
    for part in ("Batch", "Dossier", "Answer", "Problem"):
        assert told["components"]["schemas"][part]["type"] == "object"
    page = client.get("/api/v1/").content.decode()
    assert "Idempotency-Key" in page and "supplement_requested_at" in page
