# What the scripts of the tour share. Each of them is run by hand:
#
#       tclsh examples/tour/01-namespaces.tcl

package require Tcl 8.6-
package require nscg
namespace import nscg::*

# Says what happens next.
proc tell {text} {
    puts "\n== $text"
}

# Runs a program of the machine, and prints what it says.
proc show {args} {
    puts [exec -ignorestderr {*}$args]
}

# The namespaces KINDS, as this user can make them: to others than root the
# kernel gives new ones only together with a user namespace that owns them.
proc kinds {args} {
    return [expr {[root] ? $args : [linsert $args 0 user]}]
}

# Whether this user may do what only root may.
proc root {} {
    return [expr {[lindex [exec id -u] 0] == 0}]
}

# Whether a part of the tour can be shown: if not, says who can see it.
proc needsRoot {what} {
    if {![root]} {
        puts "(As root you would see $what here.)"
    }
    return [root]
}
