"""The JSON door's shapes, in and out: one definition per document gives decoder, complete error list and OpenAPI."""
