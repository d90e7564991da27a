"""What commands of several services share: asking a service, output, results."""
