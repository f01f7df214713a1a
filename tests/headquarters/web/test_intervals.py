"""The two intervals against the values printed in the papers that compared them."""

import pytest

from headquarters.ratings.figures import OfficeFigures, Tally, difference_interval, wilson

pytestmark = pytest.mark.screen_only


# R. G. Newcombe, Statistics in Medicine 17 (1998), 857–872, table I, method 3 (Wilson, no correction).
@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_bounds(successes: int, n: int, low: float, high: float) -> None:
    found = wilson(successes, n)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


# R. G. Newcombe, Statistics in Medicine 17 (1998), 873–890, table II, method 10.
@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((10, 10, 0, 20), 0.6791, 1.0),
        ((5, 56, 0, 29), -0.0381, 0.1926),
    ],
)
def test_difference_gives_the_published_bounds(
    counts: tuple[int, int, int, int], low: float, high: float
) -> None:
    found = difference_interval(*counts)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


def test_interval_of_all_and_of_none_ends_at_the_edge() -> None:
    for n in range(1, 200):
        assert wilson(0, n).low == 0.0
        assert wilson(n, n).high == 1.0


def test_difference_picked_out_of_several_is_wider() -> None:
    alone, picked = (
        difference_interval(30, 100, 20, 100),
        difference_interval(30, 100, 20, 100, comparisons=6),
    )
    assert picked.low < alone.low < alone.high < picked.high


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (3, 2), (-1, 2)])
def test_what_is_no_share_has_no_interval(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="not a share"):
        wilson(successes, n)


def test_empty_tally_has_no_shares_instead_of_nought() -> None:
    empty = Tally()
    assert (empty.unhappy_share, empty.satisfied_share, empty.unhappy_interval) == (None, None, None)


def test_satisfaction_rate_counts_the_two_good_levels() -> None:
    tally = Tally(n1=5, n2=20, n3=75)
    assert tally.satisfied_share == 0.95
    assert tally.unhappy_share == 0.05
    assert tally.satisfied_interval is not None
    assert tally.satisfied_interval.high == pytest.approx(1 - wilson(5, 100).low)


@pytest.mark.parametrize(("n", "ranked"), [(29, False), (30, True)])
def test_offices_are_ranked_from_thirty_ratings_on(n: int, ranked: bool) -> None:
    assert OfficeFigures(1, "Phường An Bình", "", Tally(n3=n)).ranked is ranked
