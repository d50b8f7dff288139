"""From the `Authorization` header to a caller, or 401."""

import jwt
import msgspec
from flask import request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from shared.settings import Settings
from shared.web.caller import Caller, caller_of
from shared.web.keys import Keys, keys_at

ALGORITHMS = ("RS256", "ES256")


class Authenticator:
    """Checks tokens: signature, issuer, audience, expiry, and the form of their claims."""

    def __init__(self, settings: Settings, keys: Keys | None = None) -> None:
        self.issuer = settings.jwt_issuer
        self.audience = settings.jwt_audience
        self.keys = keys or keys_at(settings.jwks)

    def caller(self) -> Caller:
        """Who makes the request under way. Raises Unauthorized, KeysUnavailableError."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise refused("send a token: Authorization: Bearer <JWT>", {"realm": "cpd"})
        try:
            return caller_of(self._claims(token.strip()))
        except (jwt.PyJWTError, msgspec.ValidationError, RecursionError) as error:
            raise refused(_reason(error), {"realm": "cpd", "error": "invalid_token"}) from error

    def _claims(self, token: str) -> dict[str, object]:
        return jwt.decode(
            token,
            self.keys.key_of(token),
            algorithms=ALGORITHMS,
            issuer=self.issuer,
            audience=self.audience,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )


def refused(detail: str, challenge: dict[str, str | None]) -> Unauthorized:
    return Unauthorized(detail, www_authenticate=WWWAuthenticate("bearer", challenge))


def _reason(error: Exception) -> str:
    if isinstance(error, jwt.ExpiredSignatureError):
        return "the token has expired"
    if isinstance(error, msgspec.ValidationError):
        return f"the token's claims are not as agreed: {error}"
    return "the token is not valid here"
