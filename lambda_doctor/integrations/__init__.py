"""Where errors are met: each file joins lambda-doctor to one library, which it imports only when used."""
