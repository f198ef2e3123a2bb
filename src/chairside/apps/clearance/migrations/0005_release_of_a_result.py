import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clearance", "0004_doses_known"),
    ]

    operations = [
        migrations.AddField(
            model_name="evaluation",
            name="facts_known",
            field=models.PositiveIntegerField(
                default=0, help_text="How many facts were on record, readings at the chair aside"
            ),
        ),
        migrations.AddField(
            model_name="holdrelease",
            name="result",
            field=models.ForeignKey(
                null=True,
                help_text="What was released: this result and no newer one",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clearance.requirementresult",
            ),
        ),
    ]
