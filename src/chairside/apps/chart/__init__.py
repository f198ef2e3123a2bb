"""What crosses the stages: the patient's line and today's board."""
