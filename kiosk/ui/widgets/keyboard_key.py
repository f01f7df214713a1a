"""One key of the screen keyboard: lip, face, and a word, a sign, or a tone's name with the word it makes.

Its textures are made once per word and swapped; what a citizen's word is made into is never cached.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from kivy.lang import Builder
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.ui.icons import icon
from kiosk.ui.look import Type, look
from kiosk.ui.theme import Rgba, Theme, rgba
from kiosk.ui.widgets.keyboard_rows import Does, KeySpec
from kiosk.ui.widgets.text import Run, natural_height, texture_of

MOST_LETTER = 36
PLAIN = (Does.LETTER, Does.VOWEL)
CLEAR: Rgba = (0, 0, 0, 0)


class KeyColours(NamedTuple):
    fill: Rgba
    lip: Rgba
    ink: Rgba


GROUND = {Theme.LIGHT: rgba("#EFE8DA"), Theme.CONTRAST: rgba("#FFFFFF")}
LETTER_LIP, SAND, SAND_LIP = rgba("#DDD2BC"), rgba("#E8DFCE"), rgba("#CFC3AA")
VOWEL_LIP, TONE_LIP, DEAD_INK = rgba("#B9D3D8"), rgba("#E9D08E"), rgba("#6F6857")


def fresh_texture(text: str, font: str, size: int) -> Texture:
    """A texture nobody keeps but the caller: for words of citizens."""
    label = CoreLabel(text=text, font_name=font, font_size=size, padding=0)
    label.refresh()
    return label.texture


class Piece(NamedTuple):
    """A texture and where its lower left corner stands, from the key's centre."""

    texture: Texture
    x: float
    y: float


