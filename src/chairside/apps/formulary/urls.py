from django.urls import URLPattern, URLResolver

app_name = "formulary"
urlpatterns: list[URLPattern | URLResolver] = []
