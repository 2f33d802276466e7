# What was done, so that it can be undone. Each change pushes its inverse
# before the next one is made; where something fails, the inverses run, the
# last one first.

namespace eval ::nscg::undo {
    variable stacks {}
    variable count 0
}

# Evaluates BODY in the caller. Its changes push their inverses, with `push`,
# on the stack whose name it finds in VARNAME. If BODY fails, they run, and
# the error goes on as it was. Returns what BODY returns.
proc ::nscg::undo::scope {varName body} {
    variable stacks
    variable count
    upvar 1 $varName stack
    set stack undo[incr count]
    set id $stack
    dict set stacks $id {}
    try {
        uplevel 1 $body
    } on error {message detail} {
        Unwind $id detail
        return -options $detail $message
    } finally {
        dict unset stacks $id
    }
}

# Pushes a command, given as words, that is evaluated in the global namespace.
proc ::nscg::undo::push {stack args} {
    variable stacks
    dict lappend stacks $stack $args
}

# What was pushed so far.
proc ::nscg::undo::commands {stack} {
    variable stacks
    return [dict get $stacks $stack]
}

# Every inverse is tried. What one of them says is added to the errorInfo of
# the error that they undo.
proc ::nscg::undo::Unwind {stack detailVar} {
    variable stacks
    upvar 1 $detailVar detail
    foreach command [lreverse [dict get $stacks $stack]] {
        try {
            uplevel #0 $command
        } on error message {
            dict append detail -errorinfo \
                "\n    (undoing it by \"$command\" failed: $message)"
        }
    }
}
