"""Arithmetic of files, without a database."""

import pytest

from myschool.folders import rules


@pytest.mark.parametrize(
    ("used", "total", "percent"), [(0, 10, 0), (4, 1000, 0), (5, 1000, 1), (10, 10, 100), (30, 10, 100), (0, 0, 100)]
)
def test_how_full_it_is(used, total, percent):
    assert rules.percent(used, total) == percent


def test_a_path_follows_the_folder_that_is_moved():
    assert rules.path_after_move([1, 2, 3], 2, [7, 8]) == [7, 8, 2, 3]
    assert rules.path_after_move([1, 2], 2, []) == [2]
    assert rules.leads_into_itself(2, [1, 2, 3])
    assert not rules.leads_into_itself(2, [1, 3])
