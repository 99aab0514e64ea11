"""How long raw events are kept."""
