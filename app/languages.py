"""The two languages of every text, and which of them a reader wants.

What belongs here: the choice. What does not: texts; each stands in both languages beside its sibling.
"""

import enum
from functools import lru_cache


class Language(enum.StrEnum):
    """Chinese is the language of the law and the default."""

    ZH = "zh"
    EN = "en"

    @property
    def tag(self) -> str:
        """The tag of the Content-Language header."""
        return "zh-CN" if self is Language.ZH else "en"


@lru_cache(maxsize=64)
def accepted_language(header: str | None) -> Language:
    """The best of our languages for an Accept-Language header; Chinese where it asks for none of them."""
    best, highest = Language.ZH, 0.0
    for part in (header or "").split(",")[:16]:
        tag, _, weight = part.partition(";")
        quality = _quality(weight)
        language = _LANGUAGES.get(tag.strip().split("-")[0].lower())
        if language is not None and quality > highest:
            best, highest = language, quality
    return best


_LANGUAGES = {"zh": Language.ZH, "en": Language.EN}


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
