"""Refusals that only a door can meet: body too large, wrong media type, a key of idempotency used twice.

They are errors like all others; which status they get is said in `problems.py`.
"""

from app.errors import Conflict, Malformed, Problem, TongguanError
from app.schemas.answer_shapes import FiledDocument


class BodyTooLarge(Malformed):
    """The body is larger than the door takes; the rest of it is not read."""

    code = "body_too_large"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"The body is larger than {limit_bytes} bytes; send less at once.")


class BodyTooSlow(Malformed):
    """Nothing more of a body came for so long that it is not waited for any longer."""

    code = "request_too_slow"

    def __init__(self) -> None:
        super().__init__(
            "The request stopped arriving; send it again, without pauses.", zh="请求体中断过久，请重新发送。"
        )


class UnsupportedMediaType(Malformed):
    """The body is not said to be what this endpoint reads."""

    code = "unsupported_media_type"


class MethodNotAllowed(Malformed):
    """The address exists, the method does not."""

    code = "method_not_allowed"

    def __init__(self, allowed: str) -> None:
        super().__init__(f"This address takes {allowed}.")
        self.allowed = allowed


class InvalidParameters(Malformed):
    """Query or header parameters that cannot be used; `problems` point at them by name (``/limit``)."""

    code = "invalid_parameter"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("Parameters of the request cannot be used; `errors` lists all of them.", problems=problems)


class DocumentsRejected(Conflict):
    """A filed document is older than the stored one, or comes in a state that does not take it."""

    code = "document_rejected"

    def __init__(self, problems: tuple[Problem, ...], documents: tuple[FiledDocument, ...]) -> None:
        super().__init__(
            "A document was not stored; `errors` gives its official code, `documents` what became of each.",
            problems=problems,
        )
        self.documents = documents


class KeyReused(Conflict):
    """The idempotency key belongs to another request."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another request; use a new key for a new request.")


class StillInFlight(Conflict):
    """The same request is still being answered."""

    code = "idempotency_in_flight"
    retry_after_seconds = 1

    def __init__(self) -> None:
        super().__init__("The same request is still being answered; send it again in a moment.")


class Unexpected(TongguanError):
    """Something broke; what it was stands in the log, not in the answer."""

    code = "internal_error"

    def __init__(self) -> None:
        super().__init__("Something went wrong on our side; nothing is known to be stored. Send the same again later.")
