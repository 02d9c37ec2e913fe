"""The clearance pipeline: a list of submissions is prepared, judged, assessed and committed in one unit of work."""
