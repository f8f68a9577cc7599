"""The platform team's errors for lambda-doctor; the catalog is data, see `catalog/`."""
