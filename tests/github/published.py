"""GitHub's published description of its REST API, as far as we use it: its examples, and what its answers look like.

openapi.json is cut from the npm package @octokit/openapi, see tools/make_github_openapi.py.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

OPENAPI = json.loads(Path(__file__).with_name("openapi.json").read_text("utf-8"))


def example(name: str) -> dict[str, Any]:
    """GitHub's own example of an answer, free to be changed."""
    return json.loads(json.dumps(OPENAPI["components"]["examples"][name]["value"]))  # type: ignore[no-any-return]


def wrong(path: str, status: int, body: Any) -> list[str]:
    """What an answer to GET `path` (as the description writes it) has that GitHub would not send."""
    return [
        f"{path} {status}: {error.message} at {list(error.instance_path)}"
        for error in _validator(path, str(status)).iter_errors(body)
    ]


@cache
def _validator(path: str, status: str) -> Any:
    answer = OPENAPI["paths"][path]["get"]["responses"][status]
    if "$ref" in answer:
        answer = OPENAPI["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    schema = answer["content"]["application/json"]["schema"]
    components = {"schemas": OPENAPI["components"]["schemas"]}
    # Without formats: a homepage is described as a URI, and is whatever its owner typed.
    return jsonschema_rs.Draft4Validator(_plain({**schema, "components": components}), validate_formats=False)


def _plain(schema: Any) -> Any:
    """As JSON Schema says what OpenAPI 3.0 calls nullable."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _plain(value) for key, value in schema.items() if key != "nullable"}
    return {"anyOf": [{"type": "null"}, plain]} if schema.get("nullable") is True else plain
