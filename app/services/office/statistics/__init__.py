"""Statistics: gathered from the lanes behind the intake, kept as sums by day, shown to officers of the districts."""
