"""Every error this package raises on purpose, in one tree. Messages are Chinese and say what, where, why, what next.

::

    DeqingError
    ├── UsageError            the person asked for something that cannot be (exit code 2)
    ├── SourceError           one source file cannot be read; the others go on (exit code 3)
    └── IndexFault            the index cannot be used or written (exit code 3)
        ├── IndexMissing      there is none
        ├── IndexOutdated     built by another schema, cleaning or analysis
        ├── IndexBusy         another process is writing
        └── IndexNotWritable  the place is read-only or full
"""

from __future__ import annotations


class DeqingError(Exception):
    """An expected fault. `str()` is the message for the user; `hint` says what to type next."""

    exit_code = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(DeqingError):
    exit_code = 2


class SourceError(DeqingError):
    """A source file that cannot be read: which, where, why."""


class IndexFault(DeqingError):  # noqa: N818
    """The index cannot be used or written."""


class IndexMissing(IndexFault):
    pass


class IndexOutdated(IndexFault):
    pass


class IndexBusy(IndexFault):
    pass


class IndexNotWritable(IndexFault):
    pass
