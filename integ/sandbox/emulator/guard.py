"""Runs one command that must not outlive its starter: python guard.py [--user UID:GID] [--grace SECONDS] -- command...

The guard's standard input is a pipe that the starter holds open. When it closes, or on SIGTERM, the command's whole
process group is asked to end, and killed after the grace. The exit code is the command's, 128 + n for a signal n.
"""

import argparse
import ctypes
import os
import signal
import subprocess
import sys
import threading


def _prepare(user: str | None):
    libc = ctypes.CDLL(None)

    def prepare() -> None:
        if user:
            uid, gid = (int(part) for part in user.split(":"))
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
        if sys.platform == "linux":
            # even a guard that is killed takes the command with it; set last, a change of user clears it
            pr_set_pdeathsig = 1
            libc.prctl(pr_set_pdeathsig, signal.SIGKILL)

    return prepare


def _signal_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        pass


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--user")
    parser.add_argument("--grace", type=float, default=5)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    command = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    try:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_prepare(arguments.user))
    except OSError as error:
        # as a container runtime answers for a command that the image does not have
        print(f"exec: {command[0]}: {error.strerror}", file=sys.stderr)
        return 127

    def end(*_arguments: object) -> None:
        _signal_group(child.pid, signal.SIGTERM)
        threading.Timer(arguments.grace, _signal_group, (child.pid, signal.SIGKILL)).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch_starter() -> None:
        while os.read(0, 4096):
            pass
        _signal_group(child.pid, signal.SIGTERM)
        if threading.Event().wait(min(arguments.grace, 1)):
            return
        _signal_group(child.pid, signal.SIGKILL)

    threading.Thread(target=watch_starter, daemon=True).start()
    code = child.wait()
    _signal_group(child.pid, signal.SIGKILL)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    # timers of a grace that is no longer needed must not hold the exit back
    code = main()
    sys.stdout.flush()
    os._exit(code)
