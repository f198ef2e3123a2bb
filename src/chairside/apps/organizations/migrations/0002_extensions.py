"""The extension that exclusion constraints on rooms and people need. It is a trusted one: the database's owner may create it."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("organizations", "0001_initial")]
    run_before = [("people", "0001_initial"), ("scheduling", "0001_initial")]
    operations = [BtreeGistExtension()]
