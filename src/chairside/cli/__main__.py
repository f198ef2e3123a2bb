"""`python -m chairside.cli`, for a child process that must run in the same environment as its parent."""

from chairside.cli import main

main()
