"""The pages of tables: in force, drafts, differences, rehearsals, approvals."""
