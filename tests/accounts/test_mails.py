"""Confirming an address and choosing a new password by mail, with a worker and a mail server."""

import socket
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest

from nameplate.accounts.mail import post, texts
from nameplate.app import App
from nameplate.errors import Unavailable
from nameplate.settings import Settings
from tests.accounts.conftest import RunJobs
from tests.accounts.stand_ins import Mail, Mailbox
from tests.support.api import PASSWORD, Api, browser

NEW = "a much better password"


async def the_mail(run_jobs: RunJobs, mailbox: Mailbox) -> Mail:
    await run_jobs()
    (mail,) = mailbox.take()
    return mail


async def confirmed(api: Api, run_jobs: RunJobs, mailbox: Mailbox) -> None:
    proof = (await the_mail(run_jobs, mailbox)).proof
    assert (await api.post("/api/v1/verifications", {"proof": proof})).status_code == 200


async def test_ann_confirms_her_address_on_another_device(
    app: App, ann: Api, run_jobs: RunJobs, mailbox: Mailbox
) -> None:
    mail = await the_mail(run_jobs, mailbox)
    assert mail.to == "ann-lee@example.org"
    assert f"{app.settings.base_url}/verify#{mail.proof}" in mail.html
    assert mail.message["Auto-Submitted"] == "auto-generated"
    answer = await browser(app).post("/api/v1/verifications", {"proof": mail.proof})
    assert answer.status_code == 200
    assert answer.json() == {"email": "ann-lee@example.org"}
    assert (await ann.get("/api/v1/account")).json()["email_verified"] is True
    again = await browser(app).post("/api/v1/verifications", {"proof": mail.proof})
    assert again.status_code == 410
    assert again.json()["code"] == "proof-refused"


async def test_neither_queue_nor_database_hold_the_secret_or_the_address_in_a_job(
    app: App, ann: Api, run_jobs: RunJobs, mailbox: Mailbox, admin: psycopg.Connection
) -> None:
    await ann.post("/api/v1/password-resets", {"email": "ann-lee@example.org"})
    await run_jobs()
    secrets = [mail.proof.rpartition(".")[2] for mail in mailbox.take()]
    assert len(secrets) == 2
    jobs = str(admin.execute("SELECT * FROM jobs.procrastinate_jobs").fetchall())
    proofs = str(admin.execute("SELECT * FROM mail_proofs").fetchall())
    assert "ann-lee" not in jobs
    for secret in secrets:
        assert secret not in jobs
        assert secret not in proofs


async def test_a_proof_ends_and_does_not_serve_another_purpose(
    app: App, ann: Api, ben: Api, run_jobs: RunJobs, mailbox: Mailbox, admin: psycopg.Connection
) -> None:
    await run_jobs()
    proofs = {mail.to: mail.proof for mail in mailbox.take()}
    anns, bens = proofs["ann-lee@example.org"], proofs["ben-ray@example.org"]
    assert (await ann.put("/api/v1/password-resets", {"proof": anns, "password": NEW})).status_code == 410
    mixed = ".".join([anns.split(".")[0], *bens.split(".")[1:]])
    for forged in (mixed, anns[:-1] + ("A" if anns[-1] != "A" else "B"), "nonsense", ""):
        assert (await ben.post("/api/v1/verifications", {"proof": forged})).status_code == 410
    admin.execute("UPDATE mail_proofs SET expires_at = now() - interval '1 second'")
    assert (await ann.post("/api/v1/verifications", {"proof": anns})).status_code == 410
    assert (await ann.get("/api/v1/account")).json()["email_verified"] is False


async def test_an_address_confirmed_elsewhere_gets_a_mail_that_says_so(
    app: App, ann: Api, run_jobs: RunJobs, mailbox: Mailbox
) -> None:
    await confirmed(ann, run_jobs, mailbox)
    body = {"email": "ann-lee@example.org", "password": PASSWORD, "handle": "ann-again"}
    assert (await browser(app).post("/api/v1/accounts", body)).status_code == 201
    mail = await the_mail(run_jobs, mailbox)
    assert "already have an account" in mail.subject
    assert "/verify#" not in mail.text
    assert "/login" in mail.text


