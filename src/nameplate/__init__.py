"""Nameplate: self-hosted developer link pages with first-party analytics."""

__version__ = "0.1.0"
