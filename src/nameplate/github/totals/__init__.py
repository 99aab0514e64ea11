"""Totals for the operator."""
