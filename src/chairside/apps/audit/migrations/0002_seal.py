"""The function that seals audit entries into an organization's chain."""

from django.db import migrations

from chairside.apps.audit.chain import SEAL_FUNCTION


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(SEAL_FUNCTION, "DROP FUNCTION audit_seal(uuid)")]
