"""How contacts were served: volumes, times, reopens, backlog, and what drives them."""
