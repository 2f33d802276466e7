# Runs its first argument, a script: for tests that start a tclsh through
# `ns clone`.
eval [lindex $argv 0]
