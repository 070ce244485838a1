"""Runs one command that finds folders at other paths, as a container finds its volumes.

python mounts.py --root FOLDER [--mount SOURCE:TARGET[:ro]]... -- command...

The command gets a mount namespace with a root of its own: everything of this machine is where it was, the folders are where
they are wanted, and nothing of it is seen outside. As root that takes no more than Linux; as another user, a user namespace.
FOLDER is any empty folder, on which the new root is put.
"""

import argparse
import ctypes
import os
import sys

_CLONE_NEWNS, _CLONE_NEWUSER = 0x00020000, 0x10000000
_MS_RDONLY, _MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18
# flags of a mount that a remount must repeat, as statvfs tells them and as mount takes them
_KEPT_FLAGS = {2: 2, 4: 4, 8: 8, 1024: 1024, 2048: 2048, 4096: 1 << 21}
_PR_SET_PDEATHSIG, _SIGKILL = 1, 9

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")


def _mount(source: str | None, target: str, kind: str | None, flags: int) -> None:
    _call("mount", source and os.fsencode(source), os.fsencode(target), kind and kind.encode(), ctypes.c_ulong(flags), None)


def _own_namespace() -> None:
    uid, gid = os.getuid(), os.getgid()
    _call("unshare", _CLONE_NEWNS | (_CLONE_NEWUSER if uid else 0))
    if uid:
        for name, content in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(content)
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE)


def _show(source: str, target: str, inner: list[list[str]]) -> None:
    """Show a folder's content in another, with empty folders at the paths where something else comes."""
    for entry in os.scandir(source):
        place = os.path.join(target, entry.name)
        further = [path[1:] for path in inner if path[0] == entry.name]
        if further:
            os.makedirs(place, exist_ok=True)
            if all(further):
                _show(entry.path, place, further)
        elif entry.is_symlink():
            os.symlink(os.readlink(entry.path), place)
        elif entry.is_dir():
            os.mkdir(place)
            _mount(entry.path, place, None, _MS_BIND | _MS_REC)
        else:
            open(place, "w").close()
            _mount(entry.path, place, None, _MS_BIND)
    for path in inner:
        os.makedirs(os.path.join(target, *path), exist_ok=True)


def enter(root: str, mounts: list[str]) -> None:
    here = os.getcwd()
    _own_namespace()
    _mount("tmpfs", root, "tmpfs", 0)
    volumes = [mount.split(":") for mount in mounts]
    _show("/", root, [target.strip("/").split("/") for _, target, *_ in volumes])
    for source, target, *options in volumes:
        place = root + target
        _mount(source, place, None, _MS_BIND | _MS_REC)
        if options:
            shown = os.statvfs(place).f_flag
            kept = sum(flag for told, flag in _KEPT_FLAGS.items() if shown & told)
            _mount(None, place, None, _MS_BIND | _MS_REMOUNT | _MS_RDONLY | kept)
    os.chroot(root)
    os.chdir(here)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True)
    parser.add_argument("--mount", action="append", default=[])
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    command = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    try:
        enter(arguments.root, arguments.mount)
        # as the guard has set it: a new user namespace may clear it
        _libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL)
        os.execvp(command[0], command)
    except OSError as error:
        print(f"exec: {command[0]}: {error.strerror}", file=sys.stderr)
        sys.exit(127)


if __name__ == "__main__":
    main()
