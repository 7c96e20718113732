"""Where the command starts, as `search-cli` or `python -m deqing_search`: what is set for its whole process.

Leaves the command itself to `cli`, which a program may also run inside its own process.
"""

from __future__ import annotations

import gc
import os

_GARBAGE = 50_000  # objects made before cycles are looked for: a query makes fewer, and they are soon gone with it


def main() -> None:
    """The entry point."""
    # Before numpy is loaded: it would start a thread a core to multiply matrices, and nothing here multiplies any.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(_GARBAGE)
    from deqing_search.cli import commands

    try:
        commands.main()
    finally:
        gc.freeze()  # else Python would look through all of it for cycles, twice, before it lets go of everything


if __name__ == "__main__":
    main()
