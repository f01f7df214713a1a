"""Reports on satisfaction (báo cáo kết quả khảo sát): one model, three faithful outputs."""
