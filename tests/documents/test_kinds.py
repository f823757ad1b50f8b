"""Each kind of paper keeps Annex I, and its file is archivable and accessible."""

import copy
import datetime as dt

import page as validator
import pytest

from documents.content import PaperContent
from documents.formcheck import check_paper
from documents.rendering.render import paper_render
from documents.rendering.sheet import IssueFacts
from tests.documents import samples

SYMBOLS = {
    "plan": "KH-SKHCN",
    "report": "BC-SKHCN",
    "notice": "TB-SKHCN",
    "minutes": "BB-SKHCN",
    "letter": "SKHCN-TĐC",
}
BODY = [
    {
        "type": "section",
        "title": "Mục đích, yêu cầu",
        "blocks": [
            {
                "type": "list",
                "style": "number",
                "items": ["Duy trì hệ thống quản lý chất lượng của cơ quan."] * 2,
            }
        ],
    },
    {
        "type": "section",
        "title": "Tổ chức thực hiện",
        "blocks": [
            {
                "type": "paragraph",
                "text": "Trưởng các phòng, đơn vị tổ chức thực hiện các nội dung tại Phụ lục; khó khăn, "
                "vướng mắc phản ánh về đơn vị thường trực để tổng hợp, báo cáo lãnh đạo cơ quan.",
            }
        ],
    },
]


def content_of(kind):
    data = copy.deepcopy(samples.decision_data())
    data |= {
        "kind": kind,
        "symbol": SYMBOLS[kind],
        "title": "Duy trì, cải tiến Hệ thống quản lý chất lượng\nnăm 2026",
        "preamble": "",
        "enacting": "",
        "body": BODY,
        "annexes": [data["annexes"][1]] if kind in {"plan", "letter"} else [],
        "bases": data["bases"] if kind == "plan" else [],
        "copies": "NHN.05",
    }
    if kind == "minutes":
        data["cosigner"] = {"title": "Thư ký", "name": "Nguyễn Hoàng Nam"}
        data["signature"] = {"position": "Chủ trì", "name": "Trịnh Bảo Long"}
    if kind == "letter":
        data["addressees"] = ["Văn phòng Sở", "Các phòng, đơn vị thuộc Sở"]
    return PaperContent.model_validate(data)


@pytest.mark.parametrize("kind", SYMBOLS)
def test_each_kind_keeps_the_form_and_the_archival_profiles(kind):
    made = paper_render(content_of(kind), IssueFacts(7, dt.date(2026, 2, 9)))
    report = check_paper(made.pdf)
    assert report.ok, [f"{one.rule}: {one.found} ({one.expected})" for one in report.faults]
    for profile in ("3a", "ua1"):
        judged = validator.validate_pdf_bytes(made.pdf, profile=profile)
        assert judged.is_compliant, [(one.rule_id, one.message) for one in judged.failures]


def test_fields_added_later_do_not_change_the_hash_of_older_papers():
    data = samples.decision().model_dump(mode="json")
    older = {key: value for key, value in data.items() if key not in {"copies", "cosigner"}}
    assert PaperContent.model_validate(older).digest() == samples.decision().digest()
    assert b"copies" not in samples.decision().canonical()
    assert PaperContent.model_validate(data | {"copies": "NHN.05"}).digest() != samples.decision().digest()
