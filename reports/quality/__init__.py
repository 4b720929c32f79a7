"""The page on the data itself: what came in, what was refused and why, how fresh and how well read it is."""
