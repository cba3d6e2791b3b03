"""A plain keep-alive HTTP client that measures, and the servers it asks. Loopback only."""

import os
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field

from .database import HOUSE

HOST = "127.0.0.1"
START_WITHIN = 30
FRAGMENT = (("HX-Request", "true"),)


@contextmanager
def served(settings):
    """gunicorn with two threaded workers; gives its port."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "anchored.wsgi", "--config", "deploy/gunicorn.conf.py", "--bind", f"{HOST}:{port}"]
    command += ["--workers", "2", "--threads", "4", "--keep-alive", "900", "--log-level", "error"]
    quiet = {"PYTHONWARNINGS": "ignore:No directory at:UserWarning"}  # static files are not collected, and not asked for
    server = subprocess.Popen(command, cwd=HOUSE, env={**os.environ, **quiet, "DJANGO_SETTINGS_MODULE": settings, "DATABASE_POOL": "6"})
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait()


def _free_port():
    with socket.socket() as door:
        door.bind((HOST, 0))
        return door.getsockname()[1]


def _wait_for(port, server):
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until and server.poll() is None:
        try:
            Client(port, "").ask("GET", "/accounts/login/")
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit("A server did not start.")


@dataclass
class Page:
    """How to ask the product and the floor for the same thing: functions of a running number. `cookie`: of who else asks."""

    name: str
    product: object
    floor: object
    answers: int = 200
    same_people: bool = True
    cookie: str = ""


@dataclass
class Answer:
    status: int
    headers: bytes
    body: bytes
    seconds: float

    @property
    def leads_to(self):
        """Where a browser would go on; "" where the answer is the page."""
        return (_header(self.headers, b"location") or _header(self.headers, b"hx-redirect") or b"").decode()


@dataclass
class Client:
    """One connection that stays open, as a browser's does."""

    port: int
    cookie: str
    connection: socket.socket | None = field(default=None, repr=False)

    def ask(self, method, path, body="", headers=(), cookie=""):
        headers = (("Host", f"{HOST}:{self.port}"), ("Cookie", cookie or self.cookie), *headers)
        said = "".join(f"{name}: {value}\r\n" for name, value in headers)
        if method == "POST":
            said += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        if self.connection is None:
            self.connection = socket.create_connection((HOST, self.port), timeout=60)
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began = time.perf_counter()
        self.connection.sendall(f"{method} {path} HTTP/1.1\r\n{said}\r\n{body}".encode())
        headers, body = self._receive()
        answer = Answer(int(headers.split(b" ", 2)[1]), headers.lower(), body, time.perf_counter() - began)
        if b"connection: close" in answer.headers:
            self.connection.close()
            self.connection = None
        return answer

    def _receive(self):
        """Head and body; answers carry their length."""
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        headers, body = received.split(b"\r\n\r\n", 1)
        length = int(_header(headers, b"content-length") or 0)
        while len(body) < length:
            body += self._more()
        return headers, body

    def _more(self):
        data = self.connection.recv(1 << 18)
        if not data:
            raise ConnectionError("The server closed the connection.")
        return data


def _header(headers, name):
    for line in headers.lower().split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key == name:
            return value.strip()
    return None


def statements_of(answer):
    return int(_header(answer.headers, b"x-statements") or 0)


@dataclass
class Times:
    """What one contender took for one page, round by round."""

    rounds: list = field(default_factory=lambda: [[]])
    statements: list = field(default_factory=list)

    def add(self, answer):
        self.rounds[-1].append(answer.seconds * 1000)
        self.statements.append(statements_of(answer))

    def next_round(self):
        self.rounds.append([])

    def middle(self, share):
        """The median over the rounds of a percentile of each."""
        return statistics.median(sorted(times)[min(len(times) - 1, int(share * len(times)))] for times in self.rounds if times)

    @property
    def usual_statements(self):
        return statistics.mode(self.statements)
