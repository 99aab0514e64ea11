"""Passkeys with a virtual authenticator, an authenticator app and recovery codes, in a real browser."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import psycopg
import pyotp
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import PASSWORD, Person

WAYS = "**/api/v1/sessions/second-factor"


async def authenticator(page: Page) -> None:
    """A passkey store whose owner always agrees, as a phone or laptop has one built in."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


async def test_ann_adds_a_passkey_and_an_app_and_logs_in_with_each(person: Callable[..., Any]) -> None:
    ann: Person = await person()
    # Passkeys belong to a host name.
    ann.url = ann.url.replace("127.0.0.1", "localhost")
    body = {"email": "ann@example.org", "password": PASSWORD, "handle": "ann-lee"}
    await ann.api("POST", "/accounts", body)
    page = await ann.tab("/dashboard/account")
    await authenticator(page)
    await page.get_by_role("button", name="Add a passkey").click()
    codes = page.get_by_role("dialog", name="Your recovery codes")
    await expect(codes.get_by_role("listitem")).to_have_count(10)
    recovery = await codes.get_by_role("listitem").first.inner_text()
    await codes.get_by_role("button", name="I have kept them").click()
    await expect(page.get_by_text("Passkey of Chrome")).to_be_visible()
    await expect(page.get_by_text("On: a password alone")).to_be_visible()

    await page.get_by_role("button", name="Set up").click()
    offer = page.get_by_role("dialog", name="Add an authenticator app")
    key = await offer.get_by_role("button", name=re.compile("^[A-Z2-7 ]{32,}$")).inner_text()
    device = pyotp.TOTP(key.replace(" ", ""))
    await offer.get_by_label("The code it shows now").fill("000000")
    await offer.get_by_role("button", name="Switch on").click()
    await expect(offer.get_by_text("This code does not fit.")).to_be_visible()
    await offer.get_by_label("The code it shows now").fill(device.now())
    await offer.get_by_role("button", name="Switch on").click()
    await expect(page.get_by_role("button", name="Remove the authenticator app")).to_be_visible()

    await ann.api("DELETE", "/sessions/current")
    await page.goto(f"{ann.url}/login")
    await page.get_by_role("button", name="Use a passkey").click()
    await page.wait_for_url("**/dashboard")
    # Without her session the frame on it would show a refusal, which Chromium blocks and says so.
    await expect(page.locator("iframe.ready")).to_be_visible()

    await ann.api("DELETE", "/sessions/current")
    await page.goto(f"{ann.url}/login")
    await page.get_by_label("E-mail or handle").fill("ann-lee")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    # On a slow line she chooses before it is known which ways there are; that stands.
    chosen = asyncio.Event()

    async def late(route: Route) -> None:
        await chosen.wait()
        await route.continue_()

    await page.route(WAYS, late)
    await page.get_by_role("button", name="Log in", exact=True).click()
    await expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    async with page.expect_response(WAYS) as ways:
        await page.get_by_role("button", name="Use a recovery code").click()
        chosen.set()
    await (await ways.value).finished()
    await page.unroute(WAYS)
    await page.get_by_label("Recovery code").fill(recovery)
    await page.get_by_role("button", name="Log in", exact=True).click()
    await page.wait_for_url("**/dashboard")

    await page.goto(f"{ann.url}/dashboard/account/security")
    await expect(page.get_by_text("Logged in with a passkey.")).to_be_visible()
    await expect(page.get_by_text("Logged in with the password and a recovery code.")).to_be_visible()
    await page.get_by_label("Show").select_option("factors")
    await expect(page.get_by_text("Logged in with a passkey.")).to_have_count(0)
    await expect(page.get_by_text("A recovery code was used; 9 are left.")).to_be_visible()
    await page.get_by_label("Show").select_option("limits")
    await expect(page.get_by_text("Nothing like that happened")).to_be_visible()
    # Refused codes, the log-in page without a session and a request for a passkey that is left are noted as well.
    assert [line for line in ann.complaints if "Content Security Policy" in line] == []


async def test_a_dangerous_act_asks_who_it_is_and_is_then_done(ann: Person, admin_url: str) -> None:
    page = await ann.tab("/dashboard/account")
    await page.get_by_role("button", name="Set up").wait_for()
    with psycopg.connect(admin_url, autocommit=True) as db:
        db.execute("UPDATE sessions SET proven_at = now() - interval '11 minutes'")
    await page.get_by_role("button", name="Set up").click()
    dialog = page.get_by_role("dialog", name="Is it you?")
    await dialog.get_by_label("Your password", exact=True).fill("not hers at all")
    await dialog.get_by_role("button", name="Continue").click()
    await expect(dialog.get_by_text("This is not your password.")).to_be_visible()
    await dialog.get_by_label("Your password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("dialog", name="Add an authenticator app")).to_be_visible()
