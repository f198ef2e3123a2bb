"""What no page can read is refused before a page sees it: a zero character, which the database does not take as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse


class ZeroCharacterMiddleware:
    """Answers 400 to an address or a form with a zero character in it, which no keyboard types."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or _holds_zero(request.GET.lists()):
            raise BadRequest("a zero character in the address")
        if request.content_type == "application/x-www-form-urlencoded" and _holds_zero(request.POST.lists()):
            raise BadRequest("a zero character in a form")
        return self.get_response(request)


def _holds_zero(fields: Iterable[tuple[str, Iterable[str]]]) -> bool:
    return any("\0" in text for name, values in fields for text in (name, *values))
