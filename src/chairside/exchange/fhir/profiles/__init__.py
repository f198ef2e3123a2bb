"""US Core 6.1.0 as an option of the validator: profiles compiled to facts, judged where a resource claims them."""
