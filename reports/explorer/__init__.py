"""The page on which product people search, filter and open themes for themselves: one file for each period."""
