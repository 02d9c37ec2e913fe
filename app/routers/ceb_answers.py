"""From what became of each business node to the receipt message that answers the whole.

One bad node spoils no other: it is answered with the negative code of the specification for its kind of document.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from app.ceb.message import CebMessage, CebNode
from app.ceb.receipt_writing import write_receipts
from app.ceb.receipts import ReceiptData, receipt_for, receipt_guid
from app.ceb.texts import cut
from app.domain.return_codes import Refusal, return_code
from app.errors import Forbidden, Problem, Unavailable
from app.services.filings import Caller, Door, Submission, SubmissionAnswer

log = logging.getLogger(__name__)

Result = SubmissionAnswer | Exception


def submissions_of(message: CebMessage, caller: Caller, at: datetime) -> list[Submission]:
    """One submission for each node that can be filed, in their order."""
    return [
        Submission(
            caller=caller,
            door=Door.CEB,
            documents=(node.document,),
            content=node.content,
            at=at,
            signed_message=message.raw if message.signature else None,
        )
        for node in message.nodes
        if node.refused is None
    ]


def refuse_as_a_whole(message: CebMessage, results: Sequence[Result]) -> None:
    """Raise when nothing of the message could be filed for one reason: no authority (403), or no capacity (503).

    Otherwise something was stored, and the answer must say so for each node.
    """
    if not results:
        return
    if all(isinstance(result, Forbidden) for result in results):
        raise _forbidden(message, results)
    if all(isinstance(result, Unavailable) for result in results):
        raise next(result for result in results if isinstance(result, Unavailable))


def receipt_message(message: CebMessage, results: Sequence[Result], caller: Caller, at: datetime) -> bytes:
    """The receipt message: one receipt for each node, in order."""
    remaining = iter(results)
    receipts = [
        _refused(node, at) if node.refused is not None else _receipt(node, next(remaining), caller, at)
        for node in message.nodes
    ]
    return write_receipts(receipt_guid(message.guid, *(receipt.guid for receipt in receipts)), receipts)


def _receipt(node: CebNode, result: Result, caller: Caller, at: datetime) -> ReceiptData:
    match result:
        case SubmissionAnswer():
            answer = result.documents[0]
            seen = result.declaration
            return receipt_for(
                node.document,
                return_status=answer.return_status,
                return_info=cut(answer.text_zh),
                at=answer.at,
                pre_no=seen.pre_no if seen else None,
                declaration_no=seen.declaration_no if seen else None,
            )
        case Forbidden():
            return _negative(node, Refusal.FORBIDDEN, caller.party_code, at)
        case _:
            # The type only: messages of exceptions may hold personal data.
            log.error("a business node could not be filed", extra={"error": type(result).__name__})
            return _negative(node, Refusal.SYSTEM, "", at)


def _refused(node: CebNode, at: datetime) -> ReceiptData:
    if node.refused is None:
        raise AssertionError("only for refused nodes")
    return receipt_for(
        node.document, return_status=node.refused.return_status, return_info=cut(node.refused.text_zh), at=at
    )


def _negative(node: CebNode, refusal: Refusal, about: str, at: datetime) -> ReceiptData:
    code = return_code(type(node.document), refusal)
    return receipt_for(node.document, return_status=code.code, return_info=code.zh(about), at=at)


def _forbidden(message: CebMessage, results: Sequence[Result]) -> Forbidden:
    kind = message.kind.type
    numbers = [number for number, node in enumerate(message.nodes, 1) if node.refused is None]
    problems = [
        Problem(pointer=f"/{kind.root}/{kind.node}[{number}]", code=problem.code, zh=problem.zh, en=problem.en)
        for number, result in zip(numbers, results, strict=True)
        if isinstance(result, Forbidden)
        for problem in result.problems or (_NO_AUTHORITY,)
    ]
    first = next(result for result in results if isinstance(result, Forbidden))
    return Forbidden(str(first), problems=tuple(problems))


_NO_AUTHORITY = Problem(
    pointer="",
    code="no_mandate",
    zh="该单证不属于您，也没有委托授权",
    en="this document is not yours, and you hold no mandate for it",
)
