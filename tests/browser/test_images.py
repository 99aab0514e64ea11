"""Images in a real browser: cropped and made smaller there, sent with progress, stored by the real server."""

import asyncio
import base64
import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import SECONDS, Person
from tests.browser.pictures import BLUE, GREEN, RED, phone_photo, small_photo
from tests.browser.test_accessibility import AXE, RULES

pytestmark = pytest.mark.browser


def file(name: str, content: bytes, kind: str = "image/jpeg") -> Any:
    return {"name": name, "mimeType": kind, "buffer": content}


async def uploads(ann: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await ann.api("GET", "/assets"))["uploads"]
    return found


def is_mostly(colour: str, wanted: list[int]) -> bool:
    """Whether `#rrggbb` is `wanted`, but for what compression and a resampled edge do to it."""
    found = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return all(abs(one - other) < 30 for one, other in zip(found, wanted, strict=True))


async def hand_over(page: Page, event: str, files: list[Any]) -> None:
    """Drops or pastes `files` on the element that has the focus, as the system would."""
    given = [[one["name"], one["mimeType"], base64.b64encode(one["buffer"]).decode()] for one in files]
    await page.evaluate(
        """([event, files]) => {
            const carried = new DataTransfer();
            for (const [name, type, text] of files) {
                const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
                carried.items.add(new File([bytes], name, { type }));
            }
            const init = { bubbles: true, cancelable: true };
            document.activeElement.dispatchEvent(event === 'paste'
                ? new ClipboardEvent('paste', { ...init, clipboardData: carried })
                : new DragEvent(event, { ...init, dataTransfer: carried }));
        }""",
        [event, given],
    )


async def crop(page: Page, arrow: str) -> None:
    """With the keyboard alone: nearer, then to one end, and done."""
    dialog = page.get_by_role("dialog", name="Crop your avatar")
    part = dialog.get_by_role("slider", name="Position of the image")
    await expect(part).to_be_focused()
    before = await part.get_attribute("aria-valuetext")
    for key in ["+"] * 5 + [f"Shift+{arrow}"] * 14:
        await page.keyboard.press(key)
    await expect(part).not_to_have_attribute("aria-valuetext", before or "")
    await expect(part).to_have_attribute("aria-valuetext", re.compile(r"zoom 150 %"))
    await page.get_by_role("button", name="Use this part").press("Enter")
    await expect(dialog).to_be_hidden()


async def test_a_photo_of_a_phone_is_cropped_by_keyboard_and_a_fraction_of_it_is_sent(ann: Person) -> None:
    photo = phone_photo()
    assert 5_000_000 < len(photo) < 7_000_000
    page = await ann.tab("/dashboard/profile")
    field = page.get_by_role("group", name="Avatar")
    chooser = field.locator("input[type=file]").first

    # Moved down, the upper half is in the circle: red, if the camera's turn was followed.
    await chooser.set_input_files(file("IMG_4032.jpg", photo))
    await page.evaluate(AXE.read_text("utf-8"))
    assert (await page.evaluate(RULES))["bad"] == []
    await crop(page, "ArrowDown")
    await expect(field.get_by_role("button", name="Remove your avatar")).to_be_visible(timeout=40 * SECONDS)
    [red] = await uploads(ann)
    assert red["state"] in ("stored", "queued")
    assert is_mostly(red["colour"], RED), red["colour"]
    assert red["bytes_received"] <= 0.3 * len(photo)
    assert red["width"] == red["height"] == 384
    profile = await ann.api("GET", "/profile")
    assert profile["avatar"]["id"] == red["id"]

    # The same photo, the other part: something else is stored and used.
    await chooser.set_input_files(file("IMG_4032.jpg", photo))
    await crop(page, "ArrowUp")
    await expect(field.get_by_role("status")).to_have_count(0)
    for _ in range(200):
        if (await ann.api("GET", "/profile"))["avatar"]["id"] != red["id"]:
            break
        await page.wait_for_timeout(50)
    blue = (await ann.api("GET", "/profile"))["avatar"]
    assert is_mostly(blue["colour"], BLUE), blue["colour"]

    # Removed, and back by undo.
    await field.get_by_role("button", name="Remove your avatar").click()
    await expect(field.get_by_role("button", name="Choose image for your avatar")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(field.get_by_role("button", name="Remove your avatar")).to_be_visible()
    assert (await ann.api("GET", "/profile"))["avatar"]["id"] == blue["id"]
    assert ann.complaints == []


async def test_a_large_background_waits_for_a_connection_shows_how_far_it_is_and_can_be_cancelled(
    ann: Person,
) -> None:
    photo = phone_photo()
    page = await ann.tab("/dashboard/images")
    chooser = page.locator("input[type=file][multiple]")
    await expect(page.get_by_text("No images yet")).to_be_visible()
    # Without a connection it waits, and goes on by itself when there is one again.
    await ann.context.set_offline(True)
    await chooser.set_input_files(file("IMG_1.jpg", photo))
    await expect(page.get_by_role("alert")).to_contain_text("no connection", timeout=40 * SECONDS)
    await ann.context.set_offline(False)
    stored = page.get_by_role("listitem", name="IMG_1.jpg")
    await expect(stored).to_contain_text("stored in", timeout=40 * SECONDS)
    [upload] = await uploads(ann)
    assert upload["bytes_received"] <= 0.3 * len(photo)
    assert upload["height"] > upload["width"], "it lies on its side"

    line = await ann.context.new_cdp_session(page)
    await line.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 20_000}
    await line.send("Network.emulateNetworkConditions", slow)
    await chooser.set_input_files(file("IMG_2.jpg", phone_photo(1600, 1200)))
    row = page.get_by_role("group", name="IMG_2.jpg")
    bar = row.get_by_role("progressbar", name="Progress of IMG_2.jpg")
    # More than nothing has left, and not all of it.
    handle = await bar.element_handle()
    await page.wait_for_function("bar => bar.value > 0.01 && bar.value < 0.99", arg=handle)
    await expect(row).to_contain_text(re.compile(r"Sending, \d+ %"))
    await expect(row).to_contain_text(re.compile(r"\d+ kB → \d+ kB, \d+ % less"))
    await row.get_by_role("button", name="Cancel IMG_2.jpg").click()
    await expect(row).to_have_count(0)
    assert [upload["file_name"] for upload in await uploads(ann)] == ["IMG_1.jpg"]


