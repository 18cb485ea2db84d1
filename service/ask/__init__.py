"""What may be asked, and its answers: one set of rules for the interface and for the pages."""
