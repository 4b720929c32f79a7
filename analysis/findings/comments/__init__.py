"""What single comments ask for, threaten, contradict or praise."""
