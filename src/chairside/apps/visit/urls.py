from django.urls import URLPattern, URLResolver

app_name = "visit"
urlpatterns: list[URLPattern | URLResolver] = []
