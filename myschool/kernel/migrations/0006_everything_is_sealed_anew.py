"""The seals of before are gone, and so is how far they had got."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0005_what_is_evidence")]
    operations = [
        migrations.RunSQL("DELETE FROM kernel_bookmark WHERE follower = 'kernel.seal'", migrations.RunSQL.noop)
    ]
