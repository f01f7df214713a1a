"""A province that does not exist, for screens and benchmarks."""
