"""The people, offices and quick passwords that tests of headquarters have."""

from tests.headquarters.accounts.conftest import land, make
from tests.headquarters.conftest import (
    compiled_catalogue,
    language_forgotten,
    partitions_looked_up_again,
    passwords_cost_little,
)

__all__ = [
    "compiled_catalogue",
    "land",
    "language_forgotten",
    "make",
    "partitions_looked_up_again",
    "passwords_cost_little",
]
