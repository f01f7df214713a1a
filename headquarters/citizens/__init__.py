"""The pages of a citizen's own phone: rating a desk after a scan, and following a lookup code."""
