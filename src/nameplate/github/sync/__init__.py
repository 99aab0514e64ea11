"""The worker's side: asking GitHub, politely."""
