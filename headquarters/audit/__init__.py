"""Who did what, for whoever asks later: an append-only log."""
