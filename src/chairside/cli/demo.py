"""`chairside demo`: private database, migrations, a believable center, worker and web app; nothing stays behind on exit."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from types import FrameType
from typing import TYPE_CHECKING

import click

from chairside.cli.demo_day import DayFilled
from chairside.cli.demo_time import CENTER_ZONE, center_day, clock_offset
from chairside.cli.problems import UsageProblem
from chairside.embedded import Cluster, default_data_dir

if TYPE_CHECKING:
    import uvicorn

_PORTS_TRIED = 50


@click.command(short_help="A believable center on this machine: database, worker and web app.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The next free one is taken.")
@click.option("--reset", is_flag=True, help="Start again from an empty database.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Fix the day, for tests and pictures (YYYY-MM-DD).")
def command(port: int, reset: bool, day: datetime | None) -> None:
    """A believable center on this machine: database, worker and web app."""
    if os.environ.get("CHAIRSIDE_DATABASE_URL"):
        raise UsageProblem("CHAIRSIDE_DATABASE_URL is set: the demo uses a database of its own. Unset it for the demo.")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    with ExitStack() as running:
        try:
            _run(running, port, reset, day.date() if day else None)
        except KeyboardInterrupt:
            pass
        finally:
            # From here on a second Ctrl-C must not interrupt the tidying.
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            click.echo("Stopping.")


def _run(running: ExitStack, port: int, reset: bool, day: date | None) -> None:
    from chairside.cli.database import set_up, use_private
    from chairside.cli.migrate import migrate

    listening = running.enter_context(_listen(port))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with _step("Starting the private database"):
        cluster = Cluster(default_data_dir())
        running.callback(cluster.stop)
        cluster.start()
    use_private(cluster)
    os.environ["CHAIRSIDE_BASE_URL"] = url
    day = _set_clock(day)
    filled = DayFilled(cluster.folder)
    if reset or filled.stale(day):
        click.echo("Starting from an empty database." if reset else f"{filled.told()} Making it anew for {day}.")
        cluster.drop_database("chairside")
        cluster.create_database("chairside")
        filled.forget()
    with _step("Making the tables"):
        migrate(set_up().owner_database_url, verbosity=0)
    with _step("Filling the center"), filled.filling(day):
        logins = _seed(day)
    with _step("Starting the worker and the web app"):
        running.enter_context(_worker())
        server = _server()
        server.config.load()  # before the address is told: what is broken shows here
    click.echo("\n".join([f"\nChairside is at {url}", *(f"  {line}" for line in logins), "Press Ctrl-C to stop."]))
    server.run(sockets=[listening])


def _set_clock(asked: date | None) -> date:
    """Move the clock of this process and of the worker to mid-morning at the center. Returns the center's day."""
    now = datetime.now(UTC)
    day = center_day(asked, CENTER_ZONE, now)
    os.environ["CHAIRSIDE_CLOCK_OFFSET"] = str(clock_offset(day, CENTER_ZONE, now))
    if asked:
        os.environ["CHAIRSIDE_DEMO_DAY"] = asked.isoformat()
    return day


def _seed(day: date) -> Sequence[str]:
    """The center's own module decides what a day holds; it returns the log-ins, a line each."""
    from chairside.cli.demo_center import seed

    return seed(day)


def _server() -> "uvicorn.Server":
    import uvicorn

    return uvicorn.Server(uvicorn.Config("chairside.config.asgi:application", log_level="warning", timeout_graceful_shutdown=1))


@contextmanager
def _listen(port: int) -> Iterator[socket.socket]:
    """The first free port from `port` on, kept open from now so that nobody takes it meanwhile."""
    for number in range(port, min(port + _PORTS_TRIED, 65536)):
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", number))
            listening.listen(128)  # bound alone, another program could still take it; and an early visitor only waits
        except OSError:
            listening.close()
            continue
        with listening:
            yield listening
        return
    raise UsageProblem(f"No port from {port} on is free: name another with --port.")


@contextmanager
def _worker() -> Iterator[None]:
    child = subprocess.Popen(
        [sys.executable, "-m", "chairside.cli", "worker", "--until-stdin-closes"],
        stdin=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for us; we stop the worker in our own order
    )
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextmanager
def _step(what: str) -> Iterator[None]:
    click.echo(f"{what} … ", nl=False)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        click.echo()
        raise
    click.echo(f"{time.monotonic() - started:.1f} s")


def _leave(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
