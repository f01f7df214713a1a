"""YAML that clerks edit, read so that a mistake is named by file, line and key. Imports nothing of ours."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where the platform has it; ten times the speed, the same marks."""
DAY_FORMS = ("%d/%m/%Y", "%Y-%m-%d")


class LineError(ValueError):
    """A file that cannot be used; in Vietnamese, with English after it: clerks edit these files."""

    @classmethod
    def at(cls, file: str, line: int, key: str, vi: str, en: str) -> Self:
        """The error in this line; ``key`` may be empty."""
        where = f" {key}:" if key else ""
        return cls(f"{file}, dòng {line}:{where} {vi}. (line {line}: {en})")

    @classmethod
    def unknown(cls, file: str, line: int, key: str, known: Sequence[str]) -> Self:
        """A key nobody reads, with the one that was probably meant."""
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
        hint_vi = f"; có phải '{near[0]}'?" if near else f"; các khóa: {', '.join(known)}"
        hint_en = f"; did you mean '{near[0]}'?" if near else ""
        return cls.at(file, line, key, f"không có khóa này{hint_vi}", f"unknown key{hint_en}")


def compose(path: Path, error: type[LineError]) -> MappingNode:
    """The nodes of ``path``, which know their lines; raises ``error``."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER)
    except OSError as fault:
        reason = fault.strerror or "OSError"
        raise error(f"{path}: không đọc được tệp ({reason}) / cannot be read") from fault
    except UnicodeDecodeError as fault:
        raise error(f"{path.name}: tệp phải là UTF-8 / the file must be UTF-8") from fault
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        raise error.at(path.name, line, "", "sai cú pháp YAML", f"not YAML: {fault.problem}") from fault
    except yaml.YAMLError as fault:
        raise error.at(path.name, 1, "", "sai cú pháp YAML", f"not YAML: {fault}") from fault
    if not isinstance(root, MappingNode):
        raise error.at(path.name, 1, "", "cần các dòng 'khóa: giá trị'", "expected lines of 'key: value'")
    return root


def line_of(node: Node) -> int:
    """Counted from 1, as editors do."""
    return int(node.start_mark.line) + 1


class Entry:
    """The keys below one place of the file. ``where`` names it, such as ``notices[2]``; "" at the top."""

    def __init__(
        self, node: Node, file: str, where: str, error: type[LineError], known: Sequence[str]
    ) -> None:
        self._file, self._where, self._error = file, where, error
        self.line = line_of(node)
        self._nodes: dict[str, Node] = {}
        if not isinstance(node, MappingNode):
            raise self.fault(node, "", "cần các dòng 'khóa: giá trị'", "expected lines of 'key: value'")
        for key_node, value in node.value:
            key = str(key_node.value)
            if key not in known:
                raise error.unknown(file, line_of(key_node), self._path(key), [self._path(k) for k in known])
            if key in self._nodes:
                raise self.fault(key_node, key, "khóa ghi hai lần", "the key appears twice")
            self._nodes[key] = value

    def _path(self, key: str) -> str:
        return ".".join(filter(None, (self._where, key)))

    def fault(self, node: Node | None, key: str, vi: str, en: str) -> LineError:
        """An error of the file's own kind, at ``node`` or, without one, where this entry begins."""
        line = line_of(node) if node is not None else self.line
        return self._error.at(self._file, line, self._path(key), vi, en)

    def wrong(self, key: str, vi: str, en: str) -> LineError:
        """What stands under ``key`` is not what was expected."""
        return self.fault(self._nodes.get(key), key, vi, en)

    def text(self, key: str, most: int = 120, default: str | None = None) -> str:
        """One text without breaks; required when there is no ``default``."""
        node = self._nodes.get(key)
        if node is None or _empty(node):
            if default is not None:
                return default
            raise self.fault(node, key, "thiếu", "missing")
        return self._read(node, key, most)

    def _read(self, node: Node, key: str, most: int) -> str:
        text = " ".join(node.value.split()) if isinstance(node, ScalarNode) else ""
        if not text or len(text) > most:
            raise self.fault(
                node, key, f"cần một câu từ 1 đến {most} ký tự", f"expected a text of 1 to {most} characters"
            )
        return text

    def one_of(self, key: str, allowed: Iterable[str]) -> str:
        """One of a few words."""
        found, words = self.text(key), tuple(allowed)
        if found not in words:
            raise self.wrong(
                key,
                f"cần một trong: {', '.join(words)}; đang là '{found}'",
                f"expected one of these; found '{found}'",
            )
        return found

    def day(self, key: str = "date") -> date:
        """01/11/2026 as people write it, or 2026-11-01."""
        found = self.text(key)
        for form in DAY_FORMS:
            try:
                return datetime.strptime(found, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        raise self.wrong(
            key, f"cần ngày như 01/11/2026; đang là '{found}'", f"expected a day; found '{found}'"
        )

    def rows(self, key: str, most: int = 400, *, needed: bool = False) -> tuple[tuple[str, str], ...]:
        """A list of lines: "- one text", or "- name: text", which gives both."""
        items = self._items(key)
        if needed and not items:
            raise self.wrong(key, "cần ít nhất một dòng '- …'", "expected at least one line '- …'")
        return tuple(self._row(node, f"{key}[{i}]", most) for i, node in enumerate(items, 1))

    def _row(self, node: Node, key: str, most: int) -> tuple[str, str]:
        if isinstance(node, MappingNode) and len(node.value) == 1:
            name, text = node.value[0]
            return self._read(name, key, most), self._read(text, key, most)
        return "", self._read(node, key, most)

    def entries(self, key: str, known: Sequence[str]) -> tuple[Entry, ...]:
        """A list of entries, each with keys of its own; counted from 1 in messages."""
        nodes = enumerate(self._items(key), 1)
        return tuple(
            Entry(node, self._file, f"{self._path(key)}[{i}]", self._error, known) for i, node in nodes
        )

    def entry(self, key: str, known: Sequence[str]) -> Entry | None:
        """The entry under ``key``, or None where there is none."""
        node = self._nodes.get(key)
        if node is None or _empty(node):
            return None
        return Entry(node, self._file, self._path(key), self._error, known)

    def _items(self, key: str) -> list[Node]:
        node = self._nodes.get(key)
        if node is None or _empty(node):
            return []
        if not isinstance(node, SequenceNode):
            raise self.fault(
                node, key, "cần các dòng bắt đầu bằng '- '", "expected lines that begin with '- '"
            )
        return list(node.value)


def _empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and not node.value.strip()
