"""What an office uploads is data: it names fields, and nothing in it runs, fetches or hides anything."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm
from PIL import Image

from headquarters.letters import fields, filling, inspection, reprint, word_reading
from headquarters.letters.inspection import Refused
from headquarters.letters.kinds import Kind
from tests.headquarters.letters.conftest import GOOD, changed, lines_of, saved, word_file

pytestmark = pytest.mark.screen_only

_RELATIONS = "word/_rels/document.xml.rels"


def refusal(data: bytes, kind: Kind = Kind.APOLOGY) -> str:
    """The words with which a template is refused."""
    with pytest.raises(Refused) as caught:
        filling.look(data, kind)
    return " / ".join(caught.value.words)


def test_fields_are_listed_and_wanted_ones_that_are_missing_warned_of(good: bytes) -> None:
    assert filling.look(good, Kind.APOLOGY) == filling.Found(
        ("bien_phap", "nguoi_nhan", "noi_dung", "ten_co_quan"), ()
    )
    assert filling.look(word_file("{{ noi_dung }}"), Kind.APOLOGY).missing == (
        "ten_co_quan",
        "nguoi_nhan",
        "bien_phap",
    )


def test_unknown_fields_are_all_named_with_the_words_around_them() -> None:
    words = refusal(word_file(*GOOD, "Kính gửi: {{ nguoi_nhna }} tại xã", "Hẹn {{ ngay_hen }}"))
    assert "“nguoi_nhna”; it stands in: “Kính gửi: {{ nguoi_nhna }} tại xã”" in words
    assert "“ngay_hen”; it stands in: “Hẹn {{ ngay_hen }}”" in words
    assert filling.look(word_file("Hẹn {{ ngay_hen }}"), Kind.EXTENSION).names == ("ngay_hen",)


def test_a_field_that_word_tore_into_runs_is_one_field() -> None:
    made = docx.Document()
    line = made.add_paragraph("Kính gửi: {")
    for piece in ("{ nguoi", "_nhan ", "}", "}"):
        line.add_run(piece).bold = True
    assert filling.look(saved(made), Kind.THANKS).names == ("nguoi_nhan",)


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ noi_dung.__class__ }}",
        "{{ noi_dung['__class__'] }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ lipsum() }}",
        "{{ noi_dung|attr('__class__') }}",
        "{{ noi_dung|upper }}",
        "{{ 9**9**9 }}",
        "{{ 'a' * 999999999 }}",
        "{% for x in range(10**9) %}a{% endfor %}",
        "{% for a in noi_dung %}{% for b in noi_dung %}{{ a }}{% endfor %}{% endfor %}",
        "{% set x = 1 %}",
        "{% macro m() %}{{ m() }}{% endmacro %}",
        "{% include 'x' %}",
        "{% import 'os' as os %}",
        "{% if noi_dung == 'x' %}{% endif %}",
        "{%tr for x in noi_dung %}",
        "{{ [] }}",
        "{{ {{ {{ {{",
        "{{ noi_dung",
        "{% if noi_dung %} không đóng",
        "{{r noi_dung }}",
        "{{p noi_dung }}",
        "{{ }}",
    ],
)
def test_nothing_but_fields_and_conditions_is_read(attack: str) -> None:
    assert refusal(word_file(attack))


def test_headers_and_footers_are_read_as_strictly() -> None:
    for edge in ("header", "footer"):
        made = docx.Document()
        getattr(made.sections[0], edge).paragraphs[0].text = "{{ ''.__class__ }}"
        assert refusal(saved(made))


def test_filling_looks_again_and_trusts_no_earlier_upload() -> None:
    with pytest.raises(Refused):
        filling.fill(word_file("{{ ''.__class__ }}"), Kind.APOLOGY, fields.samples(Kind.APOLOGY))


def test_the_files_own_properties_are_not_run() -> None:
    made = docx.Document()
    made.add_paragraph("\n".join(GOOD))
    made.core_properties.title = "{{ ''.__class__ }}"
    filled = filling.fill(saved(made), Kind.APOLOGY, {})
    assert docx.Document(io.BytesIO(filled)).core_properties.title == "{{ ''.__class__ }}"


def test_a_condition_over_paragraphs_needs_paragraphs_of_its_own() -> None:
    ok = word_file("{%p if dia_chi %}", "Địa chỉ: {{ dia_chi }}", "{%p endif %}", "Hết")
    assert lines_of(filling.fill(ok, Kind.THANKS, {"dia_chi": ""})) == ["Hết"]
    assert lines_of(filling.fill(ok, Kind.THANKS, {"dia_chi": "Xã A"})) == ["Địa chỉ: Xã A", "Hết"]
    torn = docx.Document()
    torn.add_paragraph("a {% if dia_chi %}")
    torn.add_table(1, 1).cell(0, 0).text = "b {% endif %}"
    assert "begins in one paragraph" in refusal(saved(torn), Kind.THANKS)


def test_what_staff_type_is_text_whatever_it_looks_like(good: bytes) -> None:
    typed = {
        "ten_co_quan": "Sở A & B",
        "nguoi_nhan": '</w:t><w:br/>Ông "A" <b>',
        "noi_dung": "Dòng một {{ 7*7 }}\r\nDòng hai {% if x %}\x07\x0c\x00 &amp; Ự ẵ ỹ Đ",
        "bien_phap": "1 < 2 & 3 > 2",
    }
    assert lines_of(filling.fill(good, Kind.APOLOGY, typed)) == [
        "SỞ A & B",
        'Kính gửi: </w:t><w:br/>Ông "A" <b>',
        "Dòng một {{ 7*7 }}",
        "Dòng hai {% if x %} &amp; Ự ẵ ỹ Đ",
        "1 < 2 & 3 > 2",
    ]


def _with_relation(kind: str, target: str, mode: str = ' TargetMode="External"') -> bytes:
    relation = (
        f'<Relationship Id="rId99" Target="{target}"{mode} '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/>'
    ).encode()
    return changed(
        word_file(*GOOD),
        {_RELATIONS: lambda old: old.replace(b"</Relationships>", relation + b"</Relationships>")},
    )


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("image", "https://example.org/a.png"),
        ("image", "anh.png"),
        ("hyperlink", "mailto:vt@example.org"),
        ("attachedTemplate", "file:///etc/passwd"),
        ("frame", "\\\\may\\chung\\a"),
        ("oleObject", "https://example.org/a"),
    ],
)
def test_what_points_outside_is_refused_and_named(kind: str, target: str) -> None:
    assert target in refusal(_with_relation(kind, target))


def test_a_share_or_an_address_is_outside_whatever_its_mode_says() -> None:
    assert "//may/a" in refusal(_with_relation("image", "//may/a", mode=""))


def _type(name: str, kind: str) -> bytes:
    override = f'<Override PartName="/{name}" ContentType="{kind}"/>'.encode()
    return changed(
        word_file(*GOOD),
        {
            "[Content_Types].xml": lambda old: old.replace(b"</Types>", override + b"</Types>"),
            name: b"x",
        },
    )


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(
            changed(
                word_file(*GOOD),
                {
                    "[Content_Types].xml": lambda old: old.replace(
                        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                        b"application/vnd.ms-word.document.macroEnabled.main+xml",
                    )
                },
            ),
            id="docm",
        ),
        pytest.param(_type("word/vbaProject.bin", "application/vnd.ms-office.vbaProject"), id="vba"),
        pytest.param(_type("word/quiet.dat", "application/vnd.ms-office.vbaProject"), id="vba, renamed"),
        pytest.param(
            _type("word/activeX/activeX1.xml", "application/vnd.ms-office.activeX+xml"), id="activeX"
        ),
        pytest.param(
            _type(
                "word/embeddings/a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            ),
            id="embedded workbook",
        ),
    ],
)
def test_macros_and_embedded_files_are_refused(data: bytes) -> None:
    assert refusal(data)


def _with_code(*pieces: str) -> bytes:
    """A template with one of Word's own fields, torn into runs."""
    made = docx.Document()
    line = made.add_paragraph("".join(GOOD))
    for kind, text in (("begin", ""), *(("", piece) for piece in pieces), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        element.text = text or None
        if kind:
            element.set(qn("w:fldCharType"), kind)
        line.add_run()._r.append(element)
    return saved(made)


@pytest.mark.parametrize(
    ("pieces", "named"),
    [
        (("DD", "EAUTO c:\\cmd.exe"), "DDEAUTO"),
        ((' INCLUDEPICTURE "https://example.org/a"',), "INCLUDEPICTURE"),
        (("INCLUDE", "TEXT a"), "INCLUDETEXT"),
        (("DATE",), "DATE"),
    ],
)
def test_words_own_codes_are_refused_and_named(pieces: tuple[str, ...], named: str) -> None:
    assert f"“{named}" in refusal(_with_code(*pieces))


def test_page_numbers_are_words_own_codes_that_may_stand() -> None:
    filling.look(_with_code(" PA", "GE "), Kind.APOLOGY)


def test_documents_with_entities_are_refused(good: bytes) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    for encoding in ("utf-8", "utf-16"):
        data = changed(
            good,
            {
                "word/document.xml": lambda old, encoding=encoding: (
                    (f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + bomb + old.split(b"?>", 1)[1])
                    .decode()
                    .encode(encoding)
                )
            },
        )
        assert "Word document" in refusal(data)


def _zip(*parts: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts:
            made.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.7", b"PK\x03\x04 broken", _zip(("a.txt", b"a")), _zip(("word/document.xml", b"<a/>"))],
    ids=["empty", "pdf", "broken", "another archive", "without its list of parts"],
)
def test_what_is_no_word_file_is_refused_in_plain_words(data: bytes) -> None:
    assert "no Word document" in refusal(data)


def test_bombs_are_not_unpacked(good: bytes) -> None:
    began = time.process_time()
    flat = changed(good, {"word/media/a.bmp": b"\x00" * (5 * inspection.MOST_UNPACKED)})
    assert len(flat) < inspection.MOST_BYTES
    tracemalloc.start()
    assert "Unpacked" in refusal(flat)
    assert tracemalloc.get_traced_memory()[1] < 3 * inspection.MOST_UNPACKED, "read no further than needed"
    tracemalloc.stop()
    many = changed(good, {f"word/media/{i}.png": b"" for i in range(inspection.MOST_PARTS)})
    assert "more parts" in refusal(many)
    long = changed(good, {"word/styles.xml": b"<a>" + b" " * inspection.MOST_XML + b"</a>"})
    assert "word/styles.xml" in refusal(long)
    assert "larger" in refusal(b"PK" + b"\x00" * inspection.MOST_BYTES)
    assert "braces" in refusal(word_file("{{ noi_dung }}" * (filling.MOST_BRACES + 1)))
    assert time.process_time() - began < 20, "a bound is missing: such files must cost next to nothing"


@pytest.mark.parametrize("kind", list(Kind))
def test_every_sample_is_filled_into_every_field(kind: Kind) -> None:
    made = filling.fill(
        word_file(*(f"{{{{ {one.name} }}}}" for one in fields.of(kind))), kind, fields.samples(kind)
    )
    assert "\n".join(lines_of(made)) == "\n".join(one.sample for one in fields.of(kind))


def _picture(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    made = docx.Document()
    made.add_picture(io.BytesIO(_picture(200, 100)))
    filling.look(saved(made), Kind.THANKS)
    big = _picture(8000, 1 + inspection.MOST_PIXELS // 8000)
    assert len(big) < 50_000
    assert "word/media/image1.png" in refusal(changed(saved(made), {"word/media/image1.png": big}))
    assert "word/media/image1.png" in refusal(changed(saved(made), {"word/media/image1.png": b"no picture"}))


def test_a_page_that_cannot_be_printed_is_refused() -> None:
    made = docx.Document()
    made.add_paragraph("a")
    assert reprint.check(saved(made)) == 1
    made.add_page_break()
    made.add_paragraph("b")
    assert reprint.check(saved(made)) == 2
    made.sections[0].page_width = Mm(9000)
    with pytest.raises(Refused, match="A4"):
        reprint.check(saved(made))


def test_what_the_print_would_lose_is_told() -> None:
    made = docx.Document()
    made.add_paragraph("a", style="List Bullet")
    made.add_paragraph("b").add_run()._r.append(
        parse_xml(
            '<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:wps='
            '"http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:txbx/></w:drawing>'
        )
    )
    assert word_reading.lost(saved(made)) == ["text boxes", "automatic numbers and bullets: type them"]
    assert word_reading.lost(word_file(*GOOD)) == []
