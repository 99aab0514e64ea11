"""The dashboard's client is made from web/openapi.json; `npm run check` compares the two, this the server with it."""

from pathlib import Path

import pytest

from nameplate import openapi


def test_the_committed_description_is_what_the_server_says(capsys: pytest.CaptureFixture[str]) -> None:
    openapi.main()
    committed = (Path(__file__).parents[1] / "web" / "openapi.json").read_text("utf-8")
    stale = "Run `python -m nameplate.openapi > web/openapi.json` and `npm run api` in web/."
    assert capsys.readouterr().out == committed, stale
