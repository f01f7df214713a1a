"""Fuzzers of what strangers may send: ``python -m tests.security.fuzz.<name> -max_total_time=600``."""
