# For the tests of containers: a state folder of their own, checked to be
# empty at the end of each test.

set ::env(NSCG_STATE) [file join [scratch] state]
namespace import -force ::nscg::container ::nscg::reap

# What is left of containers: files, and overlays that are still mounted.
proc containersLeft {} {
    set left [glob -nocomplain -directory $::env(NSCG_STATE) * .gone-* \
        .claim-*]
    foreach line [split [contents /proc/self/mounts] \n] {
        if {[string match *$::env(NSCG_STATE)* $line]} {
            lappend left $line
        }
    }
    return $left
}

# What a shell script begins with that changes or deletes what this machine has,
# too: it goes no further where the root that it sees is this machine's own.
proc guard {} {
    set checks {}
    foreach path {/ /etc /usr} {
        file stat $path stat
        append checks "case \"\$(stat -c %d:%i $path 2>/dev/null)\" in\
            $stat(dev):$stat(ino)) exit 99;; esac; "
    }
    return $checks
}

# The fields of /proc/self/status of a program in a container with OPTIONS.
proc statusInside {options names} {
    set text [container run {*}$options -- cat /proc/self/status]
    return [lmap name $names {
        regexp -line "^$name:\[ \t]*(.*)$" $text - value
        concat {*}[split $value]
    }]
}

# The roots that tests run on: the host's, and a small one.
proc roots {} {
    return [list host [rootfs]]
}

# Evaluates SCRIPT for an error; returns its errorCode and message.
proc refused {script} {
    if {[catch {uplevel 1 $script} message detail]} {
        return [list [dict get $detail -errorcode] $message]
    }
    return [list none $message]
}

# Containers can be had here: by root, or in a user namespace.
testConstraint container [expr {[testConstraint root]
    ? [testConstraint overlay]
    : [testConstraint userns] && [testConstraint overlayUserns]}]
