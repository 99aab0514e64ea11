"""What the tests stand on: real engines, started once a run."""
