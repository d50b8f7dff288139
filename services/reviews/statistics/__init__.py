"""Impact statistics: what is counted, of whom, and what of it may be shown. Pure: arrays in, figures out."""
