"""Every address of the product, in the order of the journey."""

from django.urls import URLPattern, URLResolver, include, path

from chairside.apps.organizations.readiness import ready
from chairside.web import views as web

urlpatterns: list[URLPattern | URLResolver] = [
    path("", web.home, name="home"),
    path("readyz", ready, name="ready"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("board/", include("chairside.apps.chart.board_urls")),
    path("intake/", include("chairside.apps.intake.urls")),
    path("coverage/", include("chairside.apps.coverage.urls")),
    path("plans/", include("chairside.apps.plans.urls")),
    path("clearance/", include("chairside.apps.clearance.urls")),
    path("schedule/", include("chairside.apps.scheduling.urls")),
    path("pharmacy/", include("chairside.apps.stock.urls")),
    path("visits/", include("chairside.apps.visit.urls")),
    path("locked/", include("chairside.apps.visit.locked_urls")),
    path("charges/", include("chairside.apps.charges.urls")),
    path("patients/", include("chairside.apps.chart.urls")),
    path("guide/", include("chairside.apps.guide.urls")),
    path("formulary/", include("chairside.apps.plans.change_urls")),
    path("formulary/", include("chairside.apps.formulary.urls")),
    path("reports/", include("chairside.apps.reports.urls")),
    path("interop/", include("chairside.apps.interop.urls")),
    path("people/", include("chairside.apps.people.urls")),
    path("", include("chairside.web.urls")),
]
handler400 = "chairside.web.views.bad_request"
handler403 = "chairside.web.views.forbidden"
handler404 = "chairside.web.views.not_found"
handler500 = "chairside.web.views.server_error"
