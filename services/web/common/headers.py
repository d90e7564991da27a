"""The headers of every page: what a browser may load and do there, and who may keep it."""

from urllib.parse import urlsplit

from starlette.requests import Request

from services.web.context import context


def page_headers(request: Request) -> dict[str, str]:
    """Of a page for everyone: nothing is loaded from elsewhere; live updates come from the gateway's address."""
    interface = urlsplit(context(request).settings.gateway_public_url)
    return {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; "
            f"connect-src 'self' {interface.scheme}://{interface.netloc}; style-src 'self'; img-src 'self' data:;"
            " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Vary": "Accept-Language",
    }


def private_headers(request: Request) -> dict[str, str]:
    """Of a page for the one who asks for it, which nobody keeps."""
    return page_headers(request) | {
        # With no-referrer a browser would hide the origin of our own forms.
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
    }
