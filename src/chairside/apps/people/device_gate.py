"""The gate of pages that belong to an enrolled device and to no person."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_cache_control

from chairside.apps.organizations.context import organization_scope
from chairside.apps.organizations.models import Site
from chairside.apps.people.gate import View, requires
from chairside.apps.people.models import Device, User
from chairside.core.access import Action


class DeviceRequest(HttpRequest):
    """A request from an enrolled device; `kept_user` is the person whose log-in waits behind the lock, if there is one."""

    device: Device
    site: Site  # type: ignore[assignment]
    locked: bool
    kept_user: User | None


def on_device(view: Callable[..., HttpResponseBase]) -> View:
    """Let a view be opened by an enrolled device, at its site. Every other browser gets the log-in page and nothing else."""

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        device: Device | None = getattr(request, "device", None)
        if device is None:
            return redirect_to_login("/")
        with organization_scope(device.organization_id), timezone.override(device.site.zone):
            request.site = device.site  # type: ignore[assignment]
            response = view(cast(DeviceRequest, request), *args, **kwargs)
        patch_cache_control(response, no_store=True)
        return response

    return gated


def requires_or_device(action: Action) -> Callable[[View], View]:
    """A person who may do `action`, or nobody at an enrolled device: then there is no actor, and the view shows the least."""

    def wrap(view: View) -> View:
        by_person, by_device = requires(action)(view), on_device(view)

        @wraps(view)
        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return (by_device if getattr(request, "locked", False) else by_person)(request, *args, **kwargs)

        return gated

    return wrap
