"""The page that a sign-in link opens, and everybody who is not signed in."""

from services.web.common.frame import HOME
from services.web.common.problems import OWN_SIGN_IN, SIGN_IN
from services.web.common.render import render
from shared.language import Language


def render_sign_in(token: str, language: Language, error: str = "", back: str = "", *, is_own: bool = False) -> str:
    """The form to sign in; ``token``: of a link, ``back``: the page to which it leads then, ``is_own``: it is that
    of associations."""
    return render(
        "sessions/sign_in.html",
        language,
        token=token,
        error=error,
        back=back,
        office=HOME,
        is_own=is_own,
        address=OWN_SIGN_IN if is_own else SIGN_IN,
        own_sign_in=OWN_SIGN_IN,
    )


def sign_in_failed(language: Language, *, by_link: bool, is_own: bool = False) -> str:
    """Why somebody is not signed in."""
    if by_link:
        return language.gettext("This link was used already or has expired. Please ask for a new one.")
    if is_own:
        return language.gettext("This is not a key of an association.")
    return language.gettext("This is not a key of the office.")
