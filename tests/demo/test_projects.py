"""The demo's projects look alive, and GitHub never hears of them."""

from datetime import UTC, datetime, timedelta

from nameplate.demo.api import Options, fill
from nameplate.settings import Settings
from tests.demo.conftest import quiet
from tests.github.scene import workers
from tests.github.stand_in import GitHub
from tests.github.test_sync import HandClock
from tests.support.api import browser, running_app


async def test_whatever_is_pressed_github_is_never_asked_for_them(
    no_valkey: Settings, settings: Settings
) -> None:
    login = await fill(no_valkey, Options(events=500, days=30), quiet)
    async with running_app(settings) as app:
        api = browser(app)
        assert (
            await api.post("/api/v1/sessions", {"login": login.email, "password": login.password})
        ).is_success
        rows = (await api.get("/api/v1/github")).json()["rows"]
        states = {row["project"]["full_name"].partition("/")[2]: row["state"] for row in rows}
        assert states == {"tidewatch": "fresh", "pgscope": "fresh", "logleaf": "fresh", "dotfiles": "paused"}
        assert all(len(row["stars"]) == 31 and row["stars_week"] is not None for row in rows)
        for row in rows:
            path = f"/api/v1/links/{row['link_id']}/sync"
            refused = await api.post(path)
            assert refused.status_code == 422
            assert "demo" in refused.text
            changed = await api.put(path, {"interval_minutes": 15, "paused": False})
            assert changed.json()["state"] == "fresh"
        assert "4.8k" in (await api.get(f"/{login.handle}")).text
    clock = HandClock()
    clock.moment = datetime.now(UTC)
    github = GitHub(clock)
    async with workers(settings, []) as works, github.client() as client:
        lane = await works.lane(client, clock)
        for _ in range(3):
            clock.moment += timedelta(days=1)
            assert await lane.step() > 0
    assert github.asked == []
