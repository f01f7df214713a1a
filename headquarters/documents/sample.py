"""A document that says nothing, to show an office's head and foot."""

from __future__ import annotations

from headquarters.documents.blocks import Document, text
from headquarters.documents.letterheads import Words


def document(words: Words) -> Document:
    """Number, day, signature and seal are blank as on every document."""
    return Document(
        letterhead=words.letterhead(),
        kind="Báo cáo",
        symbol="BC",
        title="Kết quả khảo sát mức độ hài lòng\ncủa người dân, tổ chức",
        day=None,
        blocks=(
            text("Trang này cho xem phần đầu và phần cuối văn bản của cơ quan, đơn vị. Nội dung ghi ở đây."),
            text("Trên đây là mẫu trình bày theo Nghị định số 30/2020/NĐ-CP; khi in, đoạn này không có."),
        ),
        signature=words.signature(),
        receivers=tuple(words.receivers.splitlines()),
    )
