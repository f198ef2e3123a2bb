"""Addresses of the formulary."""

from django.urls import URLPattern, URLResolver, path

from chairside.apps.formulary import kinetics_views, layer_views, version_views, views

app_name = "formulary"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.formulary_list, name="list"),
    path("layer/", layer_views.layer_list, name="layers"),
    path("layer/new/", layer_views.layer_new, name="layer_new"),
    path("layer/change/", layer_views.layer_change, name="layer_change"),
    path("layer/<int:number>/", layer_views.layer, name="layer"),
    path("layer/<int:number>/file/", layer_views.layer_file, name="layer_file"),
    path("layer/<int:number>/<slug:what>/", layer_views.layer_act, name="layer_act"),
    path("kinetics/<slug:record_id>/", kinetics_views.record_levels, name="record_levels"),
    path("<slug:protocol>/kinetics/", kinetics_views.protocol_levels, name="levels"),
    path("<slug:protocol>/versions/", version_views.versions, name="versions"),
    path("<slug:protocol>/versions/<slug:sha256>/", version_views.version, name="version"),
    path("<slug:protocol>/versions/<slug:sha256>/<slug:what>/", version_views.version_act, name="version_act"),
    path("<slug:protocol>/workbench/", views.workbench_page, name="workbench"),
    path("<slug:protocol>/", views.protocol_page, name="protocol"),
]
