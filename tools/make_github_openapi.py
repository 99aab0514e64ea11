"""Writes tests/github/openapi.json: what the npm package @octokit/openapi (MIT) says of the few calls we make.

    npm install --no-save @octokit/openapi@23
    python tools/make_github_openapi.py node_modules/@octokit/openapi/generated/api.github.com.json

The package is 400 MB, so the tests carry the part they compare with.
"""

import json
import sys
from pathlib import Path
from typing import Any

PATHS = [
    "/repos/{owner}/{repo}",
    "/repos/{owner}/{repo}/releases/latest",
    "/users/{username}",
    "/users/{username}/repos",
    "/users/{username}/social_accounts",
]


def main() -> None:
    whole = json.loads(Path(sys.argv[1]).read_text())
    kept: dict[str, Any] = {"openapi": whole["openapi"], "info": whole["info"], "paths": {}, "components": {}}
    waiting: list[Any] = []
    for path in PATHS:
        kept["paths"][path] = {"get": whole["paths"][path]["get"]}
        waiting.append(kept["paths"][path])
    while waiting:
        match waiting.pop():
            case dict() as found:
                reference = found.get("$ref", "")
                if reference.startswith("#/components/"):
                    _, _, kind, name = reference.split("/")
                    shelf = kept["components"].setdefault(kind, {})
                    if name not in shelf:
                        shelf[name] = whole["components"][kind][name]
                        waiting.append(shelf[name])
                waiting.extend(found.values())
            case list() as several:
                waiting.extend(several)
    target = Path(__file__).parents[1] / "tests" / "github" / "openapi.json"
    target.write_text(json.dumps(kept, separators=(",", ":"), sort_keys=True) + "\n")


main()
