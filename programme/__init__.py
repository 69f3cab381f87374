"""The outside world: the plan as data, and a client that enters it and plays the sample year through the gRPC doors."""
