"""Numbers and raw events to take away."""
