"""After each fault: the record, the audit chain, the feed and the replays, against what the client knows."""

import asyncio
import hashlib
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final

import asyncpg

from app.database_url import for_asyncpg
from app.security.signing import Signer
from app.services.auditing.discrepancies import Discrepancies
from app.services.auditing.heads import signed_line, take_heads
from app.services.auditing.known_heads import KnownHeads
from app.services.auditing.reading import one_moment
from app.services.auditing.verifying import verify_database
from chaos.comparing import compare
from chaos.feed import FeedReader
from chaos.findings import Findings, Kind
from chaos.installation import Installation
from chaos.ledger import Keyed, Ledger
from chaos.record import StoredRecord, read_record
from chaos.senders import LOST, SENDERS, Senders

_REPLAYED_EARLIER: Final = 10


class Checker:
    """Keeps what it has verified: the chain is walked on from there, and now and then from its beginning."""

    def __init__(self, installation: Installation, ledger: Ledger, senders: Senders, dice: random.Random) -> None:
        self._installation = installation
        self._ledger = ledger
        self._senders = senders
        self._dice = dice
        self._signer = Signer(installation.keyring().signing_key)
        self._heads: list[bytes] = []
        self._reader = FeedReader(installation.port, installation.keys()["DECLARANT_KEY"])
        self.links = 0

    def check(self, *, whole: bool) -> Findings:
        """Everything; `whole` walks every lane and the feed from their beginning."""
        found = Findings()
        record = asyncio.run(self._database(found, whole=whole))
        compare(self._ledger.acknowledged, record, found)
        self._feed(found, whole=whole)
        self._replays(found)
        for words in self._ledger.contradictions:
            found.add(Kind.TWICE, words)
        self._ledger.contradictions.clear()
        for words in self._ledger.unequal_replays:
            found.add(Kind.REPLAYS, words)
        self._ledger.unequal_replays.clear()
        return found

    async def _database(self, found: Findings, *, whole: bool) -> StoredRecord:
        connection = await asyncpg.connect(for_asyncpg(self._installation.urls().owner))
        try:
            async with one_moment(connection):
                await self._audit(connection, found, whole=whole)
                return await read_record(connection)
        finally:
            await connection.close()

    async def _audit(self, connection: asyncpg.Connection, found: Findings, *, whole: bool) -> None:
        discrepancies = Discrepancies()
        known = KnownHeads([self._signer.public_key], discrepancies)
        for line in self._heads:
            known.add(line, "heads kept by chaos")
        starts = {} if whole else known.latest()
        check = await verify_database(connection, known, discrepancies, starts=starts)
        self.links += check.links
        for each in discrepancies.kept:
            found.add(Kind.AUDIT, f"{each.kind}, {each.where} {each.seen}")
        heads = await take_heads(connection, "chaos", datetime.now(UTC))
        self._heads.append(signed_line(heads, self._signer).encode())

    def _feed(self, found: Findings, *, whole: bool) -> None:
        self._reader.read_on()
        self._reader.compare(self._ledger.acknowledged, found)
        if whole:
            again = FeedReader(self._installation.port, self._installation.keys()["DECLARANT_KEY"])
            again.read_on()
            if again.statuses != self._reader.statuses:
                found.add(Kind.GAPS, "the feed read again from its beginning is not what was read over the faults")

    def _replays(self, found: Findings) -> None:
        """The answers under a key since the last check, and some of all, are asked for again."""
        earlier = list(self._ledger.keyed)
        fresh = list(self._ledger.fresh_keys)
        self._ledger.fresh_keys.clear()
        chosen = dict.fromkeys(fresh + self._dice.sample(earlier, min(_REPLAYED_EARLIER, len(earlier))))
        with ThreadPoolExecutor(SENDERS) as threads:
            for words in threads.map(lambda key: self._replay(self._ledger.keyed[key]), chosen):
                if words:
                    found.add(Kind.REPLAYS, words)

    def _replay(self, kept: Keyed) -> str:
        """What differs, or nothing."""
        try:
            answer = self._senders.post(kept.request)
        except LOST as lost:
            return f"{kept.request.path} with key {kept.request.key} was not answered: {lost}"
        same = (answer.status, hashlib.sha256(answer.content).digest()) == (kept.status, kept.digest)
        if same and answer.replayed:
            return ""
        said = f"{kept.status} first, now {answer.status} {answer.content[:200]!r}, replayed: {answer.replayed}"
        return f"{kept.request.path} with key {kept.request.key}: {said}"
