"""`python -m benchmarks [NAME…]`: run the benchmarks and print their figures."""

from __future__ import annotations

import sys

from benchmarks import check, logs, plan, window

ALL = {"check": check.main, "logs": logs.main, "plan": plan.main, "window": window.main}


def main() -> int:
    """Run those named, or all; 1 when a bar was missed, 2 for a name that does not exist."""
    names = sys.argv[1:] or list(ALL)
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(ALL)}")
        return 2
    held = [ALL[name]() for name in names]
    return int(not all(held))


if __name__ == "__main__":
    sys.exit(main())
