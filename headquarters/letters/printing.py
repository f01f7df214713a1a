"""A letter as DOCX, PDF and picture. Number, day, signature and seal stay blank: the head of the office signs
it outside.

With the built-in wording all of them come from one description; with an office's template the DOCX is that
template, filled, and the others are printed from the very file.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from django.utils import timezone

from headquarters.cases.models import Case
from headquarters.documents import docx, letterheads, pdf
from headquarters.documents.blocks import Block, Document, Letterhead, Paragraph, Run, Signature
from headquarters.letters import fields, filling, reprint, wording
from headquarters.letters.kinds import Kind
from headquarters.letters.models import Letter, Template
from headquarters.offices.models import Office

RECEIVER_BLANK = "……………………………………"
"""Where nobody was named yet, and where the letter's own words are missing."""
BLANK = "…………"
_DPI = 80


class Printed(Protocol):
    """A letter that can be handed out."""

    def docx(self) -> bytes: ...

    def pdf(self) -> bytes: ...

    def picture(self) -> bytes:
        """PNG of its first page."""
        ...


@dataclass(frozen=True, slots=True)
class _BuiltIn:
    document: Document

    def docx(self) -> bytes:
        return docx.write(self.document)

    def pdf(self) -> bytes:
        return pdf.write(self.document)

    def picture(self) -> bytes:
        return pdf.first_page(self.document, _DPI)


@dataclass(frozen=True, slots=True)
class _FromTemplate:
    file: bytes

    def docx(self) -> bytes:
        return self.file

    def pdf(self) -> bytes:
        return reprint.pdf(self.file)

    def picture(self) -> bytes:
        return reprint.first_page(self.file, _DPI)


def printed(letter: Letter, values: Mapping[str, str], template: Template | None) -> Printed:
    """What a letter looks like with these values of its typed fields."""
    return of(Kind(letter.kind), letter.office, letter.case, values, template)


def of(
    kind: Kind, office: Office, case: Case | None, values: Mapping[str, str], template: Template | None
) -> Printed:
    """The same, of a letter that is not kept yet."""
    given = {**of_the_office(kind, office, case), **_typed(kind, values)}
    if template is not None:
        return _FromTemplate(filling.fill(bytes(template.file), kind, given))
    return _BuiltIn(_document(kind, letterheads.of(office), letterheads.signature_of(office), given))


def tried(data: bytes, kind: Kind) -> Printed:
    """A template filled with made-up values, to be looked at before it is in force."""
    return _FromTemplate(filling.fill(data, kind, fields.samples(kind)))


def kept(file: bytes) -> Printed:
    """A letter as it was printed once."""
    return _FromTemplate(file)


def of_the_office(kind: Kind, office: Office, case: Case | None) -> dict[str, str]:
    """What headquarters fills in itself."""
    head, signs = letterheads.of(office), letterheads.signature_of(office)
    *authority, last = signs.lines or ("",)
    return {
        "co_quan_chu_quan": head.superior,
        "ten_co_quan": letterheads.full_name(letterheads.issuing(office)),
        "ky_hieu": _symbol(kind, head.symbol),
        "dia_danh": head.place,
        "ngay": fields.blank_day(timezone.localdate().year),
        "quyen_han_ky": "\n".join(authority),
        "chuc_vu": last,
        "nguoi_ky": signs.name,
        "ma_vu_viec": case.number if case is not None else "",
    }


def _symbol(kind: Kind, office_symbol: str) -> str:
    return "-".join(part for part in (wording.load().kinds[kind].symbol, office_symbol) if part)


def _typed(kind: Kind, values: Mapping[str, str]) -> dict[str, str]:
    """What staff typed; places that are still empty are dotted, and optional ones nothing."""
    return {one.name: fields.clean(values.get(one.name, "")) or _empty(one) for one in fields.typed(kind)}


def _empty(one: fields.Field) -> str:
    if one.name == "xung_ho":
        return fields.USUAL_ADDRESS  # it stands amid sentences: "trân trọng cảm ơn ."
    if not one.wanted:
        return ""
    return RECEIVER_BLANK if one.lines or one.name == "nguoi_nhan" else BLANK


def _document(kind: Kind, head: Letterhead, signs: Signature, given: Mapping[str, str]) -> Document:
    words = wording.load().kinds[kind]
    texts = [fields.put_in(text, given) for text in words.paragraphs]
    title, _newline, more = words.title.partition("\n")
    return Document(
        letterhead=head,
        kind=title,
        symbol=words.symbol,
        title=more,
        day=None,
        blocks=(
            *_receiver(given),
            *(_paragraph(line) for text in texts for line in text.split("\n") if line),
        ),
        signature=signs,
        receivers=letterheads.letter_receivers(),
    )


def _receiver(given: Mapping[str, str]) -> tuple[Block, ...]:
    lines = [f"Kính gửi: {given['nguoi_nhan']}"]
    if given["dia_chi"]:
        lines.append(f"Địa chỉ: {given['dia_chi']}")
    return tuple(map(_centred, lines))


def _centred(text: str) -> Paragraph:
    return Paragraph((Run(text),), align="center", indent=False, keep_with_next=True)


def _paragraph(text: str) -> Paragraph:
    return Paragraph((Run(text),))


def start(kind: Kind) -> bytes:
    """The built-in wording as a DOCX with its fields: for an office to change in Word and upload again."""
    braces = {field.name: f"{{{{{field.name}}}}}" for field in fields.of(kind)}
    head = Letterhead("{{CO_QUAN_CHU_QUAN}}", "{{TEN_CO_QUAN}}", "", braces["dia_danh"])
    signs = Signature(("{{QUYEN_HAN_KY}}", "{{CHUC_VU}}"), "{{nguoi_ky}}")
    whole = _document(kind, head, signs, braces)
    to, address, *rest = whole.blocks
    when = [_centred(f"{{%p {words} %}}") for words in ("if dia_chi", "endif")]
    made = docx.write(replace(whole, blocks=(to, when[0], address, when[1], *rest)))
    words = wording.load().kinds[kind]
    return _replaced(
        made,
        {
            rf"ngày\s+tháng\s+năm {timezone.localdate().year}": braces["ngay"],
            rf"(?<=/){re.escape(words.symbol)}\b": braces["ky_hieu"],
        },
    )


def _replaced(data: bytes, changes: Mapping[str, str]) -> bytes:
    """The file with other words in its body, each once; it must be there."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "word/document.xml":
                text = part.decode()
                for before, after in changes.items():
                    text, times = re.subn(before, after, text, count=1)
                    if not times:
                        raise ValueError(f"the built-in letter does not say {before!r}")
                part = text.encode()
            new.writestr(name, part)
    return out.getvalue()
