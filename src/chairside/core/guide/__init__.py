"""The guide: what the patient reads, made from the protocol and the plan. Plain words, English and Spanish, education only."""
