"""What other programs may read: aggregates and reviewed words, by token."""
