"""Takes the pictures of this folder from a running `make run`.

CHROMIUM_PATH=/usr/bin/chromium .venv/bin/python docs/screenshots/take.py http://localhost:8080 LOGIN PASSWORD
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

WIDTHS = {"phone": (390, 844), "desktop": (1440, 900)}
SCREENS = {
    "dashboard": "/dashboard",
    "analytics": "/dashboard/analytics",
    "links": "/dashboard/links",
    "profile": "/dashboard/profile",
    "account": "/dashboard/account",
}


def settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(900)  # charts draw themselves in


def take(browser: Browser, address: str, login: str, password: str, into: Path) -> None:
    for device, (width, height) in WIDTHS.items():
        for look in ("light", "dark"):
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if look == "dark" else "light",
                reduced_motion="reduce",
                device_scale_factor=2 if device == "phone" else 1,
                base_url=address,
            )
            page = context.new_page()
            answer = context.request.post(
                "/api/v1/sessions",
                data={"login": login, "password": password},
                headers={"Sec-Fetch-Site": "same-origin"},
            )
            if not answer.ok:
                raise SystemExit(f"log-in failed: {answer.text()}")
            handle = context.request.get("/api/v1/profile").json()["handle"]
            for name, path in {"page": f"/{handle}", "landing": "/", **SCREENS}.items():
                page.goto(path)
                settle(page)
                page.screenshot(path=into / f"{name}-{device}-{look}.png")
            context.close()


def main() -> None:
    address, login, password, *rest = sys.argv[1:]
    into = Path(rest[0]) if rest else Path(__file__).parent
    into.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_PATH"),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        take(browser, address, login, password, into)
        browser.close()


if __name__ == "__main__":
    main()
