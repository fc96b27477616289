"""Scopes (области доступа): what each is called on the consent page and which fields it opens."""

from __future__ import annotations

UMBRELLA = "http://esia.gosuslugi.ru/usr_inf"

TITLES = {
    "openid": "Идентификатор учётной записи",
    "fullname": "Фамилия, имя, отчество",
    "birthdate": "Дата рождения",
    "birthplace": "Место рождения",
    "gender": "Пол",
    "snils": "СНИЛС",
    "inn": "ИНН",
    "citizenship": "Гражданство",
    "id_doc": "Документ, удостоверяющий личность",
    "email": "Адрес электронной почты",
    "mobile": "Номер мобильного телефона",
    "contacts": "Контакты: телефоны и адреса электронной почты",
    "addresses": "Адреса регистрации и проживания",
    "birth_cert_doc": "Свидетельство о рождении",
    "drivers_licence_doc": "Водительское удостоверение",
    "foreign_passport_doc": "Заграничный паспорт",
    "medical_doc": "Полис ОМС",
    "military_doc": "Военный билет",
    "residence_doc": "Вид на жительство",
    "temporary_residence_doc": "Разрешение на временное проживание",
    "marriage_cert_doc": "Свидетельство о браке",
    "divorce_cert_doc": "Свидетельство о расторжении брака",
    "paternity_cert_doc": "Свидетельство об установлении отцовства",
    "change_fullname_cert_doc": "Свидетельство о перемене имени",
    "vehicles": "Транспортные средства",
    "vehicle_reg_cert_doc": "Свидетельство о регистрации транспортного средства",
    "usr_org": "Организации, в которых вы работаете",
    "self_employed": "Сведения о самозанятости",
    "electronic_workbook": "Электронная трудовая книжка",
    "payments_egisso": "Сведения о выплатах",
    "kid_fullname": "Фамилии, имена и отчества детей",
    "kid_birthdate": "Даты рождения детей",
    "kid_gender": "Пол детей",
    "kid_snils": "СНИЛС детей",
    "kid_inn": "ИНН детей",
    "kid_birth_cert_doc": "Свидетельства о рождении детей",
    "kid_medical_doc": "Полисы ОМС детей",
    "org_shortname": "Краткое название организации",
    "org_fullname": "Полное название организации",
    "org_type": "Вид организации",
    "org_ogrn": "ОГРН организации",
    "org_inn": "ИНН организации",
    UMBRELLA: "Все основные сведения учётной записи",
}

DOCUMENTS = {
    "id_doc": {"RF_PASSPORT", "FID_DOC"},
    "birth_cert_doc": {"RF_BRTH_CERT", "BRTH_CERT", "FID_BRTH_CERT"},
    "drivers_licence_doc": {"RF_DRIVING_LICENSE"},
    "foreign_passport_doc": {"FRGN_PASS"},
    "medical_doc": {"MDCL_PLCY"},
}
CONTACTS = {"email": {"EML"}, "mobile": {"MBT"}, "contacts": {"EML", "MBT", "PHN", "CEM", "CPH"}}
_UNDER_UMBRELLA = {
    *("fullname", "birthdate", "birthplace", "gender", "snils", "inn", "citizenship"),
    *("id_doc", "contacts", "addresses"),
}


def titled(scope: str) -> str:
    """The scope as people read it."""
    return TITLES.get(bare(scope), scope)


def bare(scope: str) -> str:
    """The scope without its `?oid=` tail."""
    return scope.partition("?")[0]


def is_known(scope: str) -> bool:
    """Whether such a scope exists; the change of consents is spelt with an oid."""
    return bare(scope) in TITLES or bare(scope) == "prm_chg"


def opened(granted: set[str]) -> set[str]:
    """The scopes granted, with everything the old umbrella covers."""
    return granted | _UNDER_UMBRELLA if UMBRELLA in granted else granted
