"""Officers of the tests: one of each role, every one a person of its own."""

from app.services.filings import Caller


def an_officer(name: str, *duties: str, districts: tuple[str, ...] = ("*",)) -> Caller:
    """An officer with these roles."""
    code = f"OFFICER{name.upper()}"
    return Caller(key_id=f"key_{name}", party_code=code, role="officer", name=name, districts=districts, duties=duties)


ANALYST = an_officer("analyst", "analyst")
OTHER_ANALYST = an_officer("other", "analyst")
SUPERVISOR = an_officer("supervisor", "supervisor")
EXAMINER = an_officer("examiner", "examiner")
AUDITOR = an_officer("auditor", "auditor")
ADMINISTRATOR = an_officer("administrator", "administrator")