async def test_of_two_who_claim_an_address_the_first_to_confirm_has_it(
    app: App, ann: Api, run_jobs: RunJobs, mailbox: Mailbox
) -> None:
    body = {"email": "ann-lee@example.org", "password": PASSWORD, "handle": "ann-again"}
    other = browser(app)
    assert (await other.post("/api/v1/accounts", body)).status_code == 201
    await run_jobs()
    proofs = {"ann-again" in mail.text: mail.proof for mail in mailbox.take()}
    assert (await other.post("/api/v1/verifications", {"proof": proofs[True]})).status_code == 200
    assert (await ann.post("/api/v1/verifications", {"proof": proofs[False]})).status_code == 409
    assert (await ann.get("/api/v1/account")).json()["email_verified"] is False
    assert (await other.get("/api/v1/account")).json()["email_verified"] is True


async def test_a_reset_gives_a_new_password_and_ends_every_session(
    app: App, ann: Api, run_jobs: RunJobs, mailbox: Mailbox
) -> None:
    await confirmed(ann, run_jobs, mailbox)
    assert (
        await browser(app).post("/api/v1/password-resets", {"email": "Ann-Lee@example.org"})
    ).status_code == 202
    mail = await the_mail(run_jobs, mailbox)
    path = "/api/v1/password-resets"

    def choose(password: str) -> dict[str, str]:
        return {"proof": mail.proof, "password": password}

    weak = await browser(app).put(path, choose("1234567890"))
    assert weak.status_code == 422
    assert "password" in weak.json()["fields"]
    assert (await browser(app).put(path, choose(NEW))).status_code == 204, "a refused one costs nothing"
    assert (await browser(app).put(path, choose("yet another one"))).status_code == 410
    assert (await ann.get("/api/v1/account")).status_code == 401
    notice = await the_mail(run_jobs, mailbox)
    assert notice.to == "ann-lee@example.org"
    assert "password was changed" in notice.subject
    for password, status in ((PASSWORD, 401), (NEW, 201)):
        answer = await browser(app).post("/api/v1/sessions", {"login": "ann-lee", "password": password})
        assert answer.status_code == status


async def test_an_expired_reset_changes_nothing(
    app: App, ann: Api, run_jobs: RunJobs, mailbox: Mailbox, admin: psycopg.Connection
) -> None:
    await confirmed(ann, run_jobs, mailbox)
    await browser(app).post("/api/v1/password-resets", {"email": "ann-lee@example.org"})
    mail = await the_mail(run_jobs, mailbox)
    admin.execute("UPDATE mail_proofs SET expires_at = now() - interval '1 second'")
    answer = await browser(app).put("/api/v1/password-resets", {"proof": mail.proof, "password": NEW})
    assert answer.status_code == 410
    assert (await ann.get("/api/v1/account")).status_code == 200


async def test_whoever_resets_by_mail_has_confirmed_the_address_too(
    app: App, ann: Api, run_jobs: RunJobs, mailbox: Mailbox
) -> None:
    await run_jobs()
    mailbox.take()
    await browser(app).post("/api/v1/password-resets", {"email": "ann-lee@example.org"})
    proof = (await the_mail(run_jobs, mailbox)).proof
    assert (await ann.put("/api/v1/password-resets", {"proof": proof, "password": NEW})).status_code == 204
    answer = await ann.post("/api/v1/sessions", {"login": "ann-lee", "password": NEW})
    assert answer.json()["account"]["email_verified"] is True


async def test_asking_for_a_reset_looks_and_works_the_same_for_every_address(
    app: App, ann: Api, run_jobs: RunJobs, mailbox: Mailbox, admin: psycopg.Connection
) -> None:
    await run_jobs()
    mailbox.take()
    answers, jobs = [], []
    for email in ("ann-lee@example.org", "nobody@example.org"):
        admin.execute("DELETE FROM jobs.procrastinate_jobs")
        answers.append(await browser(app).post("/api/v1/password-resets", {"email": email}))
        jobs.append(admin.execute("SELECT task_name FROM jobs.procrastinate_jobs").fetchall())
        await run_jobs()
    assert jobs[0] == jobs[1] == [("accounts.send_reset",)] * 2
    assert answers[0].status_code == answers[1].status_code == 202
    assert answers[0].content == answers[1].content == b""
    assert set(answers[0].headers) == set(answers[1].headers)
    assert [mail.to for mail in mailbox.take()] == ["ann-lee@example.org"]


