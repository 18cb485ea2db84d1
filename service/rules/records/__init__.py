"""Rules on records: hash chains of amendments and of the audit, receipts (signed pathway answers), and the log of the
answers that organisations received.
"""
