"""The random numbers of a test. The seed is printed when the test fails, and can be given again."""

from __future__ import annotations

import os
import random
import time


def random_numbers() -> random.Random:
    """Numbers from the seed in DEQING_CHAOS_SEED, by default a new one; pytest shows the print of a failed test."""
    seed = os.environ.get("DEQING_CHAOS_SEED") or str(time.time_ns())
    print(f"DEQING_CHAOS_SEED={seed}")
    return random.Random(seed)  # noqa: S311
