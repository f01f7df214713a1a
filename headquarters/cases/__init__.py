"""Feedback cases (phản ánh, kiến nghị): from a citizen's comment to an answer they were told."""
