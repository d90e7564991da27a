"""Parts of paths that are more than any text between slashes."""

from starlette.convertors import Convertor, register_url_convertor


class TokenConvertor(Convertor[str]):
    """The token of a link. It is long, so that other words may stand in its place in a path."""

    regex = "[A-Za-z0-9_-]{20,200}"

    def convert(self, value: str) -> str:
        """As it stands in the path."""
        return value

    def to_string(self, value: str) -> str:
        """As it stands in the path."""
        return value


register_url_convertor("token", TokenConvertor())


def routed(path: str) -> str:
    """``path`` as routes know it, where its ``{token}`` is that of a link."""
    return path.replace("{token}", "{token:token}")
