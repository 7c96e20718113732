"""The entry point of `search-cli` and `python -m deqing_search`: settings for the whole process.

The command itself is in `cli`, which a program may also run inside its own process.
"""

from __future__ import annotations

import gc
import os


def main() -> None:
    """Run the command line."""
    # Before numpy is imported: it would start a thread for each core, and nothing here multiplies matrices. Without
    # this a cold query takes 4.4 × `import click` instead of 3.7 × (CPU time, two cores); the budget is 4 ×.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Python would search for cycles 57 times in a cold query: 153 ms instead of 145; the budget is 150 ms.
    gc.set_threshold(50_000)
    from deqing_search.cli import commands

    try:
        commands.main()
    finally:
        # Python would search all objects for cycles before it exits: 20 ms, and with them 4 × is missed.
        gc.freeze()


if __name__ == "__main__":
    main()
