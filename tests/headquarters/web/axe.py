"""axe-core in a page."""

from __future__ import annotations

from pathlib import Path

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
# The rules of WCAG 2.2 A and AA, and what axe calls good practice beside them.
RUN = """async () => (await axe.run(document)).violations.flatMap(found =>
  found.nodes.map(node => `${found.id}: ${node.target} ${node.failureSummary.split("\\n")[1] ?? ""}`))"""
