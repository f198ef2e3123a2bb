"""Who pays and what they approved: is an approval complete, which dose does it cover, when do its units run out."""
