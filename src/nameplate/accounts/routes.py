"""Everything under /api/v1 that is about who somebody is."""

from nameplate.accounts import account_routes, mail_routes, session_routes, share_routes, token_routes
from nameplate.accounts.oauth import routes as oauth_routes

routes = [
    *account_routes.routes,
    *session_routes.routes,
    *mail_routes.routes,
    *oauth_routes.routes,
    *token_routes.routes,
    *share_routes.routes,
]
