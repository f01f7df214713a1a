"""The tablet's screens: the only home of Kivy. Importing this package opens no window."""
