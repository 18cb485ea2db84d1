"""Rules on records: hash chains of amendments and of the audit, receipts (signed answers), and the disclosure log."""
