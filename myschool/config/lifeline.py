"""Processes that end with the one that started them, however that one ended.

`python -m myschool.config.lifeline PID PROGRAM…` becomes the program, and is killed when process PID is no more.
"""

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

# From linux/prctl.h. It outlives an exec, but is not passed on to the process's own children.
PR_SET_PDEATHSIG = 1


def end_with(parent_id: int) -> None:
    """Be killed when the parent ends, at once if it has ended already; only Linux can do so."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_id:
        os.kill(os.getpid(), signal.SIGKILL)


def end_with_server() -> None:
    """The same for a server's worker, which its server has started by itself."""
    server = multiprocessing.parent_process()
    if server and server.pid:
        end_with(server.pid)


def start(program: Sequence[str], environment: Mapping[str, str] | None = None) -> "subprocess.Popen[bytes]":
    """Start a program that ends with us, in a session of its own: a Ctrl+C reaches us alone, and we end it in order."""
    tied = [sys.executable, "-m", "myschool.config.lifeline", str(os.getpid()), *program]
    return subprocess.Popen(tied, env=environment, start_new_session=True)  # noqa: S603 - our own program


def end(processes: Sequence["subprocess.Popen[bytes]"], seconds: float) -> None:
    """Ask processes started so to end; who still runs after so many seconds is killed with all it has started."""
    for process in processes:
        process.terminate()
    try:
        for process in processes:
            process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        for process in processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


if __name__ == "__main__":
    end_with(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - our own program
