"""Headquarters' pages: sign-in and the overview. It decides nothing about ratings; figures do."""
