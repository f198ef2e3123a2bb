"""`chairside serve`: the web app under uvicorn, configured by the environment."""

import os

import click


@click.command(short_help="The web app (production).")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def command(host: str, port: int) -> None:
    """The web app (production). A proxy in front of it ends TLS."""
    import uvicorn

    from chairside.config import environment

    found = environment.load(os.environ)  # here, so that each refusal is one sentence and not a stack trace in a child
    uvicorn.run(
        "chairside.config.asgi:application",
        host=host,
        port=port,
        workers=found.workers,
        # Board streams never end by themselves.
        timeout_graceful_shutdown=5,
        server_header=False,
    )
