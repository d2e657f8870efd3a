"""The one root process that owns the lab while it is up.

Started by :mod:`tests.lab.launch`. It takes the lock, removes what a killed keeper left,
builds what is missing, starts the peers, prints one JSON line on standard output, and then
serves requests until it is told to end. It removes everything before it ends.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, NoReturn

from tests.lab import build, needs, owner, paths, process, removal
from tests.lab.errors import LabError
from tests.lab.server import Server
from tests.lab.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger("lab")
REQUESTS_SECONDS = 20.0


def arguments(argv: list[str]) -> argparse.Namespace:
    """Read the command line that :mod:`tests.lab.launch` writes."""
    parser = argparse.ArgumentParser(prog="tests.lab.keeper", description=__doc__)
    parser.add_argument("--base", required=True, help="folder of images")
    parser.add_argument("--archive", default="", help="Debian archive to build from")
    parser.add_argument("--images", nargs="*", default=[])
    parser.add_argument("--purpose", required=True)
    parser.add_argument("--wait", type=float, required=True, help="seconds to wait for the lab")
    parser.add_argument("--client", type=int, required=True, help="process that wants the lab")
    parser.add_argument(
        "--until-eof", action="store_true", help="end when standard input does; else go on alone"
    )
    return parser.parse_args(argv)


def main() -> int:
    """Own the lab from start to end."""
    options = arguments(sys.argv[1:])
    os.environ["MWLAB_DIR"] = options.base
    if options.archive:
        os.environ["MWLAB_ARCHIVE"] = options.archive
    if not needs.is_root():
        raise SystemExit("the keeper needs root")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the client's to decide
    signal.signal(signal.SIGTERM, _end)
    if options.until_eof:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    up = None if options.until_eof else _go_on_alone()
    _start_log()
    try:
        _own(options, up)
    except LabError as error:
        _report(failed=str(error))
        return 1


def _end(number: int, frame: object) -> NoReturn:
    raise SystemExit(0)


def _end_with_stdin() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _go_on_alone() -> int:
    """Leave the caller's session.

    The first process stays until the lab is up, so that sudo keeps the terminal open for
    messages until then.

    :returns: what to close when the lab is up.
    """
    read_end, write_end = os.pipe()
    if os.fork():
        os.close(write_end)
        os.read(read_end, 1)
        os._exit(0)
    os.close(read_end)
    os.setsid()
    return write_end


def _start_log() -> None:
    paths.logs().mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format="[lab %(asctime)s] %(message)s",
        datefmt="%H:%M:%S",
        handlers=[logging.StreamHandler()],
    )


def _own(options: argparse.Namespace, started: int | None) -> NoReturn:
    lock = owner.Lock()
    holder = _holder(options)
    lock.take(holder, options.wait, lambda text: log.info("%s", text))
    with _cleaning_up(lock):
        left = removal.remove_everything()
        if left:
            log.info("removed what a killed run left: %s", ", ".join(left))
        site = Site(build.ensure(options.images), _user())
        site.bring_up()
        server = Server(site, holder, _user())
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            _report(ready=True)
            _leave_callers_streams(started)
            while True:
                signal.pause()
        finally:
            if not server.gate.close(REQUESTS_SECONDS):
                log.warning("taking the lab down in the middle of a request")


def _holder(options: argparse.Namespace) -> owner.Owner:
    keeper = process.identify(os.getpid())
    assert keeper, "a process can see itself"
    client = process.identify(options.client) if options.until_eof else None
    return owner.Owner(
        keeper=keeper,
        client=client,
        user=process.user_name(_user()),
        purpose=options.purpose,
        since=time.strftime("%H:%M:%S"),
    )


def _user() -> int:
    """The user for whom this runs as root."""
    return int(os.environ.get("SUDO_UID", "0"))


@contextlib.contextmanager
def _cleaning_up(lock: owner.Lock) -> Iterator[None]:
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        removal.remove_everything()
        lock.release()


def _report(**message: object) -> None:
    with contextlib.suppress(BrokenPipeError):  # the client is gone; end-of-file will tell
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def _leave_callers_streams(started: int | None) -> None:
    """Write to the log from now on: the caller's terminal or pipes may go away."""
    log_file = os.open(
        paths.logs() / "keeper.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644
    )
    nothing = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    os.dup2(nothing, sys.stdout.fileno())
    os.dup2(log_file, sys.stderr.fileno())
    if started is not None:
        os.close(started)


if __name__ == "__main__":
    sys.exit(main())
