"""Errors that carry what the caller should do. Those with a status become problem+json answers (RFC 9457)."""

from typing import Any


class SettingsError(Exception):
    """A setting is wrong. The message names the variable and is shown as it is."""


class StartError(Exception):
    """Something keeps Nameplate from starting. The message is one sentence shown as it is."""


class Problem(Exception):
    """An answer other than success, as RFC 9457 problem details.

    `title` says what is wrong, `detail` what to do about it. `fields` maps input fields to what is wrong with each.
    `code` is the stable, documented name of the problem for programs.
    """

    status = 400
    code = "bad-request"
    title = "The request was not understood"

    def __init__(
        self,
        detail: str = "",
        *,
        fields: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.fields = fields or {}
        self.headers = headers or {}
        self.extra = extra


class Invalid(Problem):
    status = 422
    code = "invalid"
    title = "Some fields need another value"


class NotSignedIn(Problem):
    status = 401
    code = "not-signed-in"
    title = "Please log in"


class Forbidden(Problem):
    status = 403
    code = "forbidden"
    title = "This is not allowed"


class NotFound(Problem):
    status = 404
    code = "not-found"
    title = "There is nothing here"


class Conflict(Problem):
    status = 409
    code = "conflict"
    title = "This is already taken"


class Changed(Problem):
    """If-Match did not match: somebody else (often another tab) was quicker."""

    status = 412
    code = "changed-elsewhere"
    title = "This was changed elsewhere in the meantime"


class TooLarge(Problem):
    status = 413
    code = "too-large"
    title = "This is too large"


class TooMany(Problem):
    status = 429
    code = "too-many-requests"
    title = "Too many requests"


class IsolationRefused(Problem):
    """PostgreSQL refused what the code thought legitimate, or no longer guards tenants as the migrations say: our
    fault, said plainly, never an empty page."""

    status = 500
    code = "isolation-refusal"
    title = "This was refused for safety"

    def __init__(self) -> None:
        super().__init__("The database refused this. It was logged; an operator can run `nameplate doctor`.")


class Unavailable(Problem):
    """An engine is away. Always answered with Retry-After."""

    status = 503
    code = "unavailable"
    title = "This part is resting for a moment"

    def __init__(self, detail: str = "", *, retry_after: int = 5, **extra: Any) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)}, **extra)
