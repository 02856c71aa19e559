"""What leaves the house: the outbox, mail, bundles of news, and the notices under the bell."""
