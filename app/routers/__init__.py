"""HTTP only: parse, authorise, call one service, answer. No business is decided here."""
