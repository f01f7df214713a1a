"""One page a pair: name.py and name.kv."""
