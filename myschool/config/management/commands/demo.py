"""`python -m myschool demo`: an invented world to look at, and with `--schools` one to load."""

from django.core.management.base import BaseCommand, CommandParser

from myschool.config import checks, env
from myschool.config.demo import cast, copying, growth, world
from myschool.config.demo.citizens import PASSWORD
from myschool.kernel import clock


class Command(BaseCommand):
    """Make the demo world, or what is missing of it, and say whom to log in as."""

    help = "Создать учебный мир: школы, классы, людей и запросы. Повторный запуск ничего не меняет."

    def add_arguments(self, parser: CommandParser) -> None:
        """How far to grow."""
        parser.add_argument(
            "--schools",
            type=int,
            default=0,
            metavar="N",
            help=f"добавить школы для нагрузки, чтобы стало N (по {growth.PERSONS} человек)",
        )
        parser.add_argument(
            "--desks",
            type=int,
            nargs="*",
            metavar="M",
            help="сколько запросов лежит в первой, второй… из этих школ; при N от 1000 — 10000 и 100000",
        )

        parser.add_argument(
            "--journals", action="store_true", help="добавить этим школам уроки, отметки и пропуски восьми недель"
        )

    def handle(self, *args: object, schools: int, desks: list[int] | None, journals: bool, **options: object) -> None:
        """Build, tell the stand-in, grow, and show the people."""
        checks.refuse_in_production("demo")
        at = clock.now()
        is_new = world.build(at)
        self.stdout.write("Учебный мир создан." if is_new else "Учебный мир уже есть.")
        start = world.start_of_world()
        path = env.LOCAL / "esia" / "persons.json"
        world.tell_standin(path, start)
        self.stdout.write(f"Люди для учебных Госуслуг: {path}")
        for line in copying.grow(schools=schools, desks=desks, start=start, at=at, with_journals=journals):
            self.stdout.write(line)
        self.stdout.write(f"\nКем войти (пароль у всех {PASSWORD}):")
        people = [(citizen.shown_login, citizen.note) for citizen in cast.shown(start)]
        for login, who in [*people, cast.STANDINS_HEAD]:
            self.stdout.write(f"  {login:28} {who}")
