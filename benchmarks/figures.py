"""One measured ratio."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """``ours`` against ``peer`` in the same unit; ``aim`` is the ratio's bound, ``at_most`` its direction."""

    name: str
    ours: float
    peer: float
    unit: str
    against: str
    aim: float
    at_most: bool = True

    @property
    def ratio(self) -> float:
        """ours / peer."""
        return self.ours / self.peer

    @property
    def met(self) -> bool:
        """Whether the ratio keeps its aim."""
        return self.ratio <= self.aim if self.at_most else self.ratio >= self.aim

    def line(self) -> str:
        """One line for a person."""
        sign, verdict = ("≤" if self.at_most else "≥"), ("met" if self.met else "NOT MET")
        return (
            f"{self.name}: {self.ratio:.2f} × {self.against} (aim {sign} {self.aim:g}: {verdict}) "
            f"[{self.ours:.4g} against {self.peer:.4g} {self.unit}]"
        )

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {**asdict(self), "ratio": round(self.ratio, 3), "met": self.met}
