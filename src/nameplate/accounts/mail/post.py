"""Sending a letter: through SMTP, or onto the terminal of a server that has no SMTP."""

import asyncio
import smtplib
import ssl
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from functools import lru_cache
from urllib.parse import unquote, urlsplit

import structlog
from prometheus_client import Counter
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from nameplate.accounts.mail import texts
from nameplate.accounts.mail.texts import Letter
from nameplate.breaker import Breaker
from nameplate.errors import Unavailable
from nameplate.settings import Settings

log = structlog.get_logger(__name__)
mails = Counter(
    "nameplate_mails_total", "Mails handed over to SMTP, refused by it for good, or failed", ["result"]
)

# Seconds for each step of the conversation. The job that sends is tried again later.
TIMEOUT = 15.0
_breaker = Breaker("smtp", failures=5, pause=30.0)
_threads = ThreadPoolExecutor(2, thread_name_prefix="smtp")


async def send(settings: Settings, to: str, letter: Letter) -> bool:
    """Whether the letter is on its way; False when the server refuses it for good.

    Raises Unavailable when it is worth trying again later.
    """
    return await hand_over(settings, compose(settings, to, letter))


async def hand_over(settings: Settings, message: EmailMessage) -> bool:
    """As `send`, of a message that is complete."""
    if not settings.smtp_url:
        _show(message)
        return True
    loop = asyncio.get_running_loop()
    try:
        # SMTPException is an OSError too.
        with _breaker.attempt(OSError):
            sent = await loop.run_in_executor(_threads, _deliver, settings.smtp_url, message)
    except OSError as error:
        mails.labels("failed").inc()
        # Neither the address nor the server's words about it belong into a log.
        log.warning("mail not sent, will be tried again", error=type(error).__name__)
        raise Unavailable("The mail server is not answering.") from None
    mails.labels("sent" if sent else "refused").inc()
    return sent


def compose(settings: Settings, to: str, letter: Letter) -> EmailMessage:
    """The letter as a message with a plain and an HTML body."""
    text, html = texts.as_text(letter, settings.base_url), texts.as_html(letter, settings.base_url)
    return put_together(settings, to, subject=letter.subject, text=text, html=html)


def put_together(
    settings: Settings,
    to: str,
    *,
    subject: str,
    text: str,
    html: str,
    headers: Mapping[str, str] | None = None,
) -> EmailMessage:
    host = urlsplit(settings.base_url).hostname or "localhost"
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = settings.mail_from or f"Nameplate <nameplate@{host}>"
    message["To"] = to
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=host)
    # Keeps holiday answers and mailing lists from replying (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message


def _deliver(smtp_url: str, message: EmailMessage) -> bool:
    """False when the server refuses this recipient or this message for good; it is well otherwise."""
    url = urlsplit(smtp_url)
    host, user, password = url.hostname or "", unquote(url.username or ""), unquote(url.password or "")
    client: smtplib.SMTP
    if url.scheme == "smtps":
        client = smtplib.SMTP_SSL(host, url.port or 465, timeout=TIMEOUT, context=_tls())
    else:
        client = smtplib.SMTP(host, url.port or 587, timeout=TIMEOUT)
    with client:
        client.ehlo()
        if url.scheme == "smtp" and client.has_extn("starttls"):
            client.starttls(context=_tls())
            client.ehlo()
        elif url.scheme == "smtp" and user:
            raise smtplib.SMTPNotSupportedError("no STARTTLS: the password would travel in the clear")
        if user:
            client.login(user, password)
        try:
            client.send_message(message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            if not _is_final(error):
                raise
            log.warning("mail refused by the SMTP server", error=type(error).__name__)
            return False
    return True


@lru_cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _is_final(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return error.smtp_code >= 500


def _show(message: EmailMessage) -> None:
    """Readable, and with links that can be clicked: nothing is wrapped or coloured inside of them."""
    plain = message.get_body(("plain",))
    body = Text(str(plain.get_content()).strip() if plain else "", no_wrap=True, overflow="ignore")
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    title = Text(f"Mail to {message['To']}: {message['Subject']}")
    console.print(Panel.fit(title, subtitle="NAMEPLATE_SMTP_URL is not set"))
    console.print(body, end="\n\n")
    sys.stdout.flush()
