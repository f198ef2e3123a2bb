from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "chairside.apps.coverage"
    label = "coverage"
    default_auto_field = "django.db.models.BigAutoField"
