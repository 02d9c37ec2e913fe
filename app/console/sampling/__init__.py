"""The pages of verifiable inspection: what is published, a declaration's draw, the list of a day."""
