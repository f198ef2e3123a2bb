"""The key numbers of each therapy, written down a second time by another hand and compared with its protocol."""
