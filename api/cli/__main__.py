"""`python -m api.cli` is `caseledger`."""

from api.cli.main import main

main()
