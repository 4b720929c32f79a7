"""Numbers in, numbers out: intervals, tests, impact, shares and decompositions; knows no frame and no text."""
