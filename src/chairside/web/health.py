"""Liveness: the process answers. It asks nothing of the database, so that a slow one does not get the web app killed."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware


@sync_and_async_middleware
def liveness(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answers `/healthz` before any other middleware."""
    from asgiref.sync import iscoroutinefunction

    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponse:
            return _alive() if request.path == "/healthz" else await get_response(request)

        return answer_async  # type: ignore[return-value]

    def answer(request: HttpRequest) -> HttpResponse:
        return _alive() if request.path == "/healthz" else get_response(request)

    return answer


def _alive() -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")
