"""The function that seals audit entries into an organization's chain, and the trigger that tells it which."""

from django.db import migrations

from chairside.apps.audit.chain import PENDING_TRIGGER, SEAL_FUNCTION


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(SEAL_FUNCTION, "DROP FUNCTION audit_seal(uuid)"),
        migrations.RunSQL(PENDING_TRIGGER, "DROP FUNCTION audit_note_pending() CASCADE"),
    ]
