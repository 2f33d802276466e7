# contestant.tcl --
#
#       An interpreter that launches on request, and tells how long it took.
#
#       tclsh contestant.tcl FOLDER MEGABYTES CONTAINERS
#
#       FOLDER has the programs true and the bundle for runc. Before it listens
#       the interpreter fills itself with so many megabytes of data, and starts
#       so many containers, which sleep. Then each line of standard input names
#       a procedure of ::launch, ::query, ::group or another part, and is answered with the
#       microseconds that one call of it took.

package require Tcl 8.6-
package require nscg

lassign $argv folder megabytes containers

namespace eval ::launch {
    variable true [file join $::folder true]
    variable bundle [file join $::folder bundle]
    variable kinds {mnt uts ipc pid}
    variable steps {{mount new proc /proc}}
    variable serial 0
}

# -- Launches ------------------------------------------------------------------

proc ::launch::plain {} {
    variable true
    variable kinds
    variable steps
    set process [ns clone -new $kinds -init 0 -setup $steps -- $true]
    set status [$process wait]
    $process close
    return [dict get $status code]
}

proc ::launch::init {} {
    variable true
    variable kinds
    variable steps
    set process [ns clone -new $kinds -setup $steps -- $true]
    set status [$process wait]
    $process close
    return [dict get $status code]
}

proc ::launch::exec {} {
    variable true
    ::exec $true
    return 0
}

proc ::launch::nsExec {} {
    variable true
    ns exec -- $true
    return 0
}

proc ::launch::nsExecNew {} {
    variable true
    variable kinds
    variable steps
    ns exec -new $kinds -setup $steps -- $true
    return 0
}

proc ::launch::unshare {} {
    variable true
    ::exec unshare --mount --uts --ipc --pid --fork --mount-proc -- $true
    return 0
}

proc ::launch::bwrap {} {
    variable true
    ::exec bwrap --unshare-uts --unshare-ipc --unshare-pid --bind / / \
        --proc /proc $true
    return 0
}

proc ::launch::runc {} {
    variable bundle
    variable serial
    ::exec runc --root $bundle/state run --bundle $bundle \
        nscg-bench-[pid]-[incr serial]
    return 0
}

# -- Queries, a hundred at a time ----------------------------------------------

namespace eval ::query {}

proc ::query::of {} {
    for {set i 0} {$i < 100} {incr i} {
        ns of
    }
    return 0
}

proc ::query::ofTcl {} {
    for {set i 0} {$i < 100} {incr i} {
        set of [dict create]
        foreach kind {cgroup ipc mnt net pid time user uts} {
            scan [file readlink /proc/self/ns/$kind] {%*[a-z]:[%lu]} inode
            dict set of $kind $inode
        }
    }
    return 0
}

proc ::query::mounts {} {
    for {set i 0} {$i < 100} {incr i} {
        mount list
    }
    return 0
}

# Only what a script that looks for a mount point would take from a line.
proc ::query::mountsTcl {} {
    for {set i 0} {$i < 100} {incr i} {
        set channel [open /proc/self/mountinfo]
        fconfigure $channel -translation binary
        set text [read $channel]
        close $channel
        set mounts {}
        foreach line [split [string trimright $text \n] \n] {
            set words [split $line]
            set dash [lsearch -exact -start 6 $words -]
            lappend mounts [dict create id [lindex $words 0] \
                parent [lindex $words 1] root [lindex $words 3] \
                path [lindex $words 4] options [lindex $words 5] \
                fstype [lindex $words $dash+1] source [lindex $words $dash+2]]
        }
    }
    return 0
}

proc ::query::hostname {} {
    for {set i 0} {$i < 100} {incr i} {
        ns hostname
    }
    return 0
}

proc ::query::hostnameTcl {} {
    for {set i 0} {$i < 100} {incr i} {
        set channel [open /proc/sys/kernel/hostname]
        gets $channel name
        close $channel
    }
    return 0
}

source [file join [file dirname [file normalize [info script]]] groups.tcl]
source [file join [file dirname [file normalize [info script]]] pairs.tcl]
source [file join [file dirname [file normalize [info script]]] stars.tcl]

# -- What the interpreter carries ----------------------------------------------

# Two million values, each an object and a string of its own.
proc fill {megabytes} {
    set wanted [expr {[resident] + $megabytes}]
    while {[resident] < $wanted} {
        for {set i 0} {$i < 1000} {incr i} {
            lappend ::data [string repeat $i, 50]
        }
    }
}

# Megabytes of memory that this process really has.
proc resident {} {
    set channel [open /proc/self/statm]
    set pages [lindex [read $channel] 1]
    close $channel
    return [expr {$pages * 4096 / 1048576}]
}

proc crowd {containers} {
    for {set i 0} {$i < $containers} {incr i} {
        lappend ::crowd [ns clone -new $launch::kinds -setup $launch::steps \
            -stdin null -- $launch::true sleep]
    }
}

proc disperse {} {
    foreach process $::crowd {
        $process close
    }
    set ::crowd {}
}

# A command may leave in ::afterwards what is not counted.
proc measure {command} {
    set ::afterwards {}
    set start [clock microseconds]
    set code [$command]
    set end [clock microseconds]
    if {$code != 0} {
        error "$command: the program ended with $code"
    }
    eval $::afterwards
    return [expr {$end - $start}]
}

set data {}
set crowd {}
set start [clock microseconds]
fill $megabytes
crowd $containers
# The first answer: what this interpreter now is.
puts [list [resident] [expr {[clock microseconds] - $start}]]
flush stdout
while {[gets stdin command] >= 0} {
    puts [measure ::$command]
    flush stdout
}
set start [clock microseconds]
disperse
puts [expr {[clock microseconds] - $start}]
