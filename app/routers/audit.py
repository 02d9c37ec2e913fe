"""The addresses of the audit, for auditors."""

from collections.abc import AsyncIterator
from typing import Any, Final, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.domain.duties import Permission
from app.errors import NotFound
from app.routers.acted_once import acted_plainly_once
from app.routers.answering import respond
from app.routers.operations import WITH_KEY, Documented, Endpoint, Operation
from app.routers.requests import asked_of, caller_of, declaration_id_of, instant_of, language_of, office_of
from app.schemas import audit as shown
from app.schemas.queries import DEFAULT_LIMIT
from app.services.office.audit_view import LinkDetail, LinkItem

LINES: Final = "application/jsonl"
_encode: Final = msgspec.json.Encoder(decimal_format="string").encode
_Page = TypeVar("_Page")


async def list_links(request: Request) -> Response:
    """Links, newest first."""
    caller, asked = await caller_of(request), asked_of(request, shown.FILTERS | shown.PAGING)
    cursor = shown.read_cursor(asked["cursor"]) if "cursor" in asked else None
    limit = asked.get("limit", DEFAULT_LIMIT)
    page = await office_of(request).audit_view.page(caller, shown.filter_of(asked), cursor, limit)
    return respond(shown.links_answer(page), language_of(request))


async def read_link(request: Request) -> Response:
    """One link with what it attests."""
    lane, position = place_of(request)
    found = await office_of(request).audit_view.link(await caller_of(request), lane, position)
    return respond(_detail(found), language_of(request))


async def export_links(request: Request) -> Response:
    """All links of a filter as lines of JSON, as they are read."""
    caller, asked = await caller_of(request), asked_of(request, shown.FILTERS)
    pages = office_of(request).audit_view.export(caller, shown.filter_of(asked), instant_of(request))
    return StreamingResponse(json_lines(await begun(pages)), media_type=LINES)


async def read_record(request: Request) -> Response:
    """Everything on record of one declaration."""
    caller, declaration_id = await caller_of(request), declaration_id_of(request)
    found = await office_of(request).audit_view.record(caller, declaration_id, instant_of(request))
    return Response(_encode(found), media_type="application/json")


async def read_heads(request: Request) -> Response:
    """The signed heads of all lanes."""
    line = await office_of(request).audit_view.heads(await caller_of(request))
    return Response(line + "\n", media_type="application/json")


async def list_verifications(request: Request) -> Response:
    """The verification under way and the last results."""
    verifier = office_of(request).verifier
    found = await verifier.last(await caller_of(request))
    return respond(shown.verifications_answer(verifier.walk, found), language_of(request))


async def begin_verification(request: Request) -> Response:
    """Begin to verify the whole record; read the list for the result."""
    caller, verifier, at = await caller_of(request), office_of(request).verifier, instant_of(request)

    async def work() -> Any:
        await verifier.begin(caller, at)
        return shown.verifications_answer(verifier.walk, await verifier.last(caller))

    return await acted_plainly_once(request, caller, work, 202)


def place_of(request: Request) -> tuple[int, int]:
    """The lane and the position in the address."""
    lane, position = request.path_params["lane"], request.path_params["position"]
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in (lane, position)):  # noqa: PLR2004
        raise NotFound("There is no such link.", zh="没有该记录。")
    return int(lane), int(position)


async def begun(pages: AsyncIterator[_Page]) -> AsyncIterator[_Page]:
    """The pages, the first of them read: a refusal is answered as one, before anything is sent."""
    first = await anext(pages)

    async def all_of_them() -> AsyncIterator[_Page]:
        yield first
        async for page in pages:
            yield page

    return all_of_them()


async def json_lines(pages: AsyncIterator[list[LinkItem]]) -> AsyncIterator[bytes]:
    """Each link as a line."""
    async for page in pages:
        yield b"".join(_encode(each) + b"\n" for each in page)


def _detail(found: LinkDetail) -> shown.AuditLinkAnswer:
    return shown.AuditLinkAnswer(
        link=found.item,
        lane_name=found.lane_name,
        chain=found.chain,
        fits_chain=found.fits_chain,
        fits_evidence=found.fits_evidence,
        attested_digest=found.attested_digest,
        found_digest=found.found_digest,
        missing=found.missing,
    )


def _read(
    path: str, endpoint: Endpoint, summary: str, description: str, shape: Any, example: Any, **more: Any
) -> Operation:
    return Operation(
        method=more.pop("method", "GET"), path=path, endpoint=endpoint, name=endpoint.__name__, summary=summary,
        description=description, tag="audit",
        answers={more.pop("status", 200): Documented(meaning=summary, shape=shape, example=example)},
        problems=(*WITH_KEY, 403, 404, 409, 422), permission=Permission.VIEW_AUDIT, **more,
    )  # fmt: skip


OPERATIONS: Final = (
    _read("/v1/audit", list_links, "Links of the audit chain 审计记录",
          "Everything that was done, newest first, narrowed by who, what, declaration, days and lane. A page looks at "
          "1,000 links at most and then says where to go on: an empty page with a cursor is not the end.",
          shown.LinksAnswer, {"links": [shown.LINK_EXAMPLE], "read": 1, "next_cursor": None},
          query=shown.FILTERS | shown.PAGING),
    _read("/v1/audit/links/{lane}/{position}", read_link, "A link of the chain 审计记录详情",
          "One link, the evidence that it attests, and whether both fit.", shown.AuditLinkAnswer, shown.DETAIL_EXAMPLE),
    _read("/v1/audit/export", export_links, "Export links 导出审计记录",
          "All links of a filter as lines of JSON, newest first, sent as they are read. Exporting is audited.",
          None, '{"lane":3,"position":1200,"act":"table.approve"}\n', query=shown.FILTERS),
    _read("/v1/audit/declarations/{declaration_id}", read_record, "The record of a declaration 清单完整记录",
          "Filings, changes of state, decisions, the limit and links of one declaration, without what is personal. "
          "Reading it is audited.", None, '{"declaration_id":"0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9"}'),
    _read("/v1/audit/heads", read_heads, "Signed heads of all lanes 签名链头",
          "What `tongguan audit export-heads` writes: keep it where the owner of the database cannot write.",
          None, '{"heads":{},"public_key":"","signature":""}'),
    _read("/v1/audit/verifications", list_verifications, "Verifications 核验结果",
          "The verification under way with its progress, and the last results with their findings.",
          shown.VerificationsAnswer, shown.VERIFICATIONS_EXAMPLE),
    _read("/v1/audit/verifications", begin_verification, "Verify the whole record 开始核验",
          "Walks every chain and compares it with the evidence, as `tongguan audit verify` does; 409 while one walks.",
          shown.VerificationsAnswer, shown.VERIFICATIONS_EXAMPLE, method="POST", status=202),
)  # fmt: skip
