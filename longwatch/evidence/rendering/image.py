# SPDX-License-Identifier: Apache-2.0
"""Pictures, painted anew without what was hidden in them; what was hidden becomes facts."""

import io
import warnings
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, BinaryIO

from PIL import ExifTags, Image, ImageOps

from longwatch.evidence.rendering.copy import Copy, Picture, Unreadable

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP")
MOST_PIXELS = 80_000_000
SIDE = 2000
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)
# Plugins are loaded now, because later no file can be opened any more.
Image.init()


def image_copy(file: BinaryIO) -> Copy:
    """The first picture of an image file, upright and at most 2000 pixels wide and high, and its metadata as facts."""
    try:
        with Image.open(file, formats=FORMATS) as picture:
            return _copy(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unreadable("too_many_pixels") from None


def clean_picture(picture: Image.Image, side: int = SIDE) -> Picture:
    """A picture's pixels and nothing else."""
    picture.thumbnail((side, side))
    see_through = "A" in picture.getbands() or "transparency" in picture.info
    plain = picture.convert("RGBA" if see_through else "RGB")
    # Made of the pixels alone: comments, profiles and the rest stay behind.
    fresh = Image.frombytes(plain.mode, plain.size, plain.tobytes())
    out = io.BytesIO()
    if see_through:
        fresh.save(out, "PNG")
    else:
        fresh.save(out, "JPEG", quality=85)
    return Picture("image/png" if see_through else "image/jpeg", *fresh.size, out.getvalue())


def _copy(picture: Image.Image) -> Copy:
    copy = Copy("image")
    copy.fact("format", picture.format or "")
    copy.fact("pixels", f"{picture.width} x {picture.height}")
    if picture.width * picture.height > MOST_PIXELS:
        raise Unreadable("too_many_pixels")
    frames = getattr(picture, "n_frames", 1)
    if frames > 1:
        copy.note("first_frame", frames)
    for name, value in _metadata(picture, copy):
        copy.fact(name, value)
    if max(picture.size) > SIDE:
        copy.note("smaller", SIDE)
    picture.draft("RGB", (SIDE, SIDE))
    picture.load()
    if max(picture.size) > SIDE:
        picture.thumbnail((SIDE, SIDE))
    copy.pictures.append(clean_picture(ImageOps.exif_transpose(picture)))
    return copy


def _metadata(picture: Image.Image, copy: Copy) -> Iterator[tuple[str, Any]]:
    exif = picture.getexif()
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    if (where := _position(gps)) is not None:
        copy.note("position")
        yield "position", where
    for tags, names in (
        (exif, ExifTags.TAGS), (exif.get_ifd(ExifTags.IFD.Exif), ExifTags.TAGS), (gps, ExifTags.GPSTAGS),
    ):  # fmt: skip
        for tag, value in tags.items():
            if tag not in (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo, ExifTags.IFD.Interop):
                yield f"EXIF {names.get(tag, hex(tag))}", _said(value)
    for name, value in picture.info.items():
        if isinstance(value, str) or name == "comment":
            yield str(name), _said(value)


def _position(gps: dict[int, Any]) -> str | None:
    tags = ExifTags.GPS
    try:
        latitude = _degrees(gps[tags.GPSLatitude], gps.get(tags.GPSLatitudeRef, "N") in ("S", b"S"))
        longitude = _degrees(gps[tags.GPSLongitude], gps.get(tags.GPSLongitudeRef, "E") in ("W", b"W"))
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    good = abs(latitude) <= 90 and abs(longitude) <= 180
    return f"{latitude:.6f}, {longitude:.6f}" if good else None


def _degrees(parts: Any, negative: bool) -> float:
    whole, minutes, seconds = (float(part) for part in parts)
    degrees = whole + minutes / 60 + seconds / 3600
    return -degrees if negative else degrees


def _said(value: Any) -> str:
    if isinstance(value, bytes):
        text = value.strip(b"\x00 ")
        return text.decode("utf-8", "replace") if text.isascii() and len(text) < 500 else f"{len(value)} bytes"
    if isinstance(value, tuple):
        return ", ".join(_said(each) for each in value[:20])
    return str(float(value)) if isinstance(value, Fraction) else str(value)[:1000]
