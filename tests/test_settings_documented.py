"""A setting that nobody can find does not exist."""

from dataclasses import fields
from pathlib import Path

import pytest

from nameplate.errors import SettingsError
from nameplate.settings import PREFIX, Settings

DOCUMENT = Path(__file__).parents[1] / "docs" / "configuration.md"


@pytest.mark.parametrize("name", [f.name for f in fields(Settings)])
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    text = DOCUMENT.read_text("utf-8")
    assert f"`{PREFIX}{name.upper()}`" in text


def test_the_document_names_no_setting_that_does_not_exist() -> None:
    import re

    known = {PREFIX + f.name.upper() for f in fields(Settings)}
    named = {
        name.removesuffix("_FILE")
        for name in re.findall(r"`(NAMEPLATE_[A-Z0-9_]+)`", DOCUMENT.read_text("utf-8"))
    }
    assert named - known - {"NAMEPLATE"} == set()


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("NAMEPLATE_PORT", "eighty", "whole number"),
        ("NAMEPLATE_PORT", "70000", "1 to 65535"),
        ("NAMEPLATE_DATABASE_URL", "mysql://x/y", "postgresql://"),
        ("NAMEPLATE_VALKEY_URL", "localhost:6379", "valkey://"),
        ("NAMEPLATE_SECRET_KEY", "short", "32 characters"),
        ("NAMEPLATE_TRUSTED_PROXIES", "10.0.0.0/99", "networks"),
        ("NAMEPLATE_PORTT", "80", "not a setting"),
        ("NAMEPLATE_SIGN_UP", "maybe", "true or false"),
        ("NAMEPLATE_RETENTION_MONTHS", "1", "2 to 1200"),
        ("NAMEPLATE_RETENTION_MONTHS", "-3", "2 to 1200"),
        ("NAMEPLATE_SESSION_DAYS", "0", "1 to 400"),
        ("NAMEPLATE_AUDIT_DAYS", "7", "31 to 36500"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_wants(variable: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError) as error:
        Settings.load({variable: value})
    assert variable in str(error.value)
    assert says in str(error.value)


def test_a_wrong_address_is_not_repeated_because_it_may_hold_a_password() -> None:
    with pytest.raises(SettingsError) as error:
        Settings.load({"NAMEPLATE_DATABASE_URL": "http://me:hunter2hunter2@host/db"})
    assert "hunter2" not in str(error.value)


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("k" * 40 + "\n")
    assert Settings.load({"NAMEPLATE_SECRET_KEY_FILE": str(file)}).secret_key == "k" * 40
    with pytest.raises(SettingsError, match="not both"):
        Settings.load({"NAMEPLATE_SECRET_KEY_FILE": str(file), "NAMEPLATE_SECRET_KEY": "x" * 40})
