"""A page that rests on a release which cannot be read says so, and answers nothing in its place."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from chairside.apps.formulary.selectors import UnreadableRelease
from chairside.web.problems import problem

log = logging.getLogger(__name__)


class UnreadableReleaseMiddleware:
    """Turns UnreadableRelease into a page, wherever it is met: a plan, a visit, the formulary."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, UnreadableRelease):
            return None
        log.error("%s", exception)
        release = exception.release
        return problem(
            request,
            409,
            reason=f"This page rests on {release.name}, version {release.version} (release {release.sha256[:12]}), "
            "which this version of Chairside cannot read.",
            kept="The release, and everything that was recorded under it, is kept as it is.",
            do="Give nothing by this page. Use the downtime forms, and ask whoever runs Chairside to install the version "
            "that the release was made for, or a newer one.",
            template="formulary/unreadable.html",
        )
