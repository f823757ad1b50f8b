"""Payment, digitisation, notices of extension and reasons of delays: kept where an export has them."""

import pytest

from dossiers import delays, selectors
from dossiers.generator.files import HEADER
from dossiers.models import Dossier
from tests.dossiers import books
from tests.dossiers.conftest import year

pytestmark = pytest.mark.django_db
MORE = {
    "Thanh toán": "Thanh toán trực tuyến",
    "Số hóa": "Có",
    "Số văn bản gia hạn": "12/TB-SKHCN",
    "Lý do quá hạn": "Do phần mềm",
}
LATE = {"Ngày có kết quả": "10/01/2025 09:00"}


def test_an_export_with_more_columns_feeds_more_counts(agency, units, take):
    rows = [
        books.row(1, **MORE, **LATE),
        books.row(2, **(MORE | {"Thanh toán": "Tiền mặt", "Số hóa": "Không", "Lý do quá hạn": ""})),
        books.row(3, **(LATE | {"Lý do quá hạn": "Chuyện riêng của anh Ba"})),
    ]
    done = take(books.text(rows, header=[*HEADER, *MORE]), "more.csv")
    assert (done.new_count, done.warning_count) == (3, 1)
    first = Dossier.objects.get(code__endswith="0001")
    assert (first.payment, first.digitised, first.extension_document) == ("online", True, "12/TB-SKHCN")
    whole, _quarters = year()
    keys = ("digitised", "digitised_known", "paid_online", "with_fee")
    counts = selectors.counts(agency, windows=[whole], keys=keys).of(whole)
    assert dict(counts) == {"digitised": 1, "digitised_known": 2, "paid_online": 1, "with_fee": 2}
    assert [(code, count) for code, _label, count in delays.reasons(agency, whole)] == [
        ("system", 1),
        ("other", 1),
    ]


def test_the_same_facts_without_the_new_columns_are_unchanged(agency, units, take):
    take(books.text([books.row(1)]), "one.csv")
    again = take(books.text([books.row(1)], header=[*HEADER, *MORE]), "two.csv")
    assert (again.new_count, again.updated_count, again.unchanged_count) == (0, 0, 1)
