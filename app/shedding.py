"""Refusing lone filings in the server's protocol while there is no room for them: which ones, and with what words.

The same answer, in the same languages and counted alike, as the application gives to those that reach it.
"""

from functools import lru_cache
from typing import Any, Final

from app.guarded_http import Shed
from app.languages import Language, accepted_language
from app.main import BUSY
from app.metrics import count_request
from app.routers.problems import problem_answer
from app.services.clearance.admission import NoRoom

# A batch has bounds of its own.
_ADDRESSES: Final = frozenset(each.path.encode() for each in BUSY if not each.path.endswith("/batch"))


def shed_of(application: Any) -> Shed:
    """What the protocol of this application's worker refuses."""

    def is_full() -> bool:
        services = application.state.services
        return services is not None and services.admission.is_full()

    return Shed(_ADDRESSES, is_full, _refusal)


def _refusal(address: str, languages: str | None) -> bytes:
    count_request("POST", address, 503, 0.0)
    return _answer(accepted_language(languages))


@lru_cache
def _answer(language: Language) -> bytes:
    told = problem_answer(NoRoom(), language)
    lines = [f"HTTP/1.1 {told.status} Service Unavailable", *(f"{name}: {value}" for name, value in told.headers)]
    lines.append(f"content-length: {len(told.body)}")
    return "\r\n".join([*lines, "", ""]).encode() + told.body
