"""A page as text or file of one format."""
