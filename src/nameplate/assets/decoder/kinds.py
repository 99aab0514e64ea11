"""What a file is, by its content: the name and the type a sender gives are not asked."""

import mmap
import re
import zipfile
from typing import IO

# Read as pictures.
PICTURES = ("jpeg", "png", "webp", "gif", "avif")
HEAD = 4096
_AVIF = {b"avif", b"avis"}
_HEIC = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"}

# What else people send, in the words in which a refusal names it.
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "a zip archive"),
    (b"\x1f\x8b", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"\xfd7zXZ\x00", "a compressed file"),
    (b"(\xb5/\xfd", "a compressed file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"BM", "a BMP picture"),
    (b"8BPS", "a Photoshop file"),
    (b"\x00\x00\x01\x00", "an icon file"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"%!PS", "a PostScript file"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
)
_TEXTS: tuple[tuple[bytes, str], ...] = (
    (rb"<svg[\s>/]", "an SVG drawing"),
    (rb"<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]|<script[\s>]", "a web page"),
    (rb"<\?php", "a program"),
    (rb"<\?xml", "an XML document"),
)
# Active content behind, before or inside a picture, for whoever reads the file as something else. Long enough that
# compressed pixels hold none of them by chance.
_HIDDEN: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"<script[\s>/]", re.I), "a web page"),
    (re.compile(rb"<!doctype\s+html", re.I), "a web page"),
    (re.compile(rb"<html[\s>][^\x00]{8}", re.I), "a web page"),
    (re.compile(rb"<svg\s[^\x00]{0,400}xmlns", re.I), "an SVG drawing"),
    (re.compile(rb"<\?php\s[\x09-\x7e]{4}", re.I), "a program"),
    (re.compile(rb"Rar!\x1a\x07[\x00\x01]"), "a RAR archive"),
    (re.compile(rb"7z\xbc\xaf\x27\x1c"), "a 7z archive"),
)
# Readers of PDF look for it in the first kilobyte.
_PDF_WITHIN = 1024


def find_kind(head: bytes) -> str:
    """One of PICTURES, or in words what it is otherwise; empty: nothing we know."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head.startswith(b"RIFF"):
        return "webp" if head[8:12] == b"WEBP" else "a sound or video file"
    if head[4:8] == b"ftyp":
        return _boxed(head)
    for beginning, name in _BEGINNINGS:
        if head.startswith(beginning):
            return name
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:HEAD]
    for pattern, name in _TEXTS:
        if re.search(pattern, text, re.I):
            return name
    return "a PDF document" if b"%PDF-" in head[:_PDF_WITHIN] else ""


def _boxed(head: bytes) -> str:
    """Of the family of MP4: the brands say which of it."""
    size = min(int.from_bytes(head[:4], "big"), 512)
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, size, 4))}
    if brands & _AVIF:
        return "avif"
    return "an HEIC photo" if brands & _HEIC else "a video"


def find_hidden(file: IO[bytes]) -> str:
    """What this picture is as well, in words; empty: nothing else."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if b"%PDF-" in content[:_PDF_WITHIN]:
            return "a PDF document"
        for pattern, name in _HIDDEN:
            if pattern.search(content):
                return name
    file.seek(0)
    return "a zip archive" if zipfile.is_zipfile(file) else ""
