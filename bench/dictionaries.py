"""Trains the dictionaries of `app/security/packing.py` on made-up texts: `python -m bench.dictionaries FOLDER`.

A dictionary that was released never changes, because stored data depends on it: what comes out of here gets a new name
and number there. The parcels are of other words than those that are measured, and every party has a name of its own in
every text, so that nothing of an installation, real or measured, is in a dictionary.
"""

import asyncio
import random
import re
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import asyncpg
import msgspec
import zstandard

from app.ceb.reading import read_message
from app.database_url import for_asyncpg
from app.domain.dossier import Declaration, Documents
from app.repositories.evidence import all_assessments
from app.security.packing import Dictionary, unpack
from app.services.clearance.assessing import StoredAssessment
from app.services.clearance.views import unseal_assessments
from bench.bodies import ceb_messages, json_body
from bench.parcels import Parcels
from bench.stand import Machine, durable_machine, fresh_stand
from bench.units import Clearing
from bench.vocabulary import TRAINING
from tests import builders

BYTES: Final = 16 * 1024
PARCELS: Final = 3_000
LEVEL: Final = 3
_CODES: Final = (
    builders.PLATFORM, builders.MERCHANT, builders.PAYMENT_COMPANY, builders.LOGISTICS, builders.DECLARANT,
    builders.WAREHOUSE,
)  # fmt: skip
_NAMES: Final = ("测试电商平台", "测试电商企业", "测试支付企业", "测试物流企业", "测试报关企业", "测试区内企业")
_NAME_LETTERS: Final = "盛达通捷汇联科创网商贸易国际有限公司供应链跨境电子"
_DEFAULTS: Final = ('"filing_type":"1",', '"filing_status":"2",', '"order_type":"I",', '"import_export_flag":"I",')

_BOOK: Final = re.compile(rb"\b[0-9a-f]{64}\b")
# Days of this decade, as the texts of a run made today are full of one; not within longer numbers, but at their front.
_DAY: Final = re.compile(rb"(?<![0-9])202[4-9](?:-(?:0[1-9]|1[0-2])-|(?:0[1-9]|1[0-2]))(?:0[1-9]|1[0-9]|2[0-8])")

Samples = list[bytes]


def main() -> None:
    """Write the dictionaries into the folder that was named."""
    folder, dice, now = Path(sys.argv[1]), random.Random(11), datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True)
    for dictionary in Dictionary:
        # What is there is only read to unpack with; any bytes will do until there is something better.
        if dictionary is not Dictionary.NONE and not dictionary.file.exists():
            dictionary.file.write_bytes(bytes(range(64)))
    documents = [_varied(each, dice) for each in Parcels(21, now, TRAINING).take(PARCELS)]
    with durable_machine() as machine:
        assessments, events = asyncio.run(_decided(machine))
    _write(folder, Dictionary.JSON_DOCUMENT_1, _renamed(_json(documents, dice), dice))
    _write(folder, Dictionary.CEB_DOCUMENT_1, _renamed(_ceb(documents), dice))
    _write(folder, Dictionary.ASSESSMENT_1, _renamed(assessments, dice))
    _write(folder, Dictionary.EVENT_1, _renamed(events, dice))


def _json(documents: list[Documents], dice: random.Random) -> Samples:
    """Dossiers, some without what may be left out, and documents that came alone."""
    bodies: Samples = []
    for each in documents:
        body = json_body(each)
        if dice.random() < 0.5:
            for default in _DEFAULTS:
                body = body.replace(default.encode(), b"")
        bodies.append(body)
        if dice.random() < 0.15:
            bodies += map(bytes, msgspec.json.decode(body, type=dict[str, msgspec.Raw]).values())
    return bodies


def _ceb(documents: list[Documents]) -> Samples:
    messages: Samples = ceb_messages(documents[:100], builders.PLATFORM)
    for first in range(100, 1500, 100):
        messages += ceb_messages(documents[first : first + 100], builders.PLATFORM)
    return [node.content for message in messages for node in read_message(message).nodes]


