from django.urls import URLPattern, URLResolver

app_name = "clearance"
urlpatterns: list[URLPattern | URLResolver] = []
