"""Named places where a process may die.

``faultpoint("mail.sent")`` does nothing, unless the environment variable FAULT names it: then
the process kills itself there as ``kill -9`` would. tests/faults/ arms each of them once and
fails if one is never reached. With FAULT_FILE set, the file has to exist, and dying removes it:
so the process that is started next goes on.
"""

import os
import signal
from pathlib import Path


def faultpoint(name: str) -> None:
    """Die here when armed."""
    if os.environ.get("FAULT") != name:
        return
    fuse = os.environ.get("FAULT_FILE")
    if fuse:
        try:
            Path(fuse).unlink()
        except FileNotFoundError:
            return
    os.kill(os.getpid(), signal.SIGKILL)
