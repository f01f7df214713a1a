"""A small tree with people, as for the pages about offices."""

from tests.headquarters.offices.conftest import sign_in, tree

__all__ = ["sign_in", "tree"]
