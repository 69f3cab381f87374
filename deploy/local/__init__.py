"""The whole platform on one machine: private servers, eight processes, one supervisor; everything under one folder."""
