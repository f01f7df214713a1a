"""The kinds of facts a tablet stores, each with what its body holds. Part of the contract; apart from it, so
that a tap needs none of the messages."""

# {"level": 3, "channel": "tablet" | "phone", "flags": ["burst" | "streak" | "after_hours"]}
RATING = "rating"
CORRECTION = "correction"  # {"level": 2, "corrects": event id of the rating}: "Chọn lại"; the last one counts
REASONS = "reasons"  # {"chosen": [keys], "good": bool}: the whole choice; the last one counts
# {"text", "topic": "gop-y" | "khen-ngoi" | "phan-anh", "masked": [kinds], "review": bool, "lookup": code?}
COMMENT = "comment"
CONTACT = "contact"  # {"sealed": base64, "key_id": hex, "lookup": code}: sealed with sync.sealing
# {"desk": key, "service": key, "official": key, "dossier": mã hồ sơ}, absent when not said; the last counts
SUBJECT = "subject"
SESSION_END = "session_end"  # {"how": "done" | "skip" | "timeout", "page": where}
MISUSE_COUNTER = "misuse_counter"  # {"cool_down": taps swallowed}
