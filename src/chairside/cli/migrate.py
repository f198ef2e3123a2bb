"""`chairside migrate`: bring the tables up to date, as the role that owns them."""

import click


@click.command(short_help="Bring the database's tables up to date, as their owner.")
@click.option("--check", is_flag=True, help="Change nothing; exit 1 when something is still to be done.")
def command(check: bool) -> None:
    """Bring the database's tables up to date, as their owner."""
    from chairside.cli.database import connect

    migrate(connect().owner_database_url, check=check)


def migrate(owner_url: str, *, check: bool = False, verbosity: int = 1) -> None:
    """Run the migrations as the owner; what the app role may do is granted by the apps themselves, after each run."""
    from django.core.management import call_command

    from chairside.cli.connection import connected_as

    with connected_as(owner_url):
        call_command("migrate", interactive=False, check_unapplied=check, verbosity=verbosity)
        if not check:
            from chairside.apps.formulary.services import releases_sync

            releases_sync()
