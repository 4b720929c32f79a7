"""How digests and notices leave the machine: by the channels of the settings, and by nothing else."""
