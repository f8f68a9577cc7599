"""`python -m lambda_doctor.lint [PATH]`: the same as `lambda-doctor catalog lint [PATH]`."""

import sys

from lambda_doctor.cli import main

sys.exit(main(["catalog", "lint", *sys.argv[1:]]))
