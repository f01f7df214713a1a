"""Pages about offices. They live here because headquarters.offices lies below rights and the audit log."""