class Key(Widget):
    """``label``: its letter or word. ``glyph``: an icon before it. ``caption``: a tone's name above it.
    ``lit``: a switch that is on. ``dead``: greyed, because it could do nothing now."""

    label = StringProperty("")
    glyph = StringProperty("")
    caption = StringProperty("")
    target = StringProperty("")
    pressed = BooleanProperty(False)
    lit = BooleanProperty(False)
    dead = BooleanProperty(False)
    fill = ColorProperty(CLEAR)
    lip_color = ColorProperty(CLEAR)
    edge_color = ColorProperty(CLEAR)
    edge = NumericProperty(0)

    def __init__(self, spec: KeySpec, **kwargs: object) -> None:
        self.spec = spec
        self._pieces: list[Piece] = []
        self._paint_soon = Clock.create_trigger(self._paint, -1)
        super().__init__(target=spec.target, size_hint=(None, None), **kwargs)
        for name in ("label", "glyph", "caption", "size", "pos", "lit", "dead"):
            self.fbind(name, self._paint_soon)
        for name in ("pressed", "lit", "dead"):
            self.fbind(name, self._dress)
        self._dress()

    @property
    def text(self) -> str:
        """What stands on it, for the fit check."""
        return self.label or self.caption or self.glyph

    @property
    def lines(self) -> list[tuple[Run, ...]]:
        return [(Run(word, False),) for word in (self.caption, self.label) if word]

    @property
    def content_size(self) -> tuple[float, float]:
        if not self._pieces:
            return 0, 0
        left = min(piece.x for piece in self._pieces)
        right = max(piece.x + piece.texture.width for piece in self._pieces)
        return right - left, 0

    def wipe(self) -> None:
        """Nothing of a citizen's word stays on it."""
        self._pieces = []
        self.canvas.clear()

    def _dress(self, *_: object) -> None:
        colours = self.colours()
        self.fill, self.lip_color = colours.fill, colours.lip
        strong = not look.c.shadows
        self.edge = (2 if self.dead else 3) if strong else 0
        self.edge_color = (look.c.sand if self.dead else look.c.line2) if strong else CLEAR
        self.disabled = self.dead

    def colours(self) -> KeyColours:
        c, does = look.c, self.spec.does
        if self.dead:
            return KeyColours(c.sand, c.sand, DEAD_INK if c.shadows else c.ink2)
        if does is Does.SEND:
            return KeyColours(c.brand_l if self.pressed else c.brand, c.brand_d, c.on_brand)
        if self.lit and does in (Does.SHIFT, Does.LAYER):
            return KeyColours(c.brand, c.brand_d, c.on_brand)
        fill, lip, ink = {
            Does.LETTER: (c.card, LETTER_LIP, c.ink),
            Does.VOWEL: (c.brand_t, VOWEL_LIP, c.brand),
            Does.TONE: (c.gold_t, TONE_LIP, c.ink),
        }.get(does, (SAND if c.shadows else c.sand, SAND_LIP, c.ink))
        return KeyColours(lip if self.pressed and c.shadows else fill, lip if c.shadows else c.line2, ink)

    # -- painting ----------------------------------------------------------------------------------------

    def _paint(self, *_: object) -> None:
        self.canvas.clear()
        if self.width < 2 or self.height < 2:
            return
        ink = self.colours().ink
        self._pieces = self._tone() if self.spec.does is Does.TONE else self._word()
        x, y = self.center_x, self.center_y + look.px(2)
        with self.canvas:
            for i, piece in enumerate(self._pieces):
                Color(rgba=self._accent(ink, i))
                size = piece.texture.size
                Rectangle(texture=piece.texture, size=size, pos=(round(x + piece.x), round(y + piece.y)))

    def _accent(self, ink: Rgba, index: int) -> Rgba:
        """The name on a tone key is gold, the tick of a method that is on is green."""
        if self.dead:
            return ink
        if self.spec.does is Does.TONE and index < len(self._pieces) - 1:
            return look.c.gold_d
        if self.spec.does is Does.METHOD and index == 1:
            return look.c.ok
        return ink

    def _word(self) -> list[Piece]:
        """Icon and word side by side; of a method key the tick stands behind."""
        style = self._style()
        for size in range(style.size, look.px(16) - 1, -1):
            row = self._row(style.font, size)
            wide = sum(texture.width for texture, _ in row) + look.px(10) * (len(row) - 1)
            if wide <= self.width - look.px(12):
                break
        x, pieces = -wide / 2, []
        for texture, high in row:
            pieces.append(Piece(texture, x, -high / 2))
            x += texture.width + look.px(10)
        return pieces

    def _row(self, font: str, size: int) -> list[tuple[Texture, float]]:
        """With heights that leave out stacked marks, so that Ê stands no lower than E."""
        row = [(texture_of(self.label, font, size), natural_height(font, size))] if self.label else []
        if self.glyph:
            behind = self.spec.does is Does.METHOD
            sign = texture_of(icon(self.glyph), "Icons", round(size * (1.1 if behind else 1.4)))
            row.insert(1 if behind else 0, (sign, sign.height))
        return row

    def _style(self) -> Type:
        plain = self.spec.does in PLAIN and self.spec.char != " "
        return grown("letter" if plain else "key_word")

    def _tone(self) -> list[Piece]:
        """Name above, word below; at sizes where both have no room the word alone, which says it all."""
        if not self.label:
            name = look.type("caption")
            texture = texture_of(self.caption, name.font, name.size)
            return [Piece(texture, -texture.width / 2, _lift(name) - name.line / 2)]
        name, word = look.type("caption", 1), grown("preview")
        both = name.line + word.line <= self.height - look.px(6)
        bottom = -(name.line * both + word.line) / 2
        texture, size = self._previewed(word)
        lift = (word.line - natural_height(word.font, size)) / 2
        pieces = [Piece(texture, -texture.width / 2, bottom + lift)]
        if both:
            texture = texture_of(self.caption, name.font, name.size)
            pieces.insert(0, Piece(texture, -texture.width / 2, bottom + word.line + _lift(name)))
        return pieces

    def _previewed(self, style: Type) -> tuple[Texture, int]:
        """The word as large as it fits, and that size."""
        texture = fresh_texture(self.label, style.font, style.size)
        room = self.width - look.px(12)
        if texture.width <= room:
            return texture, style.size
        size = int(style.size * room / texture.width)
        return fresh_texture(self.label, style.font, size), size


def _lift(style: Type) -> float:
    return (style.line - natural_height(style.font, style.size)) / 2


def grown(style: str) -> Type:
    """``style`` at the citizen's text size, but never above 36 design px: keys do not grow."""
    base = look.type(style, 1).size / look.unit
    return look.type(style, min(look.step, MOST_LETTER / base))


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
