"""Pictures made on the spot: good ones in every form, ones that carry what nobody should learn, and bad ones."""

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import pyvips

# What a photo tells about whoever took it.
SECRET = "Marlowe-was-here-52.5200N"


@cache
def image(width: int = 640, height: int = 480) -> Any:
    """Something with detail, as photos have it."""
    red = pyvips.Image.perlin(width, height, cell_size=max(width // 6, 8), uchar=True)
    green = pyvips.Image.perlin(width, height, cell_size=max(width // 20, 4), uchar=True)
    blue = pyvips.Image.gaussnoise(width, height, sigma=8, mean=128, seed=1).cast("uchar")
    return red.bandjoin([green, blue]).copy(interpretation="srgb").copy_memory()


@cache
def photo(width: int = 640, height: int = 480, kind: str = ".jpg", **options: object) -> bytes:
    """`options`: of libvips' writer."""
    data: bytes = image(width, height).write_to_buffer(kind, **options)
    return data


def good() -> Iterator[tuple[str, bytes]]:
    """Name and content of pictures in every form we take. All are 60 by 40, most of them."""
    plain = image(60, 40)
    clear = plain.bandjoin(plain.extract_band(0))
    grey = plain.colourspace("b-w")
    frames = pyvips.Image.arrayjoin([plain, plain.invert(), plain], across=1).copy()
    frames.set_type(pyvips.GValue.gint_type, "page-height", 40)
    for name, options in {
        "jpeg": {}, "jpeg-best": {"Q": 100, "subsample_mode": "off"}, "jpeg-poor": {"Q": 5},
        "jpeg-progressive": {"interlace": True}, "jpeg-optimised": {"optimize_coding": True},
        "jpeg-restarts": {"restart_interval": 2}, "jpeg-trellis": {"quant_table": 3},
    }.items():  # fmt: skip
        yield name, plain.jpegsave_buffer(**options)
    yield "jpeg-grey", grey.jpegsave_buffer()
    yield "jpeg-cmyk", plain.icc_export(output_profile="cmyk").jpegsave_buffer()
    yield "jpeg-p3", plain.icc_export(output_profile="p3").jpegsave_buffer()
    for name, picture, options in (
        ("png", plain, {}), ("png-interlaced", plain, {"interlace": True}), ("png-alpha", clear, {}),
        ("png-grey", grey, {}), ("png-grey-alpha", grey.bandjoin(grey), {}), ("png-palette", plain, {"palette": True}),
        ("png-palette-2", plain, {"palette": True, "bitdepth": 2}),
        ("png-palette-4", plain, {"palette": True, "bitdepth": 4}),
        ("png-palette-alpha", clear, {"palette": True}), ("png-1-bit", grey, {"bitdepth": 1}),
        ("png-2-bit", grey, {"bitdepth": 2}), ("png-4-bit", grey, {"bitdepth": 4}),
        ("png-16-bit", plain.colourspace("rgb16"), {}), ("png-grey-16-bit", grey.colourspace("grey16"), {}),
        ("png-uncompressed", plain, {"compression": 0}), ("png-filtered", plain, {"filter": "all"}),
    ):  # fmt: skip
        yield name, picture.pngsave_buffer(**options)
    for name, picture, options in (
        ("webp", plain, {}), ("webp-lossless", plain, {"lossless": True}), ("webp-alpha", clear, {}),
        ("webp-alpha-lossless", clear, {"lossless": True}), ("webp-animated", frames, {}),
        ("webp-near-lossless", plain, {"near_lossless": True}), ("webp-smart", plain, {"smart_subsample": True}),
    ):  # fmt: skip
        yield name, picture.webpsave_buffer(**options)
    for name, picture, options in (
        ("gif", plain, {}), ("gif-interlaced", plain, {"interlace": True}), ("gif-alpha", clear, {}),
        ("gif-animated", frames, {}), ("gif-2-colours", plain, {"bitdepth": 1}),
    ):  # fmt: skip
        yield name, picture.gifsave_buffer(**options)
    for name, picture, options in (
        ("avif", plain, {}), ("avif-lossless", plain, {"lossless": True}), ("avif-alpha", clear, {}),
        ("avif-10-bit", plain.colourspace("rgb16"), {"bitdepth": 10}),
        ("avif-12-bit", plain.colourspace("rgb16"), {"bitdepth": 12}), ("avif-444", plain, {"subsample_mode": "off"}),
    ):  # fmt: skip
        yield name, picture.heifsave_buffer(compression="av1", effort=0, **options)
    yield "png-one-pixel", image(8, 8).crop(0, 0, 1, 1).pngsave_buffer()
    yield "jpeg-strip", image(400, 8).jpegsave_buffer()
    yield "jpeg-pole", image(8, 400).jpegsave_buffer()


def turned() -> Iterator[tuple[int, bytes]]:
    """A picture that is red at its top, in each of the eight ways EXIF can say how it lies."""
    upright = pyvips.Image.black(64, 64, bands=3).draw_rect([255, 0, 0], 0, 0, 64, 24, fill=True)
    upright = upright.copy(interpretation="srgb")
    ways = {
        1: upright, 2: upright.fliphor(), 3: upright.rot180(), 4: upright.flipver(),
        5: upright.rot270().flipver(), 6: upright.rot270(), 7: upright.rot90().flipver(), 8: upright.rot90(),
    }  # fmt: skip
    for orientation, lying in ways.items():
        lying = lying.copy()
        lying.set_type(pyvips.GValue.gint_type, "orientation", orientation)
        yield orientation, lying.jpegsave_buffer(Q=95)


def talkative() -> Iterator[tuple[str, bytes]]:
    """Pictures that hold SECRET outside their pixels, each somewhere else."""
    loud = image(60, 40).copy()
    for field in ("exif-ifd0-ImageDescription", "exif-ifd0-Artist", "exif-ifd2-UserComment"):
        loud.set_type(pyvips.GValue.gstr_type, field, f"{SECRET} ({SECRET}, ASCII, 26 components, 26 bytes)")
    loud.set_type(pyvips.GValue.gstr_type, "exif-ifd3-GPSLatitude", "52/1 31/1 12/1")
    loud.set_type(pyvips.GValue.gstr_type, "exif-ifd3-GPSLatitudeRef", "N")
    loud.set_type(
        pyvips.GValue.blob_type,
        "xmp-data",
        f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode(),
    )
    loud.set_type(pyvips.GValue.blob_type, "iptc-data", SECRET.encode())
    yield "jpeg", loud.jpegsave_buffer(keep="all")
    yield "png", loud.pngsave_buffer(keep="all")
    yield "webp", loud.webpsave_buffer(keep="all")
    yield "avif", loud.heifsave_buffer(keep="all", compression="av1", effort=0)
    text = SECRET.encode()
    jpeg, png, gif = photo(60, 40), photo(60, 40, ".png"), photo(60, 40, ".gif")
    yield "jpeg-comment", jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text + jpeg[2:]
    yield "jpeg-unknown-segment", jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(text) + 2) + text + jpeg[2:]
    yield "png-text", png[:33] + chunk(b"tEXt", b"Comment\0" + text) + png[33:]
    yield "png-private-chunk", png[:33] + chunk(b"seCr", text) + png[33:]
    yield "gif-comment", gif[:-1] + b"\x21\xfe" + bytes([len(text)]) + text + b"\0;"
    for name, whole in (("jpeg", jpeg), ("png", png), ("gif", gif), ("webp", photo(60, 40, ".webp"))):
        yield f"{name}-trailer", whole + text * 3


def chunk(name: bytes, data: bytes) -> bytes:
    """Of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("run.js", "alert(1)")
    return file.getvalue()


def not_pictures() -> Iterator[tuple[str, bytes]]:
    """What people send by mistake, or on purpose under another name."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect width="9" height="9"/></svg>'
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as made:
        made.addfile(tarfile.TarInfo("a"), io.BytesIO())
    yield "svg", svg
    yield "svg-xml", b'<?xml version="1.0"?>\n' + svg
    yield "svg-comment", b"<!-- a picture --> \n" + svg
    yield "svg-entities", b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaa">]>' + svg
    yield "svg-gzip", zlib.compress(svg, wbits=31)
    yield "pdf", b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    yield "pdf-late", b"\n" * 500 + b"%PDF-1.7\n%%EOF"
    yield "html", b"<!DOCTYPE html><html><script>alert(1)</script></html>"
    yield "html-bare", b"  <script>alert(1)</script>"
    yield "xml", b'<?xml version="1.0"?><note/>'
    yield "php", b"<?php system($_GET['c']); ?>"
    yield "zip", archive()
    yield "tar", tar.getvalue()
    yield "7z", b"7z\xbc\xaf\x27\x1c" + bytes(40)
    yield "rar", b"Rar!\x1a\x07\x01\x00" + bytes(40)
    yield "tiff", photo(60, 40, ".tif")
    yield "bmp", b"BM" + bytes(60)
    yield "psd", b"8BPS\0\x01" + bytes(60)
    yield "ico", b"\0\0\1\0\1\0" + bytes(60)
    yield "jxl", b"\xff\x0a" + bytes(60)
    yield "jp2", b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(60)
    yield "heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(60)
    yield "mp4", b"\0\0\0\x18ftypisom\0\0\2\0isommp41" + bytes(60)
    yield "wav", b"RIFF\x24\0\0\0WAVEfmt " + bytes(60)
    yield "mp3", b"ID3\x04" + bytes(60)
    yield "elf", b"\x7fELF" + bytes(60)
    yield "exe", b"MZ" + bytes(60)
    yield "postscript", b"%!PS-Adobe-3.0 EPSF-3.0\n"
    yield "vips", b"\x08\xf2\xa6\xb6" + bytes(60)
    yield "ppm", b"P6\n2 2\n255\n" + bytes(12)
    yield "csv", b"1,2,3\n4,5,6\n"
    yield "text", b"This is not a picture."
    yield "zeros", bytes(5000)
    yield "noise", bytes(zlib.crc32(bytes([n % 251, n // 251])) & 0xFF for n in range(5000))
    yield "almost-jpeg", b"\xff\xd8"
    yield "almost-png", b"\x89PNG\r\n"


def hiding() -> Iterator[tuple[str, bytes]]:
    """Pictures that are something else as well."""
    whole = {kind: photo(60, 40, kind) for kind in (".jpg", ".png", ".gif", ".webp", ".avif")}
    behind = {
        "zip": archive(),
        "html": b"\n<html><body>hello there</body></html>",
        "script": b"<SCRIPT >alert(1)</SCRIPT >",
        "svg": b'<svg version="1.1" xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "php": b"<?php system($_GET['c']); ?>",
        "rar": b"Rar!\x1a\x07\x01\x00" + bytes(40),
        "7z": b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(40),
    }
    for kind, data in whole.items():
        for name, more in behind.items():
            yield f"{kind[1:]}-{name}", data + more
    jpeg, png, gif = whole[".jpg"], whole[".png"], whole[".gif"]
    pdf = b"%PDF-1.7 1 0 obj"
    page = b"<html><script>alert(1)</script>"
    yield "jpeg-pdf-inside", jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(pdf) + 2) + pdf + jpeg[2:]
    yield "jpeg-html-inside", jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(page) + 2) + page + jpeg[2:]
    yield "png-pdf-inside", png[:33] + chunk(b"tEXt", b"Comment\0" + pdf) + png[33:]
    yield "png-html-inside", png[:33] + chunk(b"tEXt", b"Comment\0" + page) + png[33:]
    yield "gif-html-inside", gif[:-1] + b"\x21\xfe" + bytes([len(page)]) + page + b"\0;"


def bombs() -> Iterator[tuple[str, str, bytes]]:
    """Name, the code of the refusal if one fits best, and content: small files that would become large."""
    jpeg, png, gif = photo(60, 40), photo(60, 40, ".png"), photo(60, 40, ".gif")
    webp, avif = photo(60, 40, ".webp", lossless=True), photo(60, 40, ".avif")
    frame = jpeg.index(b"\xff\xc0")
    yield "jpeg", "image-too-large", jpeg[: frame + 5] + b"\xff\xdc\xff\xdc" + jpeg[frame + 9 :]
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(7_501 * 2000), 9)
    yield (
        "png",
        "image-too-large",
        png[:8] + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b""),
    )
    wide = struct.pack(">IIBBBBB", 45_000, 2, 8, 0, 0, 0, 0)
    thin = zlib.compress(bytes(45_001 * 2), 9)
    yield (
        "png-wide",
        "image-too-large",
        png[:8] + chunk(b"IHDR", wide) + chunk(b"IDAT", thin) + chunk(b"IEND", b""),
    )
    # Readers believe the frame rather than a screen that is larger.
    small, large = struct.pack("<HH", 60, 40), struct.pack("<HH", 9_000, 9_000)
    yield "gif", "image-too-large", gif.replace(small, large)
    at = webp.index(b"VP8L") + 9
    bits = int.from_bytes(webp[at : at + 4], "little") & ~0xFFFFFFF | 8_999 << 14 | 8_999
    yield "webp", "", webp[:at] + bits.to_bytes(4, "little") + webp[at + 4 :]
    size = avif.index(b"ispe") + 8
    yield "avif", "image-too-large", avif[:size] + struct.pack(">II", 30_000, 30_000) + avif[size + 8 :]
    yield "gif-frames", "image-too-many-frames", _frames(gif, 400)


def _frames(gif: bytes, count: int) -> bytes:
    """A GIF that shows a tiny frame over and over again."""
    frame = (
        b"\x21\xf9\x04\0\x01\0\0\0" + b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    )
    return b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6) + frame * count + b";"


def truncated() -> Iterator[tuple[str, bytes]]:
    """Pictures that break off, sooner or later."""
    for name, options in {
        ".jpg": {}, ".jpg-progressive": {"interlace": True}, ".png": {}, ".png-interlaced": {"interlace": True},
        ".webp": {}, ".webp-lossless": {"lossless": True}, ".gif": {}, ".avif": {},
    }.items():  # fmt: skip
        whole = photo(120, 90, name.partition("-")[0], **options)
        for share in (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97):
            yield f"{name[1:]}-{share}", whole[: int(len(whole) * share)]
