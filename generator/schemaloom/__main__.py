"""``python -m schemaloom``."""

from schemaloom.cli import main

main()
