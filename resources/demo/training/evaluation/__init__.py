"""What a checkpoint has learned, measured through transformers on what the training has never seen."""
