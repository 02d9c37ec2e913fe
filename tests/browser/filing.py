"""Filing parcels as their parties do, over the API of the running service, with the keys of the demo parties."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import msgspec

from app.domain.dossier import Documents
from app.services.demo_keys import read_demo_keys
from bench.bodies import json_body
from bench.parcels import Parcels


class Party:
    """The demo platform, which may file whole dossiers, and whoever else has a demo key."""

    def __init__(self, address: str, home: Path, seed: int = 1) -> None:
        self._keys = read_demo_keys(home / "demo-keys.env")
        self._client = httpx.AsyncClient(base_url=address, timeout=30)
        self._supply = Parcels(seed, datetime.now(UTC))

    async def close(self) -> None:
        """Let go of the connection."""
        await self._client.aclose()

    def clean(self) -> Documents:
        """A parcel that would be released: declared weight and weight on the waybill agree."""
        while True:
            (parcel,) = self._supply.take(1)
            if parcel.waybill.gross_weight_kg == parcel.declaration.gross_weight_kg and len(parcel.order.items) > 1:
                return parcel

    def overweight(self) -> Documents:
        """A parcel that is held: its waybill says another weight."""
        parcel = self.clean()
        return msgspec.structs.replace(
            parcel, waybill=msgspec.structs.replace(parcel.waybill, gross_weight_kg=Decimal("19.5"))
        )

    def contradictory(self) -> Documents:
        """A parcel that is held and whose documents differ in several places: weight, bill of lading, an origin."""
        parcel, replace = self.overweight(), msgspec.structs.replace
        (first, *others) = parcel.declaration.items
        return replace(
            parcel,
            waybill=replace(parcel.waybill, bill_no="78400001234"),
            declaration=replace(parcel.declaration, items=(replace(first, country_of_origin="116"), *others)),
        )

    @staticmethod
    def with_article(parcel: Documents, name: str) -> Documents:
        """The parcel, its first article called by another name on every document."""
        (first, *more), (declared, *others) = parcel.order.items, parcel.declaration.items
        renamed, replace = {"item_name": name}, msgspec.structs.replace
        return replace(
            parcel,
            order=replace(parcel.order, items=(replace(first, **renamed), *more)),
            declaration=replace(parcel.declaration, items=(replace(declared, **renamed, goods_name=name), *others)),
        )

    async def file(self, documents: Documents, at: datetime | None = None) -> dict[str, Any]:
        """File a whole dossier, now or at another instant (where the test clock is on); what was answered."""
        answer = await self.post("platform", "/v1/declarations", json_body(documents), at=at)
        assert answer.status_code in {200, 201}, answer.text
        answered: dict[str, Any] = answer.json()
        return answered

    async def post(
        self,
        role: str,
        path: str,
        content: bytes,
        media_type: str = "application/json",
        at: datetime | None = None,
    ) -> httpx.Response:
        """One request in the name of a party."""
        clock = {"tongguan-clock": at.isoformat()} if at else {}
        return await self._client.post(
            path, content=content, headers=self._headers(role) | {"content-type": media_type} | clock
        )

    async def get(self, role: str, path: str) -> httpx.Response:
        """What a party reads."""
        return await self._client.get(path, headers=self._headers(role))

    async def receipts(self, role: str) -> list[str]:
        """Every receipt message that is addressed to a party, oldest first."""
        found: list[str] = []
        cursor = ""
        while True:
            answer = await self.get(role, f"/v1/ceb/receipts?limit=100{cursor}")
            page = answer.json()
            if not page:
                return found
            found += [each["xml"] for each in page]
            cursor = f"&after={page[-1]['cursor']}"

    def _headers(self, role: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self._keys[f'{role.upper()}_KEY']}"}
