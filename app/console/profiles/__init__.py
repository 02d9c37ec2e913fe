"""The pages of risk profiles: list, editor, rehearsals, approval, history."""
