"""The demo parties, for trying the service out: one of every role, with a key each.

Their codes are those of the recorded parcels. They are registered from 2016 on, so that parcels of every day of the
law can be shown. What an operator changes of them afterwards stays changed.
"""

from datetime import date, datetime
from pathlib import Path
from typing import Final

import asyncpg
import msgspec

from app.domain.party import Role
from app.repositories import registers
from app.security.api_keys import hash_of
from app.services.audit import START
from app.services.clerk import Clerk, changing_registers
from app.services.demo_keys import read_demo_keys, write_demo_keys
from app.services.filings import DocumentKind
from app.services.record_mandates import MandateRequest, state_mandate
from app.services.register_keys import KeyRequest, create_key
from app.services.register_parties import PartyEdit, edit, register

FIRST_DAY: Final = date(2016, 1, 1)


class DemoParty(msgspec.Struct, frozen=True):
    """A made-up party; `gives` are the documents that the demo platform may file for it."""

    role: Role
    code: str
    name: str
    gives: tuple[DocumentKind, ...] = ()
    districts: tuple[str, ...] = ()

    @property
    def variable(self) -> str:
        """Under which name its key stands in the file of demo keys."""
        return f"{self.role.upper()}_KEY"


PLATFORM: Final = DemoParty("platform", "3101960P01", "演示电商平台 Demo platform")
PARTIES: Final = (
    PLATFORM,
    DemoParty("merchant", "3101960M01", "演示电商企业 Demo merchant", (DocumentKind.ORDER, DocumentKind.DECLARATION)),
    DemoParty("payment", "3101960Y01", "演示支付企业 Demo payment company", (DocumentKind.PAYMENT,)),
    DemoParty("logistics", "3101960L01", "演示物流企业 Demo logistics company", (DocumentKind.WAYBILL,)),
    DemoParty("declarant", "3101980D01", "演示报关企业 Demo declarant", (DocumentKind.DECLARATION,)),
    DemoParty("warehouse", "3122460W01", "演示区内企业 Demo warehouse"),
    DemoParty("officer", "OFFICER1", "演示关员 Demo officer", districts=("*",)),
)


async def load_demo(connection: asyncpg.Connection, keys_file: Path, at: datetime) -> None:
    """Register the demo parties that are missing, and make a key for each that has none in the file.

    A file that was lost is made anew with new keys; the old ones stay valid until they are revoked. The file is
    written after the commit: it never names a key that the database does not know.
    """
    keys = read_demo_keys(keys_file)
    lacking = await _lacking(connection, keys)
    if not lacking:
        return
    async with changing_registers(connection, START, at) as clerk:
        await _register(clerk)
        for party in lacking:
            request = KeyRequest(party_code=party.code, name=party.name, role=party.role, districts=party.districts)
            keys[party.variable] = (await create_key(clerk, request)).key
    write_demo_keys(keys_file, keys)


async def _lacking(connection: asyncpg.Connection, keys: dict[str, str]) -> list[DemoParty]:
    """The parties whose key is not in the file, or not on record; a revoked key is on record and stays revoked."""
    hashes = {party.variable: hash_of(keys.get(party.variable, "")) for party in PARTIES}
    known = await registers.known_hashes(connection, hashes.values())
    return [party for party in PARTIES if hashes[party.variable] not in known]


async def _register(clerk: Clerk) -> None:
    unknown = [party for party in PARTIES if not await registers.is_known(clerk.connection, party.code)]
    for party in unknown:
        await register(clerk, party.code, party.name, party.role, FIRST_DAY)
        if party.role != "officer":
            await edit(clerk, party.code, PartyEdit(credit_class="ordinary", first_day=FIRST_DAY))
    for party in unknown:
        if party.gives:
            mandate = MandateRequest(
                grantor_code=party.code, holder_code=PLATFORM.code, kinds=party.gives, first_day=FIRST_DAY
            )
            await state_mandate(clerk, mandate)
