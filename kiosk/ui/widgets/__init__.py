"""Building blocks of the pages: name.py and name.kv."""
