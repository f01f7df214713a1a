"""The columns of the list of offices, and what its cells may say."""

from __future__ import annotations

from headquarters.offices.models import Office

HEADS = (
    ("Mã đơn vị", "Code"),
    ("Mã định danh", "Identifier"),
    ("Tên đơn vị", "Name"),
    ("Loại", "Kind"),
    ("Mã đơn vị cấp trên", "Parent code"),
    ("Từ ngày", "From"),
    ("Đến ngày", "To"),
    ("Quầy", "Desk"),
    ("Bộ phận", "Group"),
    ("Khóa cán bộ", "Official key"),
    ("Cán bộ", "Official"),
    ("Chức danh", "Position"),
    ("Nhập vào mã", "Goes on as code"),
)
NEEDED = 9
"""So many columns every list has: those of before officials and successions came."""
(
    CODE, IDENT, NAME, KIND, PARENT, FIRST, LAST, DESK, UNIT, OFFICIAL_KEY, OFFICIAL, POSITION, INTO,
) = range(13)  # fmt: skip
KINDS = {
    Office.Kind.PROVINCE: "tỉnh",
    Office.Kind.DEPARTMENT: "sở",
    Office.Kind.COMMUNE: "xã",
    Office.Kind.ONE_STOP: "một cửa",
    Office.Kind.OTHER: "khác",
}
