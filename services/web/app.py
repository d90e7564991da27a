"""The wiring of the pages, on one screen."""

from starlette.applications import Starlette
from starlette.middleware import Middleware

from services.web.calendar import entering as calendar_entering
from services.web.calendar import office as calendar_office
from services.web.calendar import routes as calendar_routes
from services.web.client import Gateway
from services.web.common import problems
from services.web.common.render import Site, use_site
from services.web.context import Context
from services.web.goals import routes as goals_routes
from services.web.meetings import office as meetings_office
from services.web.members import office as members_office
from services.web.members import routes as members_routes
from services.web.partners import office as partners_office
from services.web.referrals import concerns as referrals_concerns
from services.web.referrals import office as referrals_office
from services.web.referrals import own as referrals_own
from services.web.referrals import routes as referrals_routes
from services.web.sessions import routes as sessions_routes
from services.web.settings import Settings
from services.web.site import finding, interface, legal, static
from shared.measuring import Measuring
from shared.observability import configure_logging
from shared.service import probes, serve

NAME = "web"
ROUTES = (
    *calendar_routes.ROUTES,
    *members_routes.ROUTES,
    *goals_routes.ROUTES,
    *referrals_routes.ROUTES,
    *referrals_concerns.ROUTES,
    *sessions_routes.ROUTES,
    *calendar_office.ROUTES,
    *calendar_entering.ROUTES,
    *partners_office.ROUTES,
    *members_office.ROUTES,
    *meetings_office.ROUTES,
    *referrals_office.ROUTES,
    *referrals_own.ROUTES,
    *static.ROUTES,
    *finding.ROUTES,
    *legal.ROUTES,
    *interface.ROUTES,
)


def create_app(parts: Context) -> Starlette:
    """The pages over the gateway in ``parts``."""
    app = Starlette(routes=ROUTES, middleware=[Middleware(Measuring)])
    app.state.context = parts
    problems.install(app)
    use_site(Site(parts.settings.public_url.rstrip("/"), parts.settings.gateway_public_url.rstrip("/")))
    return app


async def main() -> None:
    """Serve the pages until told to stop."""
    settings = Settings()
    configure_logging(NAME, settings.log_level)
    gateway = Gateway(settings.gateway_url)
    try:
        await serve(
            (create_app(Context(settings, gateway)), settings.host, settings.port),
            (probes(), settings.internal_host, settings.internal_port),
        )
    finally:
        await gateway.close()
