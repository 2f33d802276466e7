# Folders that tests may fill, the tclsh that runs their children, and what
# became of both.

namespace eval ::scratch {}

# A new folder that others may enter (tests become other users), outside the
# sources.
proc ::scratch::make {} {
    set folder [exec mktemp -d -t nscg-test-XXXXXX]
    file attributes $folder -permissions 0o755
    return $folder
}

# Removes FOLDER and returns what was found mounted in it. That is unmounted
# first, the last one first: deleting through a bind mount that a test forgot
# would delete what it shows.
proc ::scratch::remove {folder} {
    set mounts [Mounts $folder]
    foreach mount [lreverse $mounts] {
        catch {exec umount -l -- $mount}
    }
    if {[Mounts $folder] eq {}} {
        exec rm -rf -- $folder
    }
    return $mounts
}

# The mount points in FOLDER, in the order in which they were mounted.
proc ::scratch::Mounts {folder} {
    set found {}
    foreach line [split [string trimright [bytes /proc/self/mountinfo] \n] \n] {
        # The kernel writes a blank in a path as \040.
        set point [subst -nocommands -novariables [lindex [split $line] 4]]
        if {[string equal -length [string length $folder/] $folder/ $point/]} {
            lappend found $point
        }
    }
    return $found
}

# The processes with ENTRY (NAME=value) in the environment that they were
# started with, as {pid command} pairs. Given MS, waits so long for them to
# end.
proc ::scratch::processes {entry {ms 0}} {
    set end [expr {[clock milliseconds] + $ms}]
    while {[set found [Running $entry]] ne {}
            && [clock milliseconds] < $end} {
        after 20
    }
    return $found
}

proc ::scratch::Running {entry} {
    set found {}
    foreach path [glob -nocomplain -directory /proc -type d {[0-9]*}] {
        # Those of others, and those that are gone by now, cannot be read.
        try {
            set environment [bytes $path/environ]
            set command [string map {\0 { }} [bytes $path/cmdline]]
        } trap POSIX {} {
            continue
        }
        if {$entry in [split $environment \0]} {
            lappend found [list [file tail $path] [string trim $command]]
        }
    }
    return $found
}

proc ::scratch::bytes {path} {
    set channel [open $path rb]
    try {
        return [read $channel]
    } finally {
        close $channel
    }
}

# The words that start PROGRAM: NSCG_CHECKER puts a checker such as valgrind
# in front.
proc ::scratch::checked {program} {
    if {[info exists ::env(NSCG_CHECKER)]} {
        return [list {*}$::env(NSCG_CHECKER) $program]
    }
    return [list $program]
}

# The words that start a tclsh like this one.
proc ::scratch::tclsh {} {
    return [checked [info nameofexecutable]]
}
