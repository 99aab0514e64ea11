"""A page's address as a QR code, crisp at any size, for slides and business cards."""

import io

import segno


def qr_svg(url: str) -> bytes:
    """An SVG of the code with the quiet zone the standard wants, always dark on white so that cameras read it.

    Error correction is M or better: it survives a small crease, and stays coarse enough for a badge.
    """
    out = io.BytesIO()
    code = segno.make_qr(url, error="m")
    code.save(
        out, kind="svg", scale=8, border=4, dark="#111", light="#fff", xmldecl=False, svgversion=1.1,
        title=f"QR code of {url}", omitsize=False, nl=False,
    )  # fmt: skip
    return out.getvalue()