async def _decided(machine: Machine) -> tuple[Samples, Samples]:
    """Assessments and events, as a service that handles training parcels packs them."""
    async with fresh_stand(machine) as stand:
        clearing = await Clearing.open(stand, TRAINING)
        for length in (1, 5, 20, 64) * 25:
            await clearing.clear(clearing.bodies(length))
        async with clearing.pool.acquire() as connection:
            rows = await all_assessments(connection, None, PARCELS)
            opened = await unseal_assessments(connection, clearing.means.envelope, rows)
        await clearing.pool.close()
        owner = await asyncpg.connect(for_asyncpg(stand.urls.owner))
        payloads = [row["payload"] for row in await owner.fetch("SELECT payload FROM events")]
        await owner.close()
    return [_as_sealed(row.book.hex(), stored) for row, stored in opened], [unpack(payload) for payload in payloads]


def _as_sealed(book: str, stored: StoredAssessment) -> bytes:
    return msgspec.msgpack.encode(stored.without_book(book))


def _varied(documents: Documents, dice: random.Random) -> Documents:
    """One parcel of five comes out of a bonded warehouse."""
    if dice.random() > 0.2:
        return documents
    return msgspec.structs.replace(documents, declaration=_bonded(documents.declaration))


def _bonded(declaration: Declaration) -> Declaration:
    items = tuple(
        msgspec.structs.replace(
            item, record_no=f"{item.line_no:09}", legal_quantity=item.legal_quantity + Decimal("0.1")
        )
        for item in declaration.items
    )
    return msgspec.structs.replace(
        declaration,
        trade_mode="1210",
        transport_mode="Y",
        transport_no=None,
        voyage_no=None,
        bill_no=None,
        country_of_departure="142",
        account_book_no="T2244W000001",
        warehouse_code=builders.WAREHOUSE,
        warehouse_name="测试区内企业",
        items=items,
    )


def _renamed(samples: Iterable[bytes], dice: random.Random) -> Samples:
    """Every text with parties, a rule book and days of its own, of the same length."""
    return [_with_new(sample, dice) for sample in samples]


def _with_new(sample: bytes, dice: random.Random) -> bytes:
    sample = _BOOK.sub(lambda _: f"{dice.getrandbits(256):064x}".encode(), sample)
    shift = timedelta(days=dice.randint(-900, 900))
    sample = _DAY.sub(lambda found: _shifted(found[0].decode(), shift), sample)
    for code in _CODES:
        sample = sample.replace(code.encode(), f"{dice.randint(1100, 7000)}9{dice.randint(0, 99999):05}".encode())
    for name in _NAMES:
        sample = sample.replace(name.encode(), "".join(dice.sample(_NAME_LETTERS, len(name))).encode())
    return sample


def _shifted(day: str, shift: timedelta) -> bytes:
    dash = "-" if "-" in day else ""
    return (date.fromisoformat(day) + shift).strftime(f"%Y{dash}%m{dash}%d").encode()


def _write(folder: Path, dictionary: Dictionary, samples: Samples) -> None:
    trained = zstandard.train_dictionary(BYTES, list(samples), level=LEVEL)
    file = folder / dictionary.file.name
    file.write_bytes(trained.as_bytes())
    plain = _mean(samples, len)
    packed = _mean(samples, _packer(trained.as_bytes()))
    print(f"{file.name}: {len(samples)} texts of {plain:.0f} bytes; {packed:.0f} packed (in sample)")


def _packer(trained: bytes) -> Callable[[bytes], int]:
    data = zstandard.ZstdCompressionDict(trained)
    compress = zstandard.ZstdCompressor(level=LEVEL, dict_data=data, write_dict_id=False).compress
    return lambda sample: len(compress(sample))


def _mean(samples: Samples, size: Callable[[bytes], int]) -> float:
    return sum(map(size, samples)) / len(samples)


if __name__ == "__main__":
    main()
