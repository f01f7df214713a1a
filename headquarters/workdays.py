"""Working days (ngày làm việc)."""
