"""Charts, drawn without a browser."""
