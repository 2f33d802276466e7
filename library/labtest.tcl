# Tests of tcltest that have a lab of their own, and must leave nothing.

namespace eval ::nscg::lab::watch {}

# nscg::lab test NAME DESCRIPTION -topology TOPOLOGY ?-option value ...?
#
#       A test as tcltest's, with its options, to which a lab is made before
#       -setup and taken away after -cleanup. The variable lab has its command.
#       What the test leaves behind fails it.
#
#       Errors          NSCG LAB OPTION | TCLTEST
proc ::nscg::lab::Test {args} {
    if {[llength $args] < 2} {
        return -code error -errorcode {TCL WRONGARGS} "wrong # args: should be\
            \"nscg::lab test name description ?-option value ...?\""
    }
    set options [lassign $args name description]
    if {[llength $options] % 2} {
        Fail OPTION [lindex $options end] \
            "value for \"[lindex $options end]\" missing"
    }
    if {![dict exists $options -topology]} {
        Fail OPTION -topology "test \"$name\" has no -topology"
    }
    if {[namespace which ::tcltest::test] eq {}} {
        Fail TCLTEST {} "there is no tcltest: package require tcltest"
    }
    CheckTestOptions [dict keys [dict remove $options -topology]]
    set setup "set lab \[::nscg::lab::watch::begin [list $name \
        [dict get $options -topology]]\]"
    set cleanup {}
    foreach {option script} [dict remove $options -topology] {
        switch -- $option {
            -setup { append setup \n$script }
            -cleanup { set cleanup $script }
            default { lappend others $option $script }
        }
    }
    lappend others -setup $setup \
        -cleanup "try {\n$cleanup\n} finally {::nscg::lab::watch::end\
            [list $name]}"
    tailcall ::tcltest::test $name $description {*}$others
}

# tcltest itself says which options a test of its has; it does not know of
# -topology.
proc ::nscg::lab::CheckTestOptions {options} {
    set message {}
    try {
        ::tcltest::test {} {} -topology {}
    } on error message {}
    if {![regexp {must be (.*)$} $message - text]} {
        return
    }
    set known [lsort [list -topology {*}[regexp -all -inline -- {-\w+} $text]]]
    foreach option $options {
        if {$option ni $known} {
            return -level 2 -code error \
                -errorcode [list NSCG LAB OPTION $option] "bad option\
                \"$option\": must be [::nscg::options::either $known]"
        }
    }
}

# What there is before the test: of the interpreter, this process, and each
# namespace.
proc ::nscg::lab::watch::begin {name topology} {
    variable seen
    set lab [::nscg::lab create $topology]
    dict set seen($name) token [::nscg::lab::Last]
    dict set seen($name) mine [Mine]
    dict set seen($name) children [Children]
    Follow $name
    dict set seen($name) links [Links [::nscg::lab::Last]]
    return $lab
}

# Fails with what was left.
proc ::nscg::lab::watch::end {name} {
    variable seen
    if {![info exists seen($name)]} {
        return
    }
    Unfollow $name
    set before $seen($name)
    unset seen($name)
    set token [dict get $before token]
    set left [New [dict get $before mine] [Mine]]
    lappend left {*}[Groups [dict get $before groups]]
    if {[dict exists $::nscg::lab::labs $token]} {
        lappend left {*}[Processes $token] \
            {*}[New [dict get $before links] [Links $token]]
        rename [dict get $::nscg::lab::labs $token command] {}
    }
    # Those on hosts were killed, and are told of already.
    lappend left {*}[NewChildren [dict get $before children]]
    if {$left ne {}} {
        return -code error -errorcode [list NSCG LAB LEFT $left] \
            "left behind: [join $left {, }]"
    }
}

# What this interpreter has, and its net and mnt namespaces.
proc ::nscg::lab::watch::Mine {} {
    set found {}
    set labs [lmap lab [dict values $::nscg::lab::labs] {dict get $lab command}]
    foreach lab $labs {
        lappend found "lab $lab"
    }
    foreach command [info commands ::nscg::*\[0-9\]] {
        if {$command ni $labs} {
            lappend found "handle [string range $command 8 end]"
        }
    }
    foreach channel [chan names] {
        lappend found "channel $channel"
    }
    foreach event [after info] {
        lappend found "event $event ([string range [lindex [after info \
            $event] 0] 0 39])"
    }
    foreach link [::nscg::link list] {
        lappend found "link [dict get $link name] in this net namespace"
    }
    lappend found {*}[Mounts] {*}[Containers]
    return $found
}

proc ::nscg::lab::watch::Links {token} {
    set found {}
    dict for {host space} [dict get $::nscg::lab::labs $token spaces] {
        if {[info commands $space] eq {}} {
            continue
        }
        foreach link [::nscg::link list -ns $space] {
            lappend found "link [dict get $link name] on [Where $host]"
        }
    }
    return $found
}

proc ::nscg::lab::watch::Where {host} {
    return [expr {$host eq {} ? "the switches" : "host $host"}]
}

proc ::nscg::lab::watch::New {before now} {
    return [lmap thing $now {
        if {$thing in $before} continue
        set thing
    }]
}

# The processes that are still in the lab. They are killed: nobody else is in
# its namespaces.
proc ::nscg::lab::watch::Processes {token} {
    set inodes {}
    dict for {host space} [dict get $::nscg::lab::labs $token spaces] {
        if {[info commands $space] ne {}} {
            dict set inodes [$space inode] $host
        }
    }
    set found {}
    foreach space [::nscg::ns list -kind net] {
        set inode [dict get $space inode]
        if {![dict exists $inodes $inode]} {
            continue
        }
        set where [Where [dict get $inodes $inode]]
        foreach pid [dict get $space processes] {
            if {$pid != [pid]} {
                lappend found "process $pid ([Command $pid]) on $where"
                Kill $pid $inode
            }
        }
        if {[dict exists $space pins]} {
            foreach pin [dict get $space pins] {
                lappend found "pin $pin of $where"
            }
        }
    }
    return $found
}

proc ::nscg::lab::watch::Command {pid} {
    try {
        return [Read /proc/$pid/comm]
    } trap POSIX {} {
        return gone
    }
}

# The process is held before it is looked at: its number cannot be another's.
proc ::nscg::lab::watch::Kill {pid inode} {
    try {
        set process [::nscg::ns process $pid]
        try {
            if {[dict get [::nscg::ns of $process] net] == $inode} {
                $process signal KILL
            }
        } finally {
            $process close
        }
    } trap {NSCG NS EXITED} {} {
    } trap {POSIX ESRCH} {} {
    }
}
