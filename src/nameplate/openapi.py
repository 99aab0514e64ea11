"""The API's description, made from the routes: what is served at /api/v1/openapi.json and compiled into the client.

`python -m nameplate.openapi` prints it.
"""

import sys

import msgspec
from litestar import Litestar
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPI,
    OpenAPIMediaType,
    OpenAPIResponse,
    Operation,
    Reference,
    RequestBody,
    Schema,
    SecurityScheme,
)
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.serialization import get_serializer

from nameplate import __version__

_PROBLEM = Schema(
    type=OpenAPIType.OBJECT,
    title="Problem",
    description="What went wrong and what to do about it (RFC 9457).",
    required=["title", "status", "code"],
    properties={
        "title": Schema(type=OpenAPIType.STRING),
        "status": Schema(type=OpenAPIType.INTEGER),
        "code": Schema(
            type=OpenAPIType.STRING, description="A stable name for programs, such as `not-found`."
        ),
        "detail": Schema(type=OpenAPIType.STRING),
        "fields": Schema(type=OpenAPIType.OBJECT, additional_properties=Schema(type=OpenAPIType.STRING)),
        "request_id": Schema(type=OpenAPIType.STRING),
        "methods": Schema(
            type=OpenAPIType.ARRAY,
            items=Schema(type=OpenAPIType.STRING),
            description="With `prove-it-again`: in which ways.",
        ),
    },
)

CONFIG = OpenAPIConfig(
    title="Nameplate",
    version=__version__,
    description="Your links, your projects, your numbers. Log in on the dashboard, or send an API token.",
    path="/api/v1",
    render_plugins=[JsonRenderPlugin(path="/openapi.json")],
    use_handler_docstrings=True,
    components=Components(
        schemas={"Problem": _PROBLEM},
        security_schemes={
            "token": SecurityScheme(type="http", scheme="bearer", description="An API token: npt_..."),
            "share": SecurityScheme(
                type="http",
                scheme="bearer",
                description="A link to the statistics: what stands after its #, nps_...",
            ),
            "session": SecurityScheme(
                type="apiKey",
                name="nameplate_session",
                security_scheme_in="cookie",
                description="The dashboard.",
            ),
        },
    ),
    security=[{"token": []}, {"session": []}],
)


# Bodies that are read as they come, so that the framework does not know of them.
FORMS = {
    "uploadAsset": RequestBody(
        required=True,
        description="The fields in this order: what the picture is for has to be known before it comes.",
        content={
            "multipart/form-data": OpenAPIMediaType(
                Schema(
                    type=OpenAPIType.OBJECT,
                    required=["purpose", "file"],
                    properties={
                        "purpose": Schema(
                            type=OpenAPIType.STRING, enum=["avatar", "background", "thumbnail", "favicon"]
                        ),
                        "file": Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY),
                    },
                )
            )
        },
    )
}


def complete(app: Litestar) -> None:
    """Say what the framework leaves out: the errors of every operation are problems, and some need nobody logged in."""
    schema = app.openapi_schema
    if schema.components is not None:
        schema.components.schemas = {**(schema.components.schemas or {}), "Problem": _PROBLEM}
    handlers = [handler for route in app.routes for handler in getattr(route, "route_handlers", ())]
    public = {handler.operation_id for handler in handlers if getattr(handler, "security", None) == []}
    for item in (schema.paths or {}).values():
        for method in ("get", "put", "post", "delete", "patch"):
            operation: Operation | None = getattr(item, method)
            if operation is not None and operation.operation_id in public:
                operation.security = []
            if operation is not None and operation.operation_id in FORMS:
                operation.request_body = FORMS[operation.operation_id]
            if operation is not None and operation.responses is not None:
                good = {code: spec for code, spec in operation.responses.items() if code < "400"}
                if isinstance(empty := good.get("204"), OpenAPIResponse):
                    empty.content = None
                good["default"] = OpenAPIResponse(
                    description="A problem, with what to do about it",
                    content={
                        "application/problem+json": OpenAPIMediaType(
                            Reference(ref="#/components/schemas/Problem")
                        )
                    },
                )
                operation.responses = good


def dump(schema: OpenAPI) -> str:
    """The document as indented JSON, in a stable order so that it can be committed and compared."""
    document = msgspec.to_builtins(schema.to_schema(), enc_hook=get_serializer({}))
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def main() -> None:
    from nameplate.app import build_api  # noqa: PLC0415  the app imports this module

    sys.stdout.write(dump(build_api().openapi_schema))


if __name__ == "__main__":
    main()
