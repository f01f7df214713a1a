"""A small tree with people, and a browser where one is asked for, as for the pages about offices."""

from tests.headquarters.offices.conftest import sign_in, tree
from tests.headquarters.web.conftest import browser, visitor

__all__ = ["browser", "sign_in", "tree", "visitor"]
