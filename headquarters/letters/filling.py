"""Filling a DOCX template: docxtpl, with a Jinja that knows fields and conditions and nothing else.

A template is written by an office and is data, not a program: loops, calls, attributes, macros and includes
are refused when it is uploaded and again whenever it is filled. Without them no template can reach Python's
insides or make a machine work long; the sandbox behind is for what nobody thought of.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree  # type: ignore[import-untyped]

from headquarters.letters import fields
from headquarters.letters.inspection import Refused, inspect
from headquarters.letters.kinds import Kind

MOST_BRACES = 100
"""Places with braces in one part of a template."""
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Not, nodes.And, nodes.Or,
)  # fmt: skip
_TAG = re.compile(r"<[^>]+>")
_PLACED = re.compile(r"\{\{\s*(?:p|r|tr|tc)\s[^}]{0,60}\}*")
_SHOWN = 60


class Narrow(ImmutableSandboxedEnvironment):
    """Reads nothing but ``{{ field }}`` and ``{% if field %} … {% else %} … {% endif %}``.

    docxtpl hands every text it fills to ``from_string``: body, headers, footers, footnotes, properties.
    ``names``: the fields met so far, each with the text around its first place.
    """

    def __init__(self, known: frozenset[str]) -> None:
        super().__init__(autoescape=True)
        self.known = known
        self.names: dict[str, str] = {}

    def from_string(self, source: Any, *args: Any, **named: Any) -> Template:
        """Raises Refused where something else than fields and conditions stands in braces."""
        self._look(str(source))
        return super().from_string(source, *args, **named)

    def _look(self, source: str) -> None:
        try:
            tree = self.parse(source)
        except TemplateSyntaxError as error:
            raise Refused(_unreadable(source, error.lineno)) from error
        except RecursionError as error:  # braces within braces within braces
            raise Refused(_unreadable(source, 1)) from error
        for node in _nodes(tree):
            if not isinstance(node, _ALLOWED):
                where = _near(source, node.lineno)
                raise Refused(
                    _("Only a field in {{ }} and “if” may stand in braces; here is more: “%(text)s”.")
                    % {"text": where}
                )
            if isinstance(node, nodes.Name):
                self.names.setdefault(node.name, _near(source, node.lineno, node.name))


def _nodes(tree: nodes.Node) -> Iterator[nodes.Node]:
    for child in tree.iter_child_nodes():
        yield child
        yield from _nodes(child)


def _plain(source: str) -> list[str]:
    return [" ".join(_TAG.sub("", line).split()) for line in source.splitlines()]


def _near(source: str, line: int, name: str = "") -> str:
    """The words of the paragraph that a line of the part belongs to (docxtpl breaks lines at paragraphs)."""
    words = _plain(source)[line - 1] if 0 < line <= len(source.splitlines()) else ""
    at = max(0, words.find(name) - _SHOWN // 2) if name else 0
    return words[at : at + 2 * _SHOWN].strip() or name


def _unreadable(source: str, line: int) -> str:
    return _("The braces cannot be read near “%(text)s”: write {{ name }} and close every “if”.") % {
        "text": _near(source, line)
    }


class _Template(DocxTemplate):  # type: ignore[misc]
    """docxtpl without three of its habits."""

    def patch_xml(self, src_xml: str) -> str:
        """Its search goes through the part once for every brace, so there are few; and ``{{p …}}`` or
        ``{{r …}}`` would put words where Word does not look for them."""
        if src_xml.count("{") > 2 * MOST_BRACES:
            raise Refused(_("More than %(n)s places in braces: a letter needs few.") % {"n": MOST_BRACES})
        if found := _PLACED.search(_TAG.sub("", src_xml)):
            raise Refused(_("Write {{ name }} instead of “%(text)s”.") % {"text": found[0]})
        return str(super().patch_xml(src_xml))

    def fix_tables(self, xml: str) -> Any:
        """It mends broken XML silently and may lose words by it: here that is a fault of the template."""
        try:
            etree.fromstring(xml.encode())
        except etree.XMLSyntaxError as error:
            raise Refused(
                _(
                    "An “if” begins in one paragraph and ends in another. Give both paragraphs of their own, "
                    "as in the template that can be downloaded here."
                )
            ) from error
        return super().fix_tables(xml)

    def render_properties(self, *_context: Any, **_named: Any) -> None:
        """The file's properties are left alone: they are no words of the letter."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a template asks for. ``missing``: wanted and not there; a warning, not a fault."""

    names: tuple[str, ...]
    missing: tuple[str, ...]


def look(data: bytes, kind: Kind) -> Found:
    """The fields of an uploaded template. Raises Refused for whatever may not stand there: an unknown field
    is named with the words around it. Tried with every field filled, and with none.
    """
    inspect(data)
    environment = _environment(kind)
    try:
        for values in (fields.samples(kind), {}):
            _filled(data, values, environment)
    except (PackageNotFoundError, etree.XMLSyntaxError, AttributeError, KeyError, TypeError) as error:
        raise Refused(
            _("Word's file is damaged: open it in Word, save it again, and upload that.")
        ) from error
    used = {name.lower() for name in environment.names}
    wanted = (field.name for field in fields.of(kind) if field.wanted)
    return Found(tuple(sorted(used)), tuple(name for name in wanted if name not in used))


def fill(data: bytes, kind: Kind, values: Mapping[str, str]) -> bytes:
    """The letter. ``values`` are plain text; a line end begins a new paragraph of the same look."""
    return _filled(data, values, _environment(kind))


def _environment(kind: Kind) -> Narrow:
    names = {field.name for field in fields.of(kind)}
    return Narrow(frozenset(names | {name.upper() for name in names}))


def _filled(data: bytes, values: Mapping[str, str], environment: Narrow) -> bytes:
    template = _Template(io.BytesIO(data))
    # docxtpl's sign for a new paragraph; clean() lets none of the writer's own through.
    texts = {name: fields.clean(text).replace("\n", "\a") for name, text in values.items()}
    context = {name: texts.get(name.lower(), "") for name in environment.known}
    template.render(
        {name: text.upper() if name.isupper() else text for name, text in context.items()}, environment
    )
    unknown = {name: near for name, near in environment.names.items() if name not in environment.known}
    if unknown:
        raise Refused(*(_unknown(name, near) for name, near in unknown.items()))
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def _unknown(name: str, near: str) -> str:
    return _("There is no field “%(name)s”; it stands in: “%(near)s”.") % {"name": name, "near": near}
