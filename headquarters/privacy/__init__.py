"""What belongs to a citizen alone: sealed contacts, requests about one's own data, retention."""
