"""The tablet at the reception desk."""

__version__ = "0.1.0"
