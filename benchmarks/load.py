"""``make bench BENCH_ARGS="100k --load"``: many people at once, through gunicorn, as ``make run`` serves them.

Each of ``PEOPLE`` asks for one page after the other over one connection, by the shares of ``MIX``, without a
pause: how many requests a second the machine serves then is the figure, with this program on the same cores.
"""

import os
import random
import socket
import sys
import threading
import time
import uuid
from collections import Counter
from http.client import HTTPConnection, HTTPException
from statistics import median, quantiles
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection

from benchmarks.operations import World
from servicedesk.children import ROOT, Child
from servicedesk.records.models import Record, Visibility
from tickets.transitions import Status

PEOPLE = 12
SECONDS = 30
WARM_UP = 5
TOKEN = "b" * 32
"""What a browser has as its CSRF cookie and sends with a form."""

MIX = [
    ("queue", 25, "agent", "/desk/q/all/"),
    ("ticket, agent", 25, "agent", "/desk/tickets/{}/"),
    ("our tickets", 15, "ldc", "/tickets/"),
    ("ticket, LDC", 15, "ldc", "/tickets/{}/"),
    ("home", 10, "ldc", "/"),
    ("search", 5, "ldc", "/search/?q=certificate"),
    ("reply", 5, "agent", "/tickets/{}/write/"),
]
"""Its name, how many of a hundred requests, whose browser, and the address: of some ticket where it has braces."""
SHARES = [share for _name, share, _whose, _path in MIX]


def run(world: World) -> int:
    """Serve the database that is switched on, ask for ``SECONDS``, print the figures. 1 if anything went wrong."""
    largest = world.filers[0].memberships.get().organization_id
    open_to_all = {"status": Status.IN_PROGRESS, "visibility": Visibility.ORGANIZATION}
    found = Record.objects.filter(organization=largest, **open_to_all).order_by("-id")
    references = list(found.values_list("reference", flat=True)[:200])
    sessions = {
        "agent": world.agent.cookies[settings.SESSION_COOKIE_NAME].value,
        "ldc": world.ldc.cookies[settings.SESSION_COOKIE_NAME].value,
    }
    port = _free_port()
    web = Child("web", _serving(port))
    process = web.start({**os.environ, "DATABASE_URL": _address_of_database()})
    try:
        _wait_for(port)
        crowd = Crowd(port, sessions, references)
        crowd.ask_for(WARM_UP)
        crowd.forget()
        crowd.ask_for(SECONDS)
    finally:
        process.terminate()
        process.wait()
    return crowd.tell()


class Crowd:
    """People who ask at the same time, and what they were answered."""

    def __init__(self, port: int, sessions: dict[str, str], references: list[str]) -> None:
        self.port, self.sessions, self.references = port, sessions, references
        self.forget()

    def forget(self) -> None:
        self.times: dict[str, list[float]] = {name: [] for name, *_rest in MIX}
        self.wrong: Counter[str] = Counter()
        self.seconds = 0.0

    def ask_for(self, seconds: float) -> None:
        """Everybody asks until the time is over."""
        began = time.perf_counter()
        people = [
            threading.Thread(target=self._ask_until, args=(number, began + seconds))
            for number in range(PEOPLE)
        ]
        for person in people:
            person.start()
        for person in people:
            person.join()
        self.seconds = time.perf_counter() - began

    def tell(self) -> int:
        """Print what it was like. 1 if any answer was wrong."""
        everything = sorted(time for times in self.times.values() for time in times)
        rate, p95 = len(everything) / self.seconds, quantiles(everything, n=20)[-1]
        print(f"{PEOPLE} people, {self.seconds:.0f} s: {rate:.0f} requests a second, p95 {p95:.0f} ms.\n")
        print("| request | number | p50, ms | p95, ms |\n|---|--:|--:|--:|")
        for name, times in self.times.items():
            print(f"| {name} | {len(times)} | {median(times):.0f} | {quantiles(times, n=20)[-1]:.0f} |")
        print(f"\n{dict(self.wrong) or 'No answer was wrong.'}")
        return 1 if self.wrong else 0

    def _ask_until(self, number: int, end: float) -> None:
        dice = random.Random(number)
        line = HTTPConnection("127.0.0.1", self.port, timeout=30)
        while time.perf_counter() < end:
            name, _share, whose, path = dice.choices(MIX, SHARES)[0]
            form = _reply() if name == "reply" else None
            began = time.perf_counter()
            status = _ask(line, self.sessions[whose], path.format(dice.choice(self.references)), form)
            self.times[name].append((time.perf_counter() - began) * 1000)
            if status != (303 if form else 200):
                self.wrong[f"{name}: {status}"] += 1
        line.close()


def _ask(line: HTTPConnection, session: str, path: str, form: dict[str, str] | None) -> int:
    headers = {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
        "Accept-Encoding": "gzip",
    }
    if form:
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": TOKEN}
    try:
        line.request("POST" if form else "GET", path, urlencode(form) if form else None, headers)
        answer = line.getresponse()
        answer.read()
    except (HTTPException, OSError):
        line.close()
        return 0
    return answer.status


def _reply() -> dict[str, str]:
    return {
        "message": "The file was sent again at noon.",
        "kind": "public",
        "request_id": str(uuid.uuid4()),
        "draft": str(uuid.uuid4()),
    }


def _serving(port: int) -> list[str]:
    """As servicedesk/run.py serves the demo."""
    return [
        *(sys.executable, "-m", "gunicorn", "servicedesk.wsgi", "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--chdir", str(ROOT)),
        *("--no-control-socket", "--log-level", "warning"),
    ]


def _address_of_database() -> str:
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    return f"{server}/{connection.settings_dict['NAME']}"


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(200):
        line = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", "/healthz/live")
            line.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            line.close()
    raise RuntimeError("gunicorn does not answer.")
