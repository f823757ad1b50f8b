"""Settings by place: `embedded` (one command on one machine), `production`, `test`; all start from `base`."""
