"""NUMBERS IN, PAGES OUT: build one Digest, render it. The only room that knows Jinja2."""
