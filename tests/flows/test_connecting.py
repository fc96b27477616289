"""A school joins: by its chief's account at Gosuslugi, and by a decree that an operator reads."""

import pytest

pytestmark = pytest.mark.browser
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def test_a_decree_is_read_by_the_operator_of_the_region(people):
    teacher = people.come("decree")
    teacher.log_in("teacher@example.com")
    teacher.open("/connect/?inn=" + people.world.inn_of("«Заря»"))
    teacher.picture("connect")
    teacher.page.get_by_label("Номер приказа").fill("17-к")
    teacher.page.get_by_label("Дата приказа").fill("2026-09-01")
    teacher.page.locator("input[type=file]").set_input_files(
        {"name": "приказ.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    teacher.is_accessible()
    teacher.page.get_by_role("main").get_by_role("button", name="Подключить школу").click()
    teacher.sees("На рассмотрении")
    teacher.picture("sent")

    operator = people.come("decree-operator")
    operator.log_in("operator77@example.com")
    operator.press("Подключение школ")
    operator.sees("17-к")
    operator.is_accessible()
    operator.picture("applications")
