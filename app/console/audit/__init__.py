"""The pages of the audit: links, one link, verification, export."""
