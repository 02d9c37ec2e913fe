"""What tests of case files share: officers, a held parcel, papers."""

import io
import zipfile
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec

from app.security.keyring import KeyRing
from app.services.filings import Caller
from app.services.office.backing import Backing
from app.services.office.case_file.files import CaseFiles
from app.services.service import ClearanceServices
from app.settings import Settings
from tests.services.conftest import AT, dossier, filed
from tests.services.parcels import parcel

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde" + bytes(20)
PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF"


def an_officer(*duties: str, code: str = "OFFICER1", districts: tuple[str, ...] = ("22",)) -> Caller:
    """An officer of these roles, by default an examiner."""
    return Caller(
        key_id=f"key_{code}",
        party_code=code,
        role="officer",
        name=code,
        districts=districts,
        duties=duties or ("examiner",),
    )


EXAMINER = an_officer()
LATER = AT + timedelta(hours=1)


def case_files_of(services: ClearanceServices, keyring: KeyRing, **environment: str) -> CaseFiles:
    """The service under test, on the connections of a worker."""
    settings = Settings.from_environment(environment)
    return CaseFiles(Backing(services._side, services._means, keyring, settings, services._desk))


async def held(services: ClearanceServices, number: int = 1, *, at: datetime = AT, **waybill: object) -> UUID:
    """File a parcel whose weights do not fit, which is held; answers its id."""
    documents = parcel(number)
    heavy = msgspec.structs.replace(documents.waybill, gross_weight_kg=Decimal("9.9"), **waybill)
    (answer,) = await filed(services, dossier(msgspec.structs.replace(documents, waybill=heavy), at=at))
    assert answer.declaration
    return answer.declaration.declaration_id


def an_archive(*names: str) -> bytes:
    """A zip file with these members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return content.getvalue()
