"""Letters of thanks and of apology (thư cảm ơn, thư xin lỗi), drafted for the head of the office to sign."""
