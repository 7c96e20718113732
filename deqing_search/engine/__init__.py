"""The engines: what is indexed is stored, evaluated and fetched here. `base` says what an engine must do."""
