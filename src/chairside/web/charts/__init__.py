"""Pictures of numbers, drawn on the server as SVG: class names only (the strict CSP forbids `style=`), a title and a
description in each, and always beside the table that they are drawn from. Plain values in, safe text out; no models."""
