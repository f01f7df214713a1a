"""Whether a network is there, as the kernel sees it: to try again the moment it comes back. No Kivy."""

from __future__ import annotations

from pathlib import Path

INTERFACES = Path("/sys/class/net")


def is_up(root: Path = INTERFACES) -> bool | None:
    """Whether any interface but the loopback carries; None where the system does not say."""
    try:
        names = [entry for entry in root.iterdir() if entry.name != "lo"]
    except OSError:
        return None
    return any(_carries(entry) for entry in names)


def _carries(interface: Path) -> bool:
    """A modem's interface often says "unknown" while it works; then its carrier counts."""
    state = _word(interface / "operstate")
    return state == "up" or (state == "unknown" and _word(interface / "carrier") == "1")


def _word(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):  # the carrier of an interface that is switched off cannot be read
        return ""


class NetworkWatch:
    """Tells when the network has come back."""

    def __init__(self, root: Path = INTERFACES) -> None:
        self._root = root
        self._was_up = is_up(root)

    def came_up(self) -> bool:
        """Whether it is there now and was not when last asked."""
        before, self._was_up = self._was_up, is_up(self._root)
        return before is False and self._was_up is True
