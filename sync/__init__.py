"""The seam between tablet and headquarters: messages, signatures, chain, retry, client.

Both sides import this package; it imports nothing of theirs.
"""
