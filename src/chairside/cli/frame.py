"""The frame around every verb: find it, run it, and turn what goes wrong into one line.

Exit status: 0 answered, 2 the input is unusable, 1 a defect. A person at the keyboard never sees a stack trace; it is kept in
a file for whoever mends the defect.
"""

import importlib
import importlib.util
import os
import tempfile
import traceback
from collections.abc import Sequence
from typing import Any

import click

from chairside.cli.problems import UsageProblem

_KNOWN_PROBLEMS = (
    ("chairside.embedded.problems", "ClusterProblem"),
    ("chairside.config.environment", "EnvironmentProblem"),
    ("chairside.exchange.schedules.text", "FileProblem"),
)


class Lazy(click.Group):
    """A group of commands that imports a verb's module only when that verb runs."""

    def __init__(self, name: str, verbs: Sequence[tuple[str, str, str]], **about: Any) -> None:
        super().__init__(name, **about)
        self.table = {verb: (f"chairside.cli.{module}", line) for verb, module, line in verbs}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs whose module is there."""
        return [verb for verb, (module, _) in self.table.items() if importlib.util.find_spec(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the verb's module and take its `command`."""
        if cmd_name not in self.table:
            return None
        if cmd_name not in self.list_commands(ctx):
            raise UsageProblem(f"“{cmd_name}” is not part of this version yet")
        command: click.Command = importlib.import_module(self.table[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs, from the table: `--help` imports none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(verb, self.table[verb][1]) for verb in self.list_commands(ctx)])


class Verbs(Lazy):
    """All the verbs of `chairside`."""

    def __init__(self, name: str, verbs: Sequence[tuple[str, str, str]]) -> None:
        debug = click.Option(["--debug"], is_flag=True, help="Show the stack trace of a defect.")
        about = "Chairside: infusion therapy, end to end."
        super().__init__(name, verbs, params=[debug], callback=lambda debug: None, help=about)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb; whatever it did not foresee becomes one line."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:
            if _is_known(error):
                raise UsageProblem(str(error)) from error
            if ctx.params["debug"]:
                raise
            click.echo(f"chairside: a defect: {_one_line(error)} (the details are in {_keep_trace(error)})", err=True)
            raise click.exceptions.Exit(1) from error


def _is_known(error: Exception) -> bool:
    """By name, because importing those modules would cost every verb their imports."""
    return (type(error).__module__, type(error).__name__) in _KNOWN_PROBLEMS


def _one_line(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]


def _keep_trace(error: Exception) -> str:
    # mkstemp makes it readable by its owner only: a trace may carry a patient's data.
    handle, path = tempfile.mkstemp(prefix="chairside-", suffix=".log")
    with os.fdopen(handle, "w") as stream:
        stream.write("".join(traceback.format_exception(error)))
    return path
