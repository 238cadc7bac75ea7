// The engine's own builder is there already.
