"""Start a program as a well-behaved child: it ends with its parent, and leaves root behind where that is asked.

Run by path with `python -I -S`, so that it starts in milliseconds and needs nothing of the installed packages:

    launch.py --parent PID --signal N [--uid N --gid N [--capability N]] -- PROGRAM ARGUMENT...

`subprocess` could do part of this in a `preexec_fn`, which is not safe in a process with threads. PostgreSQL refuses to
run as root; the one capability that may be kept lets it pass folders that only root may enter (mode 0700), such as a
checkout under root's home. Linux only, as ambient capabilities and the death signal are; elsewhere only the plain start
remains.
"""

import argparse
import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAPABILITY_VERSION_3 = 0x20080522


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Set(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _prctl(what: str, *values: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    padded = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[1:5]]
    _checked(libc.prctl(ctypes.c_int(values[0]), *padded), what)


def _keep_only(capability: int) -> None:
    """Hold exactly one capability, in a way that survives the start of the next program."""
    sets = (_Set * 2)()
    word, bit = divmod(capability, 32)
    sets[word] = _Set(1 << bit, 1 << bit, 1 << bit)
    libc = ctypes.CDLL(None, use_errno=True)
    _checked(libc.capset(ctypes.byref(_Header(CAPABILITY_VERSION_3, 0)), sets), "capset")
    _prctl("raise ambient capability", PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)


def _become(uid: int, gid: int, capability: int | None) -> None:
    if capability is not None:
        # Keeps capabilities over the change of user; and only so does access(2), by which PostgreSQL looks for its own
        # programs, heed a capability of a user who is not root.
        _prctl("set secure bits", PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if capability is not None:
        _keep_only(capability)


def _end_with_parent(parent: int, number: int) -> None:
    """After the change of user, which clears the death signal."""
    if sys.platform == "linux":
        _prctl("death signal", PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:  # it died before we asked
        sys.exit(1)


def main(arguments: list[str]) -> None:
    """Do what the arguments say, then become the program."""
    parser = argparse.ArgumentParser()
    for name in ("--parent", "--signal", "--uid", "--gid", "--capability"):
        parser.add_argument(name, type=int)
    parser.add_argument("command", nargs="+")
    wanted = parser.parse_args(arguments)
    if wanted.uid is not None:
        _become(wanted.uid, wanted.gid, wanted.capability)
    if wanted.parent is not None:
        _end_with_parent(wanted.parent, wanted.signal)
    # Python ignores these two; a program that we start expects them as usual.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execv(wanted.command[0], wanted.command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except OSError as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(126)
