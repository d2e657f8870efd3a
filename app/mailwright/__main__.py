"""`python -m mailwright` is the command `mailwright`."""

from __future__ import annotations

from mailwright.cli import main

if __name__ == "__main__":
    main()
