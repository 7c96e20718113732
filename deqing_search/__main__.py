"""The entry point of `search-cli` and `python -m deqing_search`: settings for the whole process.

The command itself is in `cli`, which a program may also run inside its own process.
"""

from __future__ import annotations

import gc
import os


def main() -> None:
    """Run the command line."""
    # Before numpy is imported: it would start a thread for each core, and nothing here multiplies matrices. That takes
    # 5 ms on two cores: 150 ms instead of 145 for a cold query, and 150 is the budget.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Python would search for cycles 57 times in a cold query: 153 ms instead of 145; the budget is 150 ms.
    gc.set_threshold(50_000)
    from deqing_search.cli import commands

    try:
        commands.main()
    finally:
        # Python would search all objects for cycles before it exits: a cold query would take 4.4 × the CPU time of
        # `import click` instead of 3.6 ×; the budget is 4 ×.
        gc.freeze()


if __name__ == "__main__":
    main()
