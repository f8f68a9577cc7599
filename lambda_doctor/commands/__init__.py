"""The subcommands, one file each: `add(parser)` declares the arguments and returns what runs the command."""
