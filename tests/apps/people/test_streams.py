"""An open live screen keeps no database connection: sixteen of them would otherwise be all that a server's pool has."""

from __future__ import annotations

import asyncio
import time

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.apps.chart.test_board_live import Stream
from tests.apps.visit import cast as story

_STREAMS = 5


def others() -> int:
    """Sessions of this database beside our own and the live screens' one listener."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
               AND application_name <> 'chairside live'"""
        )
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_open_streams_hold_no_connection():
    from chairside.config.asgi import application

    with story.center() as cast:
        nurse = Client(HTTP_HOST="127.0.0.1")
        nurse.force_login(cast.users["nurse"], "allauth.account.auth_backends.AuthenticationBackend")
        cookie = nurse.cookies["sessionid"].value

        async def look() -> int:
            before = await sync_to_async(others)()
            streams = [Stream(reverse("board:live"), cookie) for _ in range(_STREAMS)]
            serving = [asyncio.create_task(application(stream.scope, stream.receive, stream.sent.put)) for stream in streams]
            for stream in streams:
                assert (await stream.head())["status"] == 200
                await stream.until("event: board", 5)
            deadline = time.monotonic() + 5  # a session that was closed is listed until its process has gone
            while (held := await sync_to_async(others)()) > before and time.monotonic() < deadline:
                await asyncio.sleep(0.02)
            for stream in streams:
                stream.gone.set()
            await asyncio.wait_for(asyncio.gather(*serving, return_exceptions=True), 5)
            return held - before

        assert asyncio.run(look()) == 0
