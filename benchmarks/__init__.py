"""Measurements against a floor and a peer, as ratios taken in one run. None is a timed test."""
