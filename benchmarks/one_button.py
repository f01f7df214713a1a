"""The smallest Kivy program, peer of the first-frame benchmark: one button on the whole screen."""

from kivy.config import Config

for name, value in {"multisamples": "0", "width": "1280", "height": "800", "fullscreen": "auto"}.items():
    Config.set("graphics", name, value)

from kivy.app import App  # noqa: E402
from kivy.uix.button import Button  # noqa: E402


class OneButton(App):
    def build(self) -> Button:
        return Button(text="OK")


OneButton().run()
