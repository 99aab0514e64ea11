"""What each command of `nameplate` does."""
