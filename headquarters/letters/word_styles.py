"""Word's styles: what a paragraph, a run or a table looks like when its own wishes and its styles' are put
together, the nearest last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from docx.oxml.ns import qn

Props = dict[str, dict[str, str]]
"""By name of the property: its attributes."""
_GATHERED: Final = ("spacing", "ind")
_NESTED: Final = ("pBdr", "tblBorders", "tblCellMar")
_DEEPEST: Final = 12
_OFF: Final = ("0", "false", "off", "none")


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _laid_over(below: Props, element: Any) -> Props:
    """``below`` with what the element says itself."""
    made = dict(below)
    for child in element if element is not None else ():
        name = _local(child.tag)
        values = {_local(key): value for key, value in child.attrib.items()}
        if name in _NESTED:
            for side in child:
                said = {_local(key): value for key, value in side.attrib.items()}
                key = f"{name}/{_local(side.tag)}"
                if said.get("val") in ("nil", "none"):
                    made.pop(key, None)
                else:
                    made[key] = said
        elif name in _GATHERED:
            made[name] = {**made.get(name, {}), **values}
        else:
            made[name] = values
    return made


def switched(look: Props, name: str) -> bool:
    """Whether a property without value, or with one that says yes, is there."""
    return name in look and look[name].get("val", "1") not in _OFF


def points(look: Props, name: str, parts: int, usual: float) -> float:
    """A size, given in ``parts`` of a point."""
    text = look.get(name, {}).get("val", "")
    return int(text) / parts if text.isdigit() else usual


class Styles:
    """The styles of one file."""

    def __init__(self, element: Any) -> None:
        found = element.findall(qn("w:style"))
        self.by_id = {one.get(qn("w:styleId")): one for one in found}
        self.usual = {
            one.get(qn("w:type")): one.get(qn("w:styleId"))
            for one in found
            if one.get(qn("w:default")) == "1"
        }
        defaults = element.find(qn("w:docDefaults"))
        self.defaults = {
            name: None if defaults is None else defaults.find(f"{qn(f'w:{name}Default')}/{qn(f'w:{name}')}")
            for name in ("pPr", "rPr")
        }

    def _line(self, style_id: str | None) -> Iterator[Any]:
        """The style and those it rests on, the deepest first."""
        line: list[Any] = []
        while style_id in self.by_id and len(line) < _DEEPEST:
            line.append(self.by_id[style_id])
            based = line[-1].find(qn("w:basedOn"))
            style_id = based.get(qn("w:val")) if based is not None else None
        yield from reversed(line)

    def own(self, element: Any) -> Props:
        """Only what an element says itself."""
        return _laid_over({}, element)

    def of_paragraph(self, element: Any) -> tuple[Props, Props]:
        """The look of a paragraph, and that of the letters in it."""
        named = self.own(element).get("pStyle", {}).get("val", self.usual.get("paragraph"))
        look, letters = _laid_over({}, self.defaults["pPr"]), _laid_over({}, self.defaults["rPr"])
        for style in self._line(named):
            look = _laid_over(look, style.find(qn("w:pPr")))
            letters = _laid_over(letters, style.find(qn("w:rPr")))
        return _laid_over(look, element), letters

    def of_run(self, letters: Props, element: Any) -> dict[str, Any]:
        """A run's look, for printing. Letters are black, of the one family that letters are set in."""
        look = letters
        for style in self._line(self.own(element).get("rStyle", {}).get("val")):
            look = _laid_over(look, style.find(qn("w:rPr")))
        look = _laid_over(look, element)
        return {
            "bold": switched(look, "b"),
            "italic": switched(look, "i"),
            "underline": switched(look, "u"),
            "capitals": switched(look, "caps"),
            "raised": look.get("vertAlign", {}).get("val", ""),
            "size": points(look, "sz", 2, 10),
        }

    def of_table(self, element: Any) -> Props:
        """The look of a table."""
        look: Props = {}
        named = self.own(element).get("tblStyle", {}).get("val", self.usual.get("table"))
        for style in self._line(named):
            look = _laid_over(look, style.find(qn("w:tblPr")))
        return _laid_over(look, element)
