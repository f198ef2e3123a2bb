"""The engine's questions: plain JSON in, plain JSON out (contracts, "Engine questions").

One module a question, each with `answer(rulebook, question)`. Reading and writing only: no rule lives here.
"""
