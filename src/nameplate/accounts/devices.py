"""What a session is called in the list: enough for its owner to recognise it, not more."""

from ua_parser import parse

MOST_CHARACTERS = 80
_LONGEST_READ = 512


def device_name(user_agent: str) -> str:
    """Such as 'Firefox on Linux'. Never empty."""
    found = parse(user_agent[:_LONGEST_READ])
    browser = found.user_agent.family if found.user_agent else ""
    system = found.os.family if found.os else ""
    name = f"{browser} on {system}" if browser and system else browser or system
    return "".join(c for c in name if c.isprintable())[:MOST_CHARACTERS] or "Unknown device"
