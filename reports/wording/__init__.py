"""How figures, changes and alerts are said in words, everywhere alike."""
