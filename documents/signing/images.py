"""Images of trial signatures and seals: drawn, transparent, and marked as trials."""

import hashlib
import io
import math
import random

from PIL import Image, ImageDraw, ImageFont

from documents.rendering.fonts import bundled

BLUE = (24, 62, 168, 255)
RED = (200, 24, 28, 255)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def signature_image(name: str) -> bytes:
    """A flourish in blue, the same for the same name; nobody's real signature."""
    chance = random.Random(hashlib.sha256(name.encode()).digest())  # noqa: S311  (a drawing, not a secret)
    scale, width, height = 4, 620, 240
    image = Image.new("RGBA", (width * scale, height * scale), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    points: list[tuple[float, float]] = []
    loops = len(name.split()) + 3
    x = 60.0
    for loop in range(loops):
        reach, rise = chance.uniform(34, 60), chance.uniform(30, 88) * (1.25 if loop == 0 else 1)
        for step in range(48):
            turn = 2 * math.pi * step / 48
            points.append(
                (
                    x + reach * step / 48 + 22 * math.sin(turn),
                    126 - rise * math.sin(turn) * math.cos(turn / 2.6),
                )
            )
        x += reach + chance.uniform(8, 20)
    end_x, end_y = points[-1]
    for step in range(60):
        share = step / 59
        points.append(
            (end_x - (end_x - 70) * share, end_y + 52 * math.sin(share * math.pi / 1.7) + 8 * share)
        )
    for index in range(len(points) - 1):
        weight = 3.4 + 2.1 * math.sin(index / 9)
        (x1, y1), (x2, y2) = points[index], points[index + 1]
        draw.line((x1 * scale, y1 * scale, x2 * scale, y2 * scale), fill=BLUE, width=round(weight * scale))
        radius = weight * scale / 2
        draw.ellipse(
            (x2 * scale - radius, y2 * scale - radius, x2 * scale + radius, y2 * scale + radius), fill=BLUE
        )
    return _png(image.resize((width, height), Image.Resampling.LANCZOS))


def seal_image(agency: str) -> bytes:
    """A round red seal with a star that says it is a trial; it imitates no real seal."""
    size = 1700
    image = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    middle = size / 2
    draw.ellipse((20, 20, size - 20, size - 20), outline=RED, width=34)
    draw.ellipse((74, 74, size - 74, size - 74), outline=RED, width=10)
    draw.ellipse((400, 400, size - 400, size - 400), outline=RED, width=12)
    star = []
    for point in range(10):
        reach = 330 if point % 2 == 0 else 330 * 0.382
        turn = -math.pi / 2 + point * math.pi / 5
        star.append((middle + reach * math.cos(turn), middle + reach * math.sin(turn)))
    draw.polygon(star, fill=RED)
    _around(image, agency.upper(), middle, 655, top=True)
    _around(image, "DẤU THỬ NGHIỆM", middle, 655, top=False)
    return _png(image.resize((560, 560), Image.Resampling.LANCZOS))


def _around(image: Image.Image, text: str, middle: float, radius: float, *, top: bool) -> None:
    """Set text along the ring, centred at the top or at the bottom."""
    size, limit = 165, math.pi * (1.28 if top else 0.62)
    while True:
        font = ImageFont.truetype(str(bundled() / "Tinos-Bold.ttf"), size)
        widths = [font.getlength(letter) + size * 0.06 for letter in text]
        if sum(widths) / radius <= limit or size <= 70:
            break
        size -= 5
    turn = -sum(widths) / radius / 2
    for letter, width in zip(text, widths, strict=True):
        at = turn + width / radius / 2
        turn += width / radius
        angle = at if top else math.pi - at
        tile = Image.new("RGBA", (size * 2, size * 2), (0, 0, 0, 0))
        ImageDraw.Draw(tile).text((size, size), letter, font=font, fill=RED, anchor="mm")
        turned = tile.rotate(-math.degrees(at if top else -at), resample=Image.Resampling.BICUBIC)
        x = middle + radius * math.sin(angle)
        y = middle - radius * math.cos(angle)
        image.alpha_composite(turned, (round(x - size), round(y - size)))
