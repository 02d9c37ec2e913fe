"""Tongguan clears cross-border e-commerce parcels: it matches their documents, applies the law, and decides."""
