"""Repositories nobody needs any more."""
