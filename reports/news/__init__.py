"""The first sentences of a digest."""
