"""Plan, apply, take back and prove."""
