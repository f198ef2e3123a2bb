"""Quarantine."""

from chairside.apps.interop import views

queue = page = retry = leave = original = views.page
