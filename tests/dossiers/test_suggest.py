"""What is suggested for unknown words: initials of units, telling parts of words; else nothing."""

import pytest

from dossiers.importers.suggest import suggestion

UNITS = {
    "a": "Văn phòng Sở",
    "b": "Phòng Công nghệ và Đổi mới sáng tạo",
    "c": "Phòng Quản lý Khoa học",
    "d": "Phòng Quản lý Tiêu chuẩn Đo lường Chất lượng",
}


@pytest.mark.parametrize(
    ("kind", "word", "value"),
    [
        ("unit", "PQLKH", "c"),
        ("unit", "P.CN&ĐMST", "b"),
        ("unit", "PCNVĐMST", "b"),
        ("unit", "Tiêu chuẩn Đo lường", "d"),
        ("unit", "Quản lý", ""),
        ("unit", "Phòng", ""),
        ("unit", "P. Quản lý Khoa học", "c"),
        ("unit", "P.TCĐLCL", "d"),
        ("unit", "PHÒNG CÔNG NGHỆ VÀ ĐMST", "b"),
        ("unit", "VP", "a"),
        ("status", "Rồi, chưa lấy", "result"),
        ("status", "ON HOLD", "supplement"),
        ("channel", "VNPost", "postal"),
        ("rating", "Rất tốt", "5"),
        ("rating", "Ý kiến khác", ""),
        ("status", "Xong chưa phát", "result"),
        ("status", "XONG ĐÃ PHÁT", "returned"),
        ("status", "Không nhận từ đầu", "refused"),
        ("status", "???", ""),
        ("level", "Mức 4", "full"),
        ("channel", "Qua Cổng DVC", "online"),
        ("rating", "Tốt", "4"),
        ("rating", "Không tốt", "2"),
        ("rating", "Chưa tốt", "2"),
        ("rating", "Không được tốt", "2"),
        ("rating", "Chưa được", "2"),
        ("rating", "Được", "3"),
        ("rating", "Không được", "2"),
        ("rating", "Rất không tốt", "1"),
        ("status", "Chưa xong", "processing"),
        ("status", "Chưa có kết quả", "processing"),
        ("status", "Chưa xong, chờ bổ sung", "supplement"),
        ("status", "Chưa giải quyết xong", "processing"),
        ("status", "Đã xong", "result"),
        ("status", "Có kết quả, chưa có người nhận", "result"),
    ],
)
def test_suggestions(kind, word, value):
    assert suggestion(kind, word, UNITS) == value
