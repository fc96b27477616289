"""The refusals of ЕСИА: every code, its OAuth name and its meaning in our words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One row of the catalogue."""

    error: str
    meaning: str


CATALOGUE = {
    "007002": Row("invalid_request", "сертификат не соответствует мнемонике системы или не зарегистрирован"),
    "007003": Row("invalid_request", "параметр отсутствует, неверен или повторяется"),
    "007004": Row("access_denied", "пользователь или сервис отклонил запрос"),
    "007005": Row("unauthorized_client", "системе нельзя получить маркер таким способом"),
    "007006": Row("invalid_scope", "область доступа указана неверно или неизвестна"),
    "007007": Row("server_error", "неожиданный сбой сервиса авторизации"),
    "007008": Row("temporarily_unavailable", "сервис перегружен или на обслуживании"),
    "007009": Row("unsupported_response_type", "такой response_type не поддерживается"),
    "007011": Row("invalid_grant", "код или маркер обновления недействителен, использован или чужой"),
    "007012": Row("unsupported_grant_type", "такой grant_type не поддерживается"),
    "007013": Row("invalid_scope", "не указана область доступа"),
    "007014": Row("invalid_request", "нет обязательного параметра"),
    "007015": Row("invalid_request", "неверное время запроса"),
    "007019": Row("access_denied", "OAuthErrorEnum.noGrants"),
    "007023": Row("invalid_request", "адрес redirect_uri не разрешён системе"),
    "007038": Row("invalid_request", "ошибка в параметрах запроса"),
    "007039": Row("invalid_request", "в запросе кода не было code_challenge"),
    "007040": Row("invalid_grant", "code_verifier не соответствует code_challenge"),
    "007046": Row("access_denied", "область доступа требует второго фактора, а у пользователя его нет"),
    "007053": Row("access_denied", "OAuthErrorEnum.clientSecretWrong"),
    "007055": Row("access_denied", "вход с неподтверждённой учётной записью"),
    "007060": Row("invalid_request", "неверное значение roles"),
    "007061": Row("invalid_request", "неверное значение obj_type"),
    "007062": Row("invalid_request", "неверный тип пользователя"),
    "007194": Row("invalid_scope", "область доступа организации, в которой пользователь не работает"),
    "008010": Row("invalid_client", "не удалось проверить подлинность системы"),
    "036700": Row("invalid_request", "не указан тип согласия"),
    "036701": Row("invalid_request", "неизвестный тип согласия"),
    "036703": Row("invalid_request", "области доступа вне типа согласия"),
    "036705": Row("invalid_request", "не указано ни одного действия"),
    "036707": Row("invalid_request", "не указано ни одной цели"),
    "036716": Row("invalid_request", "неверный срок согласия"),
}


class Refused(Exception):
    """ЕСИА says no. The cause is for the log and the stand-in's own pages, never for the client."""

    def __init__(self, code: str, cause: str) -> None:
        super().__init__(code, cause)
        self.code = code
        self.cause = cause

    @property
    def error(self) -> str:
        """The OAuth name."""
        return CATALOGUE[self.code].error

    @property
    def description(self) -> str:
        """What the client is told."""
        return f"ESIA-{self.code}: {CATALOGUE[self.code].meaning}"