async def test_images_are_dropped_and_pasted_refused_with_a_reason_deleted_and_brought_back(
    ann: Person,
) -> None:
    page = await ann.tab("/dashboard/images")
    zone = page.get_by_role("group", name="Add images")
    await zone.get_by_label("What they are for").focus()
    dropped = [file("green.jpg", small_photo(GREEN)), file("blue.jpg", small_photo(BLUE))]
    await hand_over(page, "drop", [*dropped, file("notes.txt", b"hello", "text/plain")])
    await expect(zone).to_contain_text("“notes.txt” is not an image.")
    images = page.get_by_role("list", name="Your images")
    await expect(images.get_by_role("listitem")).to_have_count(2)
    await hand_over(page, "paste", [file("pasted.jpg", small_photo(RED))])
    await expect(images.get_by_role("listitem", name="pasted.jpg")).to_contain_text("stored in")
    assert sorted(upload["file_name"] for upload in await uploads(ann)) == [
        "blue.jpg",
        "green.jpg",
        "pasted.jpg",
    ]

    # What only calls itself an image is sent as it is, and the server says what it is.
    fake = file("fake.png", b"%PDF-1.7\n" + b"x" * 4000, "image/png")
    await hand_over(page, "paste", [fake])
    refused = page.get_by_role("group", name="fake.png").get_by_role("alert")
    await expect(refused).to_contain_text(re.compile("JPEG, PNG", re.I))
    await page.get_by_role("button", name="Dismiss fake.png").click()

    await images.get_by_role("button", name="More for green.jpg").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(images.get_by_role("listitem", name="green.jpg")).to_have_count(0)
    await page.get_by_role("button", name="Undo").click()
    await expect(images.get_by_role("listitem", name="green.jpg")).to_be_visible()
    assert "green.jpg" in {
        upload["file_name"] for upload in await uploads(ann) if upload["state"] != "rejected"
    }

    # Chosen from the list for what it was uploaded for, and seen where visitors look.
    await images.get_by_role("button", name="More for green.jpg").click()
    await page.get_by_role("menuitem", name="Use as your background").click()
    await expect(images.get_by_role("listitem", name="green.jpg")).to_contain_text("Your background")
    background = (await ann.api("GET", "/profile"))["background"]
    assert is_mostly(background["colour"], GREEN)
    await page.evaluate(AXE.read_text("utf-8"))
    assert (await page.evaluate(RULES))["bad"] == []


async def test_without_a_worker_the_original_is_sent_and_a_link_shows_its_picture(ann: Person) -> None:
    await ann.api("POST", "/links", {"url": "https://kite.example/", "title": "Kite"})
    page = await ann.context.new_page()
    await page.route("**/workers/**", lambda route: route.abort())
    await page.goto(f"{ann.url}/dashboard/images")
    original = small_photo(GREEN)
    await page.locator("input[type=file][multiple]").set_input_files(file("plain.jpg", original))
    await expect(page.get_by_role("listitem", name="plain.jpg")).to_contain_text("stored in")
    assert (await uploads(ann))[0]["bytes_received"] == len(original)
    await page.close()

    page = await ann.tab("/dashboard/links")
    await page.get_by_role("listitem", name="Kite").get_by_role("button", expanded=False).first.click()
    field = page.get_by_role("group", name="Link picture")
    await field.locator("input[type=file]").first.set_input_files(file("kite.jpg", small_photo(RED)))
    dialog = page.get_by_role("dialog", name="Crop your link picture")
    # By the pointer as well: the wheel comes nearer, and dragging moves.
    part = dialog.get_by_role("slider", name="Position of the image")
    await expect(part).to_be_focused()
    box = await part.bounding_box()
    assert box
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.mouse.wheel(0, -300)
    await expect(part).to_have_attribute("aria-valuetext", re.compile(r"50 % from the left.*zoom 110 %"))
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] / 2 + 400, box["y"] + box["height"] / 2, steps=4)
    await page.mouse.up()
    await expect(part).to_have_attribute("aria-valuetext", re.compile(r"^0 % from the left"))
    await dialog.get_by_role("button", name="Use this part").click()
    await expect(field.get_by_role("button", name="Remove your link picture")).to_be_visible()
    [link] = (await ann.api("GET", "/links"))["rows"]
    assert is_mostly(link["thumbnail"]["colour"], RED)
    assert ann.complaints == []

    public = await ann.tab("/ann-lee")
    shown = public.get_by_role("link", name="Kite").locator("img")
    await expect(shown).to_have_count(1)
    assert await shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    await asyncio.gather(*(tab.close() for tab in ann.context.pages))
