"""Names of files keep their ending: whatever is cut, renamed or made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myschool.files.rules.names import LONGEST, ending_of, file_name, made_name, name_as

ENDINGS = [".docx", ".pdf", ".PDF", ".tar.gz", ".mp4", ".7z", ".h5p"]
DOCX = ("план.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")


@given(st.text(max_size=400), st.sampled_from(ENDINGS), st.sampled_from(["", ".", " ", " . ", "..."]))
def test_a_name_from_outside_keeps_its_ending_however_long_and_odd_it_is(stem, ending, after):
    name = file_name(stem + "ж" + ending + after)
    assert ending_of(name) == ending
    assert len(ending) < len(name) <= LONGEST
    assert file_name(name) == name


@given(st.text(max_size=400))
def test_a_name_is_never_empty_never_hidden_and_never_a_way_to_somewhere(told):
    name = file_name(told)
    assert 0 < len(name) <= LONGEST
    assert not name.startswith(".")
    assert name == name.rstrip(". ")
    assert not set("/\\\n\r\0") & set(name)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (".docx", "файл.docx"),
        ("..docx", "файл.docx"),
        (" .docx ", "файл.docx"),
        ("отчёт.docx.", "отчёт.docx"),
        ("отчёт.docx . ", "отчёт.docx"),
        ("итоги 1.2", "итоги 1.2"),
        ("архив.tar.gz", "архив.tar.gz"),
        ("😀" * 300 + ".png", "😀" * 196 + ".png"),
        ("👨‍👩‍👧" * 100 + ".png", "👨‍👩‍👧" * 39 + ".png"),
    ],
)
def test_what_becomes_of_odd_names(told, kept):
    assert file_name(told) == kept


@pytest.mark.parametrize(
    ("chosen", "name"),
    [
        ("реферат", "реферат.docx"),
        ("реферат.docx", "реферат.docx"),
        ("реферат.DOCX", "реферат.DOCX"),
        ("реферат.pdf", "реферат.docx"),
        ("реферат 1.2", "реферат 1.2.docx"),
        ("реферат.", "реферат.docx"),
        ("т.к. и т.д.", "т.к. и т.д.docx"),
        ("ж" * LONGEST, "ж" * (LONGEST - 5) + ".docx"),
    ],
)
def test_a_document_that_is_renamed_keeps_its_ending(chosen, name):
    assert name_as(chosen, *DOCX) == name


def test_a_text_may_become_a_program_and_what_had_no_ending_needs_none():
    assert name_as("сумма.py", "сумма.txt", "text/plain") == "сумма.py"
    assert name_as("сумма", "сумма.txt", "text/plain") == "сумма.txt"
    assert name_as("план", "скан", "application/pdf") == "план"


def test_a_file_called_by_a_title_is_called_so_and_not_by_a_part_of_it():
    assert made_name("Физика/химия: 7 класс.", ".imscc") == "Физика химия 7 класс.imscc"
    assert made_name("...", ".imscc") == "файл.imscc"
