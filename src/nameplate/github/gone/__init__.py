"""Telling owners that GitHub has a repository of theirs no more."""
