"""`python -m nameplate` is the same as `nameplate`."""

from nameplate.cli import main

main()
