"""A screenshot as a PNG of 256 colours, a third of its size: a page has few, and the shades at letters' edges give way."""

from __future__ import annotations

import base64
import struct
import sys
import zlib
from array import array
from collections import Counter

from playwright.sync_api import BrowserContext

_COLOURS = 256
_DECODE = """async (text) => {
  const image = await createImageBitmap(await (await fetch('data:image/png;base64,' + text)).blob())
  const canvas = new OffscreenCanvas(image.width, image.height)
  const pen = canvas.getContext('2d')
  pen.drawImage(image, 0, 0)
  const data = pen.getImageData(0, 0, image.width, image.height).data
  let binary = ''
  for (let at = 0; at < data.length; at += 32768) binary += String.fromCharCode.apply(null, data.subarray(at, at + 32768))
  return [image.width, image.height, btoa(binary)]
}"""


def smaller(context: BrowserContext, png: bytes) -> bytes:
    """The same picture with at most 256 colours; the browser reads the pixels."""
    page = context.new_page()
    width, height, text = page.evaluate(_DECODE, base64.b64encode(png).decode())
    page.close()
    pixels = array("I", base64.b64decode(text))
    found = Counter(pixels)
    kept = [colour for colour, _ in found.most_common(_COLOURS)]
    parts_of = {colour: colour.to_bytes(4, sys.byteorder)[:3] for colour in found}
    table = {colour: min(range(len(kept)), key=lambda at: _apart(parts_of[colour], parts_of[kept[at]])) for colour in found}
    rows = bytes(map(table.__getitem__, pixels))
    lines = b"".join(b"\0" + rows[begin : begin + width] for begin in range(0, len(rows), width))
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    palette = b"".join(parts_of[colour] for colour in kept)
    parts = ((b"IHDR", head), (b"PLTE", palette), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _apart(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
