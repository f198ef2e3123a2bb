"""Readiness: is the database there, are its tables up to date, is a worker alive?"""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

_HEARTBEAT = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '60 seconds'"


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """`/readyz`: 200 when pages can be served, else 503. A missing worker is told and does not take the pages down."""
    found = {"database": "ok", "migrations": "ok", "worker": "ok"}
    try:
        with connection.cursor() as cursor:
            cursor.execute(_HEARTBEAT)
            if cursor.fetchone() == (0,):
                found["worker"] = "none alive"
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            found["migrations"] = "not applied"
    except DatabaseError:
        found = {"database": "not reached", "migrations": "unknown", "worker": "unknown"}
    serving = found["database"] == found["migrations"] == "ok"
    return JsonResponse(found, status=200 if serving else 503)
