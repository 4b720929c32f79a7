"""What a page shows, section by section, as plain strings."""
