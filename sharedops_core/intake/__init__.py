"""The rim: files and logs of other desks, checked and mapped before anything is written."""
