"""Paper: the one way to make a PDF, and the frame that every printed page has (`frame.typ`).

A document is a typst template beside the code that fills it. What it says comes as data and is never read as markup.
"""

from chairside.web.paper.drawing import svg_for_paper
from chairside.web.paper.pdf import PaperProblem, qr, typeset

__all__ = ["PaperProblem", "qr", "svg_for_paper", "typeset"]
