"""A picture of a page as a small PNG: at most 256 colours, which a page of text and lines does not miss."""

from __future__ import annotations

import base64
import struct
import zlib
from pathlib import Path

from playwright.sync_api import Page

# Pixels of one 12-bit colour share a place in the palette, its colour their mean; rarer ones take the nearest place.
_INDEXED = """async (png) => {
  const image = await createImageBitmap(await (await fetch('data:image/png;base64,' + png)).blob());
  const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const sums = new Map();
  const keyAt = i => (data[i] >> 4 << 8) | (data[i + 1] >> 4 << 4) | data[i + 2] >> 4;
  for (let i = 0; i < data.length; i += 4) {
    const key = keyAt(i), sum = sums.get(key) || [0, 0, 0, 0];
    sum[0] += 1; sum[1] += data[i]; sum[2] += data[i + 1]; sum[3] += data[i + 2];
    sums.set(key, sum);
  }
  const kept = [...sums].sort((a, b) => b[1][0] - a[1][0]).slice(0, 256);
  const palette = kept.map(([, s]) => [1, 2, 3].map(n => Math.round(s[n] / s[0])));
  const place = new Map(kept.map(([key], n) => [key, n]));
  const nearest = ([n, ...rgb]) => {
    let best = 0, least = Infinity;
    palette.forEach((colour, at) => {
      const far = colour.reduce((sum, value, c) => sum + (value - rgb[c] / n) ** 2, 0);
      if (far < least) { least = far; best = at; }
    });
    return best;
  };
  for (const [key, sum] of sums) if (!place.has(key)) place.set(key, nearest(sum));
  const indices = new Uint8Array(data.length / 4);
  for (let i = 0; i < data.length; i += 4) indices[i / 4] = place.get(keyAt(i));
  let text = '';
  for (let i = 0; i < indices.length; i += 8192) text += String.fromCharCode(...indices.subarray(i, i + 8192));
  return { width: image.width, height: image.height, palette, indices: btoa(text) };
}"""


def save_small(page: Page, shot: bytes, path: Path) -> None:
    """Write a screenshot; `page` is any page without a policy that forbids it, such as about:blank."""
    found = page.evaluate(_INDEXED, base64.b64encode(shot).decode())
    width, height, indices = found["width"], found["height"], base64.b64decode(found["indices"])
    rows = b"".join(b"\0" + indices[n * width : (n + 1) * width] for n in range(height))
    palette = bytes(value for colour in found["palette"] for value in colour)
    parts = (
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        _chunk(b"PLTE", palette),
        _chunk(b"IDAT", zlib.compress(rows, 9)),
        _chunk(b"IEND", b""),
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
