"""What eyes make of colours: contrast by WCAG 2, and the world without red or green cones by Machado (2009)."""

import math

CONES = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
}
"""Which cones an eye has → its matrix over linear red, green and blue."""

_TO_CONES = ((0.4122214708, 0.5363325363, 0.0514459929), (0.2119034982, 0.6806995451, 0.1073969566),
             (0.0883024619, 0.2817188376, 0.6299787005))  # fmt: skip
_TO_LAB = ((0.2104542553, 0.7936177850, -0.0040720468), (1.9779984951, -2.4285922050, 0.4505937099),
           (0.0259040371, 0.7827717662, -0.8086757660))  # fmt: skip


def mixed(colour, over, share):
    """Return a colour of which only a share covers another."""
    return tuple(o + (c - o) * share for c, o in zip(colour, over, strict=True))


def parsed(text):
    """Return red, green and blue of "#rrggbb", 0 to 255."""
    return tuple(int(text[at : at + 2], 16) for at in (1, 3, 5))


def contrast(one, other):
    """Return how much two colours stand out from each other: 1 for the same, 21 for black and white."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def distance(one, other, eye):
    """Return how far two colours are apart for an eye, in hundredths of OKLab: 2 is just seen, 100 black and white."""
    return 100 * math.dist(_seen(one, eye), _seen(other, eye))


def _linear(colour):
    shares = [value / 255 for value in colour]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in shares]


def _luminance(colour):
    return sum(a * b for a, b in zip((0.2126, 0.7152, 0.0722), _linear(colour), strict=True))


def _times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _seen(colour, eye):
    cones = _times(_TO_CONES, [max(0.0, value) for value in _times(CONES[eye], _linear(colour))])
    return _times(_TO_LAB, [value ** (1 / 3) for value in cones])
