"""`python -m lambda_doctor` is the command `lambda-doctor`."""

import sys

from lambda_doctor.cli import main

sys.exit(main())
