from django.apps import AppConfig


class VisitConfig(AppConfig):
    name = "chairside.apps.visit"
    label = "visit"
    default_auto_field = "django.db.models.BigAutoField"
