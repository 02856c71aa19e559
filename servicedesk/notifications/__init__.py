"""What leaves the house: the outbox, mail, and the notices under the bell."""
