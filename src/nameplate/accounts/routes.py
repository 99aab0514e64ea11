"""Everything under /api/v1 that is about who somebody is."""

from nameplate.accounts import (
    account_routes,
    factor_routes,
    mail_routes,
    opening_routes,
    passkey_routes,
    proof_routes,
    session_routes,
    share_routes,
    token_routes,
)
from nameplate.accounts.oauth import routes as oauth_routes

routes = [
    *account_routes.routes,
    *opening_routes.routes,
    *session_routes.routes,
    *proof_routes.routes,
    *factor_routes.routes,
    *passkey_routes.routes,
    *mail_routes.routes,
    *oauth_routes.routes,
    *token_routes.routes,
    *share_routes.routes,
]
