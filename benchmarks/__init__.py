"""Benchmarks: each compares the product with a limit or a peer in the same run. Never a timed test in CI."""
