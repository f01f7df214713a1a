"""Backup, restore, readiness, metrics."""
