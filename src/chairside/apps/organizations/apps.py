from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrganizationsConfig(AppConfig):
    name = "chairside.apps.organizations"
    label = "organizations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_protect, dispatch_uid="chairside.protect")


def _protect(sender: AppConfig, **_: Any) -> None:
    """After the last app has been migrated: policies, grants and triggers on every table."""
    from django.apps import apps

    from chairside.apps.organizations.policies import protect_tables
    from chairside.apps.organizations.same_organization import keep_keys_inside

    if sender.name == list(apps.get_app_configs())[-1].name:
        protect_tables()
        keep_keys_inside()
