"""Owners' own GitHub tokens, lent to keep their own projects current."""
