"""Whether a file that somebody uploads is a DOCX that does nothing but say words: looked at before any
library opens it. Word's files are archives of XML; what may harm is refused by name, with what to do in Word.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from PIL import Image

MOST_BYTES = 2 * 1024 * 1024
"""Of the file: a letterhead with a picture has a tenth of it."""
MOST_UNPACKED = 16 * 1024 * 1024
MOST_PARTS = 200
MOST_XML = 512 * 1024
"""Of one XML part, in bytes: a letter has a few dozen thousand. Bounds what filling it can cost."""
MOST_PIXELS = 16_000_000
_PICTURE = re.compile(r"^word/media/.*\.(?:png|jpe?g)$", re.I)
_MAIN = "word/document.xml"
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FORBIDDEN = re.compile(
    r"vbaproject|vbadata|macrosheet|activex|\.bin$|embeddings/|\.ole$|afchunk|\.(?:html?|mht|exe|dll|js)$",
    re.I,
)
_FORBIDDEN_TYPE = re.compile(r"macroenabled|vbaproject|activex|oleobject|ms-office\.vba", re.I)
_FORBIDDEN_RELATION = re.compile(
    r"/(?:oleObject|package|control|aFChunk|vbaProject|attachedTemplate|frame|subDocument)$", re.I
)
FIELD_CODES = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES"})
"""Word's own fields that count pages; others fetch files, run programs or go stale."""


class Refused(ValueError):
    """Not taken; ``words`` say what and where, for who uploaded it."""

    def __init__(self, *words: str) -> None:
        super().__init__("; ".join(words))
        self.words = words


def inspect(data: bytes) -> None:
    """Raises Refused. Reads at most ``MOST_UNPACKED`` bytes, whatever the archive claims."""
    if len(data) > MOST_BYTES:
        raise Refused(_("The file is larger than %(n)s MB.") % {"n": MOST_BYTES // 1024**2})
    try:
        parts = _unpacked(data)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused(_not_word()) from error
    if _MAIN not in parts or "[Content_Types].xml" not in parts:
        raise Refused(_not_word())
    trees = {name: _tree(name, data) for name, data in parts.items() if name.endswith((".xml", ".rels"))}
    amiss = [
        *_of_pictures(parts),
        *_of_names(parts),
        *_of_types(trees["[Content_Types].xml"]),
        *_of_relations(trees),
    ]
    amiss += [words for name, tree in trees.items() if name.startswith("word/") for words in _of_codes(tree)]
    if amiss:
        raise Refused(*dict.fromkeys(amiss))


def _not_word() -> str:
    return _("This is no Word document (.docx). In Word choose “Save as” and “Word Document (*.docx)”.")


def _unpacked(data: bytes) -> dict[str, bytes]:
    """Every part, each read no further than allowed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = archive.infolist()
        if len(found) > MOST_PARTS or len({one.filename for one in found}) != len(found):
            raise Refused(_("The file has more parts than a letter needs."))
        parts, left = {}, MOST_UNPACKED
        for one in found:
            if one.flag_bits & 1:
                raise Refused(_("The file is protected with a password. Save it without one."))
            if one.filename.startswith("/") or ".." in one.filename.split("/") or "\\" in one.filename:
                raise Refused(_not_word())
            with archive.open(one) as part:
                parts[one.filename] = part.read(left + 1)
            left -= len(parts[one.filename])
            if left < 0:
                raise Refused(_("Unpacked, the file is larger than a letter can be."))
    return parts


def _tree(name: str, data: bytes) -> Element:
    """The part's XML; with a document type or entities it is refused."""
    if len(data) > MOST_XML:
        raise Refused(_("The part %(name)s is larger than a letter can be.") % {"name": name})
    try:
        tree: Element = ElementTree.fromstring(data, forbid_dtd=True)
    except (DefusedXmlException, ParseError, ValueError, LookupError) as error:
        raise Refused(_not_word()) from error
    return tree


def _of_pictures(parts: dict[str, bytes]) -> Iterator[str]:
    """Unpacked, a picture takes memory by its size on the screen."""
    for name, data in parts.items():
        if not _PICTURE.search(name):
            continue
        try:
            with Image.open(io.BytesIO(data)) as picture:
                fine = picture.width * picture.height <= MOST_PIXELS
        except (Image.DecompressionBombError, OSError, ValueError, SyntaxError):
            fine = False
        if not fine:
            yield _("The picture %(name)s is too large or damaged.") % {"name": name}


def _of_names(parts: dict[str, bytes]) -> Iterator[str]:
    for name in parts:
        if _FORBIDDEN.search(name):
            yield _(
                "The file holds a macro or another file (%(name)s). Save it as “Word Document (*.docx)” "
                "without macros and without embedded objects."
            ) % {"name": name}


def _of_types(types: Element) -> Iterator[str]:
    said = {str(one.get("PartName", one.get("Extension"))): one.get("ContentType", "") for one in types}
    if said.get(f"/{_MAIN}") != _MAIN_TYPE:
        yield _not_word()
    for name, kind in said.items():
        if _FORBIDDEN_TYPE.search(kind):
            yield _(
                "The file holds a macro or another file (%(name)s). Save it as “Word Document (*.docx)” "
                "without macros and without embedded objects."
            ) % {"name": name}


def _of_relations(trees: dict[str, Element]) -> Iterator[str]:
    for name, tree in trees.items():
        if not name.endswith(".rels"):
            continue
        for one in tree:
            target = one.get("Target", "")
            if one.get("TargetMode", "Internal") != "Internal" or "//" in target or target.startswith("\\"):
                yield _(
                    "The file points to something outside itself: %(target)s. In Word remove the link "
                    "(a picture: insert it again as a copy)."
                ) % {"target": target[:100]}
            elif _FORBIDDEN_RELATION.search(one.get("Type", "")):
                yield _("The file has an embedded object: %(target)s. Remove it in Word.") % {
                    "target": target[:100]
                }


def _of_codes(tree: Element) -> Iterator[str]:
    """Word's own field codes, whole ones and those that are spread over several runs."""
    codes, now = [one.get(f"{_WORD}instr", "") for one in tree.iter(f"{_WORD}fldSimple")], ""
    for one in tree.iter():
        if one.tag == f"{_WORD}instrText":
            now += one.text or ""
        elif one.tag == f"{_WORD}fldChar":
            codes.append(now)
            now = ""
    for code in [*codes, now]:
        word = code.split()[0].upper() if code.split() else ""
        if word and word not in FIELD_CODES:
            yield _("Word's field “%(code)s” may not stand in a template: write the text itself.") % {
                "code": code.strip()[:60]
            }
