"""HL7 v2: a file or a line of bytes -> messages (`splitting`), a message -> plain values (`read`), the answer (`acknowledge`).

Bad input is never an exception: it is a `Problem` with the place and a sentence, and whoever reads keeps the message whole.
What a sender's codes and assigning authorities mean is data that is handed in (`tables`).
"""
