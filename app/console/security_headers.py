"""The headers of every page: nothing from elsewhere, no script or style in the page, nothing kept by caches.

A page that shows personal data must not outlive its reader's session, so pages are never stored; only the style sheet,
the script and their like are, under names that change with their content.
"""

from typing import Final

from starlette.responses import Response

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_ALWAYS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def secured(response: Response) -> Response:
    """The response with the headers of a page; a cache rule of its own stays."""
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("cache-control", "no-store")
    return response
