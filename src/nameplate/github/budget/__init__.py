"""What GitHub still allows."""
