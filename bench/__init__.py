"""``make bench``: figures as ratios, each against a named peer or limit, taken in one run on one machine."""
