"""R1, R2 and R3 of QĐ 766/QĐ-TTg: from cases, dossier totals and ratings that name a dossier."""
