"""Risk profiles for officers: their life, rehearsals, shadows, hits. The rules themselves: `app.rules.profiles`."""
