from django.apps import AppConfig


class ClearanceConfig(AppConfig):
    name = "chairside.apps.clearance"
    label = "clearance"
    default_auto_field = "django.db.models.BigAutoField"
