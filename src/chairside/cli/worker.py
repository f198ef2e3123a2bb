"""`chairside worker`: runs jobs from the PostgreSQL queue. Any number of workers, on any machines."""

import os
import signal
import threading

import click


@click.command(short_help="The job worker (production).")
@click.option("--concurrency", default=2, show_default=True, type=click.IntRange(1, 64), help="Jobs at a time.")
@click.option("--until-stdin-closes", is_flag=True, hidden=True, help="Stop when the parent process is gone.")
def command(concurrency: int, until_stdin_closes: bool) -> None:
    """The job worker (production)."""
    from chairside.cli.database import set_up

    set_up()
    from procrastinate.contrib.django import app

    if until_stdin_closes:
        threading.Thread(target=_stop_with_parent, daemon=True).start()
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        working.run_worker(concurrency=concurrency)


def _stop_with_parent() -> None:
    """Even a killed parent closes its end of the pipe, so no worker is left behind."""
    os.read(0, 1)  # not sys.stdin: its lock would be held when the interpreter ends
    os.kill(os.getpid(), signal.SIGTERM)
