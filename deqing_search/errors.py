"""Every error this package raises on purpose, in one tree. Messages are Chinese and say what, where, why, what next.

::

    DeqingError
    ├── UsageError            the user asked for something impossible (exit code 2)
    │   └── TooCostly         it takes more computing than one request may use
    ├── SourceError           one source file cannot be read; the others go on (exit code 3)
    │   └── SourceTooCostly   to read it takes more time or memory than one file may use
    ├── WorkersFault          the machines that read files cannot be used (exit code 3)
    ├── ServerFault           the site cannot be served at this address (exit code 3)
    ├── BackupFault           a backup is damaged or incomplete (exit code 3)
    └── IndexFault            the index cannot be used or written (exit code 3)
        ├── IndexMissing      there is none
        ├── IndexOutdated     built by another schema, cleaning or analysis
        │   └── IndexDamaged  its bytes are not those that were written
        ├── IndexBusy         another process is writing
        └── IndexNotWritable  the place is read-only or full
"""

from __future__ import annotations

import errno

_REASONS = {
    errno.EACCES: "没有权限",
    errno.EADDRINUSE: "端口已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EEXIST: "那里是一个文件，不是目录",
    errno.EIO: "读写磁盘出错",
    errno.EISDIR: "那里是一个目录，不是文件",
    errno.ELOOP: "链接绕成了圈",
    errno.EMFILE: "打开的文件太多",
    errno.ENAMETOOLONG: "名字太长",
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOSPC: "磁盘已满",
    errno.ENOTDIR: "那里是一个文件，不是目录",
    errno.EPERM: "没有权限",
    errno.EROFS: "所在的文件系统是只读的",
}


def reason(fault: OSError) -> str:
    """Why the system refused, in Chinese if the reason is known.

    >>> reason(FileNotFoundError(errno.ENOENT, "No such file or directory"))
    '没有这个文件或文件夹'
    """
    return _REASONS.get(fault.errno or 0) or fault.strerror or str(fault)


class DeqingError(Exception):
    """An expected fault. `str()` is the message for the user; `hint` says what to type next."""

    exit_code = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message  # a `Message` stays one; `str()` would make it plain text
        self.hint = hint


class UsageError(DeqingError):
    """A request that cannot be answered as it was made."""

    exit_code = 2


class TooCostly(UsageError):  # noqa: N818
    """A request that takes more computing than one request may use."""


class SourceError(DeqingError):
    """A source file that cannot be read: which, where, why."""


class SourceTooCostly(SourceError):  # noqa: N818
    """A source file that takes more time or memory than one file may use."""


class WorkersFault(DeqingError):  # noqa: N818
    """The machines that read files cannot be used."""


class ServerFault(DeqingError):  # noqa: N818
    """The site cannot be served at this address."""


class BackupFault(DeqingError):  # noqa: N818
    """A backup that is damaged or incomplete."""


class IndexFault(DeqingError):  # noqa: N818
    """The index cannot be used or written."""


class IndexMissing(IndexFault):
    """There is no index in this folder."""


class IndexOutdated(IndexFault):
    pass


class IndexDamaged(IndexOutdated):
    pass


class IndexBusy(IndexFault):
    pass


class IndexNotWritable(IndexFault):
    pass
