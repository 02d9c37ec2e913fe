"""What officers' codes, names, roles and districts may be."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from app.domain.duties import Duty
from app.errors import Malformed, Problem

_CODE: Final = re.compile(r"[0-9A-Za-z]{1,18}", re.ASCII)
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}", re.ASCII)
_DISTRICT: Final = re.compile(r"\*|\d{2}|\d{4}", re.ASCII)
_NAME_LENGTH: Final = 100
_MOST_DISTRICTS: Final = 200
# Roles whose work lies in districts.
_IN_DISTRICTS: Final = frozenset({Duty.EXAMINER, Duty.SUPERVISOR, Duty.ANALYST, Duty.AUDITOR})


def all_checked(*checks: Callable[[], object]) -> None:
    """Make every one of these checks; Malformed with the faults of all, so that a form is corrected once."""
    problems: list[Problem] = []
    for check in checks:
        try:
            check()
        except Malformed as refused:
            problems += refused.problems
    if problems:
        raise Malformed("Please correct what is named.", zh="请更正以下内容。", problems=tuple(problems))


def spelled(officer_code: str) -> str:
    """An officer's code as it is kept: in capitals, however it was typed. Two spellings would be two people."""
    return officer_code.strip().upper()


def checked_officer_code(code: str) -> str:
    """The party code of the officer's keys."""
    if not _CODE.fullmatch(code):
        raise faulty("officer_code", "工号应为 1 至 18 位字母或数字。", "A code has 1 to 18 letters and digits.")
    return spelled(code)


def checked_officer_name(name: str) -> str:
    """A name of up to 100 characters."""
    stripped = name.strip()
    if not stripped or len(stripped) > _NAME_LENGTH or not stripped.isprintable():
        raise faulty("name", "姓名应为 1 至 100 个字符。", "A name has 1 to 100 characters.")
    return stripped


def checked_login(login: str) -> str:
    """A name to sign in by."""
    plain = login.strip().lower()
    if not _LOGIN.fullmatch(plain):
        raise faulty(
            "login",
            "登录名应为 2 至 64 个小写字母、数字或 . _ @ -。",
            "A login has 2 to 64 small letters, digits or . _ @ -.",
        )
    return plain


def checked_duties(duties: Sequence[str]) -> tuple[str, ...]:
    """Roles in the order of their table."""
    known = {duty.value for duty in Duty}
    if not duties or not set(duties) <= known:
        text = f"Choose at least one role of: {', '.join(Duty)}."
        raise faulty("duties", "请至少选择一个角色。", text)
    return tuple(duty.value for duty in Duty if duty in duties)


def checked_districts(districts: Sequence[str], duties: Sequence[str]) -> tuple[str, ...]:
    """Districts as four digits, the first two of them, or ``*``; all roles but the administrator's need some."""
    plain = tuple(dict.fromkeys(district.strip() for district in districts if district.strip()))
    if len(plain) > _MOST_DISTRICTS or not all(_DISTRICT.fullmatch(district) for district in plain):
        text = "A district is four digits, the first two of them, or * for all."
        raise faulty("districts", "关区应为四位代码、前两位代码，或 *（全部）。", text)
    if not plain and _IN_DISTRICTS & set(duties):
        raise faulty("districts", "该角色需要关区。", "These roles need at least one district.")
    return plain


def covers(wide: Sequence[str], narrow: str) -> bool:
    """Whether a district lies within one of these."""
    return any(each in ("*", narrow) or (narrow != "*" and narrow.startswith(each)) for each in wide)


def common_districts(ones: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """What two lists of districts have in common."""
    both = [each for each in ones if covers(others, each)] + [each for each in others if covers(ones, each)]
    return tuple(dict.fromkeys(both))


def faulty(field: str, zh: str, en: str) -> Malformed:
    """One field that cannot be used."""
    return Malformed(en, zh=zh, problems=(Problem(pointer=f"/{field}", code="invalid", zh=zh, en=en),))
