"""A parcel that came through the JSON door, as the worker's reader reads it again."""

from decimal import Decimal
from uuid import UUID

import msgspec

from app.services.filings import Door, Submission
from app.services.service import ClearanceServices
from tests.api.bodies import encoded, tree_of
from tests.services.conftest import AT, PLATFORM
from tests.services.parcels import parcel


async def filed_and_held(clearance: ClearanceServices) -> UUID:
    """A parcel that is held: its waybill says another weight."""
    return await filed_parcel(clearance, gross_weight_kg=Decimal("9.9"))


async def filed_parcel(clearance: ClearanceServices, **of_waybill: object) -> UUID:
    """A parcel that is released, unless its waybill is made to say something else."""
    documents = parcel(1)
    waybill = msgspec.structs.replace(documents.waybill, **of_waybill)
    declaration = msgspec.structs.replace(documents.declaration, transmitted_by=None)  # as the JSON door reads it
    tree = {
        "order": tree_of(documents.order),
        "payment": tree_of(documents.payment),
        "waybill": tree_of(waybill),
        "declaration": tree_of(declaration),
    }
    submission = Submission(
        caller=PLATFORM,
        door=Door.JSON,
        documents=(documents.order, documents.payment, waybill, declaration),
        content=encoded(tree),
        at=AT,
    )
    (answer,) = await clearance.file([submission])
    assert not isinstance(answer, Exception)
    assert answer.declaration
    return answer.declaration.declaration_id
