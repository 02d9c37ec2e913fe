"""Every query, and nothing but queries. Repositories never commit."""
