"""The store against the standard, requirement by requirement."""

import pytest

from myschool.kernel.tests.undoing import undone
from myschool.records.rules.statements import TWO
from myschool.records.tests.makers import Program
from myschool.records.tests.requirements import REQUIREMENTS

pytestmark = pytest.mark.django_db


def held(run, program):
    """Whether the store does what is required; what was written is taken back."""
    try:
        with undone():
            run(program)
    except AssertionError as error:
        return str(error)[:300]
    return True


def test_the_store_does_what_the_standard_requires(record_property, settings, tmp_path):
    settings.FILES_FOLDER = tmp_path
    failed = {words: why for words, run in REQUIREMENTS.items() if (why := held(run, Program())) is not True}
    passed = len(REQUIREMENTS) - len(failed)
    record_property("LRS", f"{passed}/{len(REQUIREMENTS)} requirements of xAPI 1.0.3 and 2.0")
    assert not failed, "\n".join(f"{words}: {why}" for words, why in failed.items())


def test_a_requirement_that_is_not_met_is_seen():
    def run(program):
        assert program.ask("GET", "statements", odd=1).status_code == 200

    assert held(run, Program()) is not True


def test_the_second_edition_takes_plain_statements_too():
    program = Program(edition=TWO)
    assert len(program.ids()) == 0
