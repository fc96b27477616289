"""`python -m myschool load_classifiers`: bring the database up to the files of the classifiers."""

from django.core.management.base import BaseCommand

from myschool.kernel import clock
from myschool.schools.classifiers import loading


class Command(BaseCommand):
    """Load new versions of the classifiers; a second run changes nothing."""

    help = "Загрузить новые версии справочников."

    def handle(self, *args: object, **options: object) -> None:
        """Load and say what was new."""
        new = loading.load(at=clock.now())
        for file in new:
            self.stdout.write(f"{file.code} {file.version}: {file.title}, строк: {len(file.rows)}")
        if not new:
            self.stdout.write("Новых версий справочников нет.")
