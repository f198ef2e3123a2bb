from django.urls import URLPattern, URLResolver

app_name = "charges"
urlpatterns: list[URLPattern | URLResolver] = []
