"""The central server: offices, tablets, ratings, and the pages leaders read."""

__version__ = "0.1.0"
