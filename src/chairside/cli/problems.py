"""How a verb says that its input cannot be used."""

import click


class UsageProblem(click.ClickException):
    """One line on stderr naming the field or the file, and exit status 2."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        """Print the line; click calls this."""
        click.echo(f"chairside: {self.format_message()}", err=True)
