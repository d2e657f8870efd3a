"""The keeper's socket: who may ask, and which method answers which request."""

from __future__ import annotations

import logging
import os
import signal
import socket
import socketserver
import struct
from typing import TYPE_CHECKING, Any

from tests.lab import paths, process, wire
from tests.lab.errors import LabError
from tests.lab.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lab.owner import Owner
    from tests.lab.site import Site
    from tests.lab.wire import Json

log = logging.getLogger("lab")
CREDENTIALS = struct.Struct("3i")  # struct ucred, unix(7)
# What anybody who reaches the socket may ask while another process owns the lab.
HARMLESS = frozenset({"hello", "status", "mail", "files"})


class Server(socketserver.ThreadingUnixStreamServer):
    """Answers requests; the socket is for root and one user."""

    daemon_threads = True

    def __init__(self, site: Site, holder: Owner, user: int) -> None:
        self.site = site
        self.holder = holder
        self.gate = Gate()
        self.verbs: dict[str, Callable[..., Any]] = {
            "hello": site.hello,
            "status": site.status,
            "fresh": site.fresh,
            "stop": site.stop,
            "rtt": site.set_rtt,
            "cut": site.cut,
            "mend": site.mend,
            "crash": site.crash,
            "start": site.start_again,
            "reboot": site.reboot,
            "files": site.files,
            "records": site.change_records,
            "mail": site.mail,
        }
        earlier = os.umask(0o177)
        try:
            super().__init__(str(paths.SOCKET), Handler)
        finally:
            os.umask(earlier)
        os.chown(paths.SOCKET, user, -1)

    def answer(self, request: Json, asker: int) -> Json:
        """Do what a request asks for."""
        verb = request.pop("verb")
        try:
            self._check_allowed(verb, asker)
            if verb == "down":
                self.down()
                return {"result": None}
            with self.gate.passing():
                return {"result": self.verbs[verb](**request)}
        except LabError as error:
            return {"error": str(error)}

    def _check_allowed(self, verb: str, asker: int) -> None:
        client = self.holder.client
        if verb != "down" and verb not in self.verbs:
            raise LabError(f"the keeper knows no request {verb!r}")
        if client is None or verb in HARMLESS:
            return
        if verb == "down" or not process.is_within(asker, client):
            raise LabError(
                f"this lab belongs to {self.holder.describe()} and ends with that process; "
                "others can only look at it"
            )

    def down(self) -> None:
        """End the keeper, and with it the lab."""
        os.kill(os.getpid(), signal.SIGTERM)


class Handler(socketserver.StreamRequestHandler):
    """One client's connection."""

    server: Server

    def handle(self) -> None:
        """Answer until the client hangs up."""
        packed = self.connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
        asker, _, _ = CREDENTIALS.unpack(packed)
        stream = self.connection.makefile("rwb")
        while (request := wire.receive(stream)) is not None:
            try:
                answer = self.server.answer(request, asker)
            except Exception:
                # A defect of the lab: it belongs in the log, and the client must not wait.
                log.exception("request failed")
                wire.send(stream, {"error": f"the lab has a defect; see {paths.logs()}/keeper.log"})
                raise
            wire.send(stream, answer)
