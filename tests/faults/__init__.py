"""Faults injected into real parts; after each, ``invariant`` counts what is left of every rating."""
