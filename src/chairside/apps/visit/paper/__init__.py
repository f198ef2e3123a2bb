"""What was written on paper while the system was down becomes events: the words of the paper, read strictly, guessed never."""
