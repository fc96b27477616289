from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_claimed_snils_and_accounts_before_login")]

    operations = [
        migrations.RemoveConstraint("post", "people_post_role"),
        migrations.AddConstraint(
            "post",
            models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["deputy_head", "expert", "head", "operator", "publisher", "school_admin", "teacher"])
                ),
                name="people_post_role",
            ),
        ),
    ]