async def test_who_only_claims_a_confirmed_address_is_not_reset_by_its_owner(
    app: App, ann: Api, run_jobs: RunJobs, mailbox: Mailbox
) -> None:
    await confirmed(ann, run_jobs, mailbox)
    body = {"email": "ann-lee@example.org", "password": PASSWORD, "handle": "ann-again"}
    await browser(app).post("/api/v1/accounts", body)
    await run_jobs()
    mailbox.take()
    await browser(app).post("/api/v1/password-resets", {"email": "ann-lee@example.org"})
    mail = await the_mail(run_jobs, mailbox)
    assert "/ann-lee" in mail.text
    assert "ann-again" not in mail.text


async def test_nobodys_mailbox_is_flooded(app: App, ann: Api, run_jobs: RunJobs, mailbox: Mailbox) -> None:
    for _ in range(8):
        await browser(app).post("/api/v1/password-resets", {"email": "ann-lee@example.org"})
    await run_jobs()
    assert sum("new password" in mail.subject for mail in mailbox.take()) == 4
    statuses = []
    for _ in range(7):
        statuses.append((await ann.post("/api/v1/account/verification")).status_code)
        await run_jobs()
    assert statuses == [202] * 5 + [429] * 2, "the mail of the sign-up counts too"
    assert len(mailbox.take()) == 5


async def test_a_new_address_counts_once_confirmed_and_the_old_one_works_until_then(
    app: App, ann: Api, run_jobs: RunJobs, mailbox: Mailbox
) -> None:
    await confirmed(ann, run_jobs, mailbox)
    change = {"email": "Ann@new.example", "current_password": PASSWORD}
    answer = await ann.patch("/api/v1/account", change)
    assert answer.status_code == 200
    assert answer.json()["email"] == "ann@new.example"
    assert answer.json()["email_verified"] is False
    await run_jobs()
    mails = {mail.to: mail for mail in mailbox.take()}
    assert "about to change" in mails["ann-lee@example.org"].subject
    await browser(app).post("/api/v1/password-resets", {"email": "ann@new.example"})
    assert (await the_mail(run_jobs, mailbox)).to == "ann-lee@example.org", "the one that is proven"
    for login in ("ann-lee@example.org", "ann@new.example"):
        assert (
            await browser(app).post("/api/v1/sessions", {"login": login, "password": PASSWORD})
        ).status_code == 201
    proof = mails["ann@new.example"].proof
    assert (await ann.post("/api/v1/verifications", {"proof": proof})).status_code == 200
    assert (await ann.get("/api/v1/account")).json()["email_verified"] is True
    old = await browser(app).post("/api/v1/sessions", {"login": "ann-lee@example.org", "password": PASSWORD})
    assert old.status_code == 401


async def test_changing_ones_mind_voids_the_mail_that_is_on_its_way(
    app: App, ann: Api, run_jobs: RunJobs, mailbox: Mailbox
) -> None:
    await confirmed(ann, run_jobs, mailbox)
    await ann.patch("/api/v1/account", {"email": "ann@wrong.example", "current_password": PASSWORD})
    await run_jobs()
    wrong = next(mail.proof for mail in mailbox.take() if mail.to == "ann@wrong.example")
    back = await ann.patch("/api/v1/account", {"email": "ann-lee@example.org", "current_password": PASSWORD})
    assert back.json()["email_verified"] is True, "it still is"
    assert (await ann.post("/api/v1/verifications", {"proof": wrong})).status_code == 410
    login = await browser(app).post("/api/v1/sessions", {"login": "ann@wrong.example", "password": PASSWORD})
    assert login.status_code == 401


async def test_changing_to_a_taken_address_is_answered_like_any_other(
    app: App, ann: Api, ben: Api, run_jobs: RunJobs, mailbox: Mailbox
) -> None:
    await run_jobs()
    proof = next(mail.proof for mail in mailbox.take() if mail.to == "ann-lee@example.org")
    await ann.post("/api/v1/verifications", {"proof": proof})
    change = {"current_password": PASSWORD}
    taken = await ben.patch("/api/v1/account", change | {"email": "ann-lee@example.org"})
    fresh = await ben.patch("/api/v1/account", change | {"email": "ben@elsewhere.example"})
    assert taken.status_code == fresh.status_code == 200
    assert {**taken.json(), "email": ""} == {**fresh.json(), "email": ""}


