"""Official documents as NĐ 30/2020/NĐ-CP lays them out: one description, DOCX and PDF alike."""
