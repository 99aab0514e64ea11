"""Where visitors come from, under the name people use for it."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from nameplate.analytics.text import clean

# Host, without www., or a suffix of it that begins with a dot.
_NAMES = {
    "bing.com": "Bing",
    "duckduckgo.com": "DuckDuckGo",
    "search.brave.com": "Brave Search",
    "ecosia.org": "Ecosia",
    "qwant.com": "Qwant",
    "startpage.com": "Startpage",
    "kagi.com": "Kagi",
    "baidu.com": "Baidu",
    "search.yahoo.com": "Yahoo",
    "yandex.ru": "Yandex",
    "yandex.com": "Yandex",
    "ya.ru": "Yandex",
    "github.com": "GitHub",
    "gist.github.com": "GitHub",
    "gitlab.com": "GitLab",
    "codeberg.org": "Codeberg",
    "sourcehut.org": "SourceHut",
    "sr.ht": "SourceHut",
    "news.ycombinator.com": "Hacker News",
    "hn.algolia.com": "Hacker News",
    "lobste.rs": "Lobsters",
    "stackoverflow.com": "Stack Overflow",
    "dev.to": "DEV",
    "hashnode.com": "Hashnode",
    "medium.com": "Medium",
    "substack.com": "Substack",
    "producthunt.com": "Product Hunt",
    "npmjs.com": "npm",
    "pypi.org": "PyPI",
    "linkedin.com": "LinkedIn",
    "lnkd.in": "LinkedIn",
    "com.linkedin.android": "LinkedIn",
    "twitter.com": "X",
    "x.com": "X",
    "t.co": "X",
    "com.twitter.android": "X",
    "bsky.app": "Bluesky",
    "go.bsky.app": "Bluesky",
    "threads.net": "Threads",
    "threads.com": "Threads",
    "reddit.com": "Reddit",
    "redd.it": "Reddit",
    "com.reddit.frontpage": "Reddit",
    "facebook.com": "Facebook",
    "fb.me": "Facebook",
    "com.facebook.katana": "Facebook",
    "instagram.com": "Instagram",
    "com.instagram.android": "Instagram",
    "youtube.com": "YouTube",
    "youtu.be": "YouTube",
    "com.google.android.youtube": "YouTube",
    "twitch.tv": "Twitch",
    "tiktok.com": "TikTok",
    "pinterest.com": "Pinterest",
    "discord.com": "Discord",
    "discordapp.com": "Discord",
    "slack.com": "Slack",
    "com.slack": "Slack",
    "t.me": "Telegram",
    "web.telegram.org": "Telegram",
    "org.telegram.messenger": "Telegram",
    "web.whatsapp.com": "WhatsApp",
    "com.whatsapp": "WhatsApp",
    "mail.google.com": "Gmail",
    "com.google.android.gm": "Gmail",
    "outlook.live.com": "Outlook",
    "outlook.office.com": "Outlook",
    "com.google.android.googlequicksearchbox": "Google",
    "chatgpt.com": "ChatGPT",
    "chat.openai.com": "ChatGPT",
    "claude.ai": "Claude",
    "gemini.google.com": "Gemini",
    "perplexity.ai": "Perplexity",
    "copilot.microsoft.com": "Copilot",
    "feedly.com": "Feedly",
    "wikipedia.org": "Wikipedia",
    "getpocket.com": "Pocket",
}
_GOOGLE = re.compile(r"(?:^|\.)google\.(?:com|[a-z]{2,3}|com?\.[a-z]{2})$")
_MASTODON = re.compile(r"(?:^|\.)(?:mastodon|mstdn|masto)\.|^mas\.to$")
# Large instances whose names do not say what they are.
_INSTANCES = frozenset(
    {
        "fosstodon.org", "hachyderm.io", "infosec.exchange", "chaos.social", "techhub.social", "ruby.social",
        "phpc.social", "social.lol", "indieweb.social", "floss.social", "sigmoid.social", "universeodon.com",
        "pawoo.net", "mathstodon.xyz", "social.coop", "toot.io", "tilde.zone", "functional.cafe", "fedi.at",
        "social.tchncs.de", "norden.social", "ioc.exchange", "c.im", "mountains.social", "types.pl",
    }
)  # fmt: skip
# Their path says nothing, or says what somebody searched for or wrote.
_NO_PATH = frozenset(
    {"Google", "Bing", "DuckDuckGo", "Gmail", "Outlook", "Yahoo", "Slack", "WhatsApp", "Telegram"}
)
_ADDRESS = re.compile(r"^[\d.]+$|:")


@lru_cache(maxsize=8192)
def source(referrer: str, own_hosts: frozenset[str]) -> tuple[str | None, str | None]:
    """The grouped name and the path of a referrer; (None, None) for none, our own pages and nonsense."""
    try:
        parts = urlsplit(referrer.strip())
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None, None
    if parts.scheme not in ("http", "https", "android-app") or not host or host in own_hosts:
        return None, None
    host = host.removeprefix("www.")
    if host in own_hosts or _ADDRESS.search(host) or ("." not in host):
        # A bare address could be anybody's, the visitor's own included.
        return None, None
    name = _name(host)
    path = None if name in _NO_PATH else clean(parts.path, 150)
    return clean(name, 100), None if path == "/" else path


def _name(host: str) -> str:
    if _GOOGLE.search(host) and host not in _NAMES:
        return "Google"
    if host in _INSTANCES or _MASTODON.search(host):
        return "Mastodon"
    labels = host.split(".")
    for start in range(len(labels) - 1):
        if known := _NAMES.get(".".join(labels[start:])):
            return known
    for prefix in ("m.", "amp.", "mobile.", "old.", "out.", "l.", "lm."):
        if host.startswith(prefix) and host.count(".") > 1:
            return host.removeprefix(prefix)
    return host
