"""The signboard: what it shows (parts, plan, strip: pure) and how it is drawn (board, page, tape, app)."""
