"""Resources."""

from chairside.apps.interop import views

page = original = views.page