async def test_a_mail_server_that_is_away_gets_the_mail_later(
    app: App, ann: Api, run_jobs: RunJobs, mailbox: Mailbox, admin: psycopg.Connection
) -> None:
    mailbox.refuse = "451 come back later"
    await run_jobs()
    assert admin.execute("SELECT count(*) FROM mail_proofs").fetchone() == (0,), "a lost mail does not count"
    status = "SELECT status::text, attempts FROM jobs.procrastinate_jobs"
    assert admin.execute(status).fetchone() == ("todo", 1)
    mailbox.refuse = ""
    admin.execute("UPDATE jobs.procrastinate_jobs SET scheduled_at = now()")
    assert (await the_mail(run_jobs, mailbox)).to == "ann-lee@example.org"


async def test_a_mailbox_that_does_not_exist_is_not_tried_again(
    app: App, ann: Api, run_jobs: RunJobs, mailbox: Mailbox, admin: psycopg.Connection
) -> None:
    mailbox.refuse = "550 no such user"
    await run_jobs()
    assert admin.execute("SELECT status::text FROM jobs.procrastinate_jobs").fetchone() == ("succeeded",)


async def test_without_a_mail_server_the_mail_stands_on_the_terminal_with_its_link_whole(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = replace(settings, smtp_url="", public_url="https://a-rather-long-host-name.links.example.org")
    proof = f"{'0' * 32}.{'1' * 32}.{'A' * 43}"
    letter = texts.verification(settings.base_url, "ann-lee", proof)
    assert await post.send(settings, "ann@example.org", letter)
    shown = capsys.readouterr().out
    assert "Mail to ann@example.org: Confirm your e-mail address" in shown
    assert f"\n{settings.base_url}/verify#{proof}\n" in shown


async def test_what_somebody_typed_is_text_in_the_html(settings: Settings) -> None:
    letter = texts.Letter("Hello", ("<script>alert(1)</script> & more",), ("Go", 'https://x.example/"><b>'))
    html = texts.as_html(letter, settings.base_url)
    assert "<script>" not in html
    assert "<b>" not in html
    assert "<script>alert(1)</script> & more" in texts.as_text(letter, settings.base_url)


async def test_a_password_for_the_mail_server_never_travels_in_the_clear(
    settings: Settings, mailbox: Mailbox
) -> None:
    """The stand-in offers no STARTTLS."""
    settings = replace(settings, smtp_url=mailbox.url.replace("smtp://", "smtp://user:secret@"))
    letter = texts.password_changed(settings.base_url, "ann-lee")
    with pytest.raises(Unavailable):
        await post.send(settings, "ann@example.org", letter)
    assert mailbox.mails == []


async def test_a_dead_mail_server_is_left_alone_after_five_failures(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = replace(settings, smtp_url=f"smtp://127.0.0.1:{port}")
    letter = texts.password_changed(settings.base_url, "ann-lee")
    for _ in range(5):
        with pytest.raises(Unavailable, match="The mail server is not answering"):
            await post.send(settings, "ann@example.org", letter)
    with pytest.raises(Unavailable, match="smtp is not answering") as resting:
        await post.send(settings, "ann@example.org", letter)
    assert int(resting.value.headers["Retry-After"]) > 5


async def test_clean_up_forgets_what_has_expired_and_nothing_else(
    app: App,
    ann: Api,
    ben: Api,
    run_jobs: RunJobs,
    mailbox: Mailbox,
    admin: psycopg.Connection,
    clean_up: RunJobs,
) -> None:
    await run_jobs()
    past = datetime(2020, 1, 1, tzinfo=UTC)
    for table in ("sessions", "mail_proofs"):
        admin.execute(
            f"UPDATE {table} SET expires_at = %s WHERE account_id ="  # type: ignore[arg-type]
            " (SELECT account_id FROM profiles WHERE handle = 'ann-lee')",
            (past,),
        )
    await clean_up()
    for table in ("sessions", "mail_proofs"):
        rows = admin.execute(
            f"SELECT p.handle FROM {table} t JOIN profiles p USING (account_id)"  # type: ignore[arg-type]
        ).fetchall()
        assert rows == [("ben-ray",)], table
