"""Risk profiles (布控): what officers write in a closed vocabulary, compiled into the same `Rule` values as the law."""
