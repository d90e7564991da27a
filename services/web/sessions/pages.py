"""The page that a sign-in link opens, and everybody who is not signed in."""

from services.web.common.frame import HOME
from services.web.common.render import render
from shared.language import Language


def render_sign_in(token: str, language: Language, error: str = "", back: str = "") -> str:
    """The form to sign in; ``token``: of a link, ``back``: the page to which it leads then."""
    return render("sessions/sign_in.html", language, token=token, error=error, back=back, office=HOME)


def sign_in_failed(language: Language, *, by_link: bool) -> str:
    """Why somebody is not signed in."""
    if by_link:
        return language.gettext("This link was used already or has expired. Please ask for a new one.")
    return language.gettext("This is not a key of the office.")
