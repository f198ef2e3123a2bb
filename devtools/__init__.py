"""What dev.py does, with the standard library only: the private environment, the stages of the gate, the browser.

Nothing here is part of the product.
"""
