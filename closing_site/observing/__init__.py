"""What those who run the installation see of it: log lines, metrics, the number of an error."""
