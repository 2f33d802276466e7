# nscg::lab: networks for tests and for teaching.
#
# A host is a net namespace without a process: its handle holds it. All bridges
# lie in one more namespace, so that this thread's own is never touched, and a
# cable between two of them never leaves it. What a lab has made goes with
# its namespaces, and those with the interpreter.

namespace eval ::nscg::lab {
    # token -> dict: command, plan, spaces (host -> namespace handle, and {} ->
    # that of the bridges), processes, down (what `restore` needs), names (what
    # /etc/hosts says on the hosts; empty until that is asked for)
    variable labs {}
    variable tokens 0
    variable count 0

    # What a lab's command can do: the words behind, least and most.
    variable subcommands {
        address {{host ?neighbour? ?-family family?} 1 4}
        cut {{name name} 2 2}
        delete {{} 0 0}
        describe {{} 0 0}
        eval {{host script} 2 2}
        exec {{host ?-option value ...? program ?arg ...?} 2 -1}
        hosts {{} 0 0}
        links {{} 0 0}
        namespace {name 1 1}
        restore {{name name} 2 2}
        set {{name name ?-option value ...?} 2 -1}
        start {{host ?-option value ...? program ?arg ...?} 2 -1}
        switches {{} 0 0}
    }
}
# Of each subcommand: a procedure of its name, with a capital, so that none is
# taken for a command of Tcl.
namespace eval ::nscg::lab::do {}

foreach file {undo options topology labmake labrun lablook labtest lableft} {
    source [file join [file dirname [info script]] $file.tcl]
}

# nscg::lab create ?NAME? TOPOLOGY
# nscg::lab SUBCOMMAND ?ARG ...?
#
#       Makes a network; anything else is asked of the one that was made last.
#
#       NAME            the name of the lab's command; ::nscg::labN
#       TOPOLOGY        dict: hosts, switches, links, network, network6
#       Result          the name of the command
#       Errors          NSCG LAB TOPOLOGY | NAME | LINK | OPTION | VALUE |
#                       ADDRESS | ROOM | LOOP | KERNEL | TAKEN | NONE |
#                       CLOSED;
#                       those of ns unshare, veth create and the others
proc ::nscg::lab {args} {
    if {$args eq {}} {
        return -code error -errorcode {TCL WRONGARGS} \
            "wrong # args: should be \"nscg::lab subcommand ?arg ...?\""
    }
    set words [lassign $args subcommand]
    switch -- $subcommand {
        create { return [lab::Create {*}$words] }
        test { tailcall ::nscg::lab::Test {*}$words }
    }
    lab::CheckSubcommand $subcommand {create test}
    tailcall ::nscg::lab::Call [lab::Last] {*}$args
}

proc ::nscg::lab::Fail {reason word message} {
    return -code error -errorcode [list NSCG LAB $reason $word] $message
}

proc ::nscg::lab::CheckSubcommand {word {more {}}} {
    variable subcommands
    if {![dict exists $subcommands $word]} {
        set names [lsort [concat $more [dict keys $subcommands]]]
        return -level 2 -code error \
            -errorcode [list TCL LOOKUP SUBCOMMAND $word] \
            "bad subcommand \"$word\": must be [join \
                [lrange $names 0 end-1] {, }], or [lindex $names end]"
    }
}

# The lab that was made last, of those that are there.
proc ::nscg::lab::Last {} {
    variable labs
    if {[dict size $labs] == 0} {
        Fail NONE {} "there is no lab: nscg::lab create makes one"
    }
    return [lindex [dict keys $labs] end]
}

# What a lab's command does. The procedure of the subcommand takes its place,
# so that a script that is evaluated is the caller's.
proc ::nscg::lab::Call {token args} {
    variable labs
    variable subcommands
    set command [dict get $labs $token command]
    if {$args eq {}} {
        WrongArgs $command "subcommand ?arg ...?"
    }
    set words [lassign $args subcommand]
    CheckSubcommand $subcommand
    lassign [dict get $subcommands $subcommand] usage min max
    if {[llength $words] < $min || $max >= 0 && [llength $words] > $max} {
        WrongArgs $command [string trimright "$subcommand $usage"]
    }
    tailcall ::nscg::lab::do::[string totitle $subcommand] $token {*}$words
}

proc ::nscg::lab::WrongArgs {command usage} {
    return -level 2 -code error -errorcode {TCL WRONGARGS} \
        "wrong # args: should be \"$command $usage\""
}

# -- Beginning and end ---------------------------------------------------------

proc ::nscg::lab::Create {args} {
    variable labs
    variable tokens
    variable count
    if {[llength $args] ni {1 2}} {
        return -level 2 -code error -errorcode {TCL WRONGARGS} \
            "wrong # args: should be \"nscg::lab create ?name? topology\""
    }
    set topology [lindex $args end]
    if {[llength $args] == 2} {
        set command [Qualified [lindex $args 0]]
    } else {
        while {[info commands [set command ::nscg::lab[incr count]]] ne {}} {}
    }
    set plan [::nscg::topology::plan $topology]
    set spaces [make::network $plan]
    set token lab[incr tokens]
    proc $command args "tailcall ::nscg::lab::Call $token {*}\$args"
    trace add command $command delete [list ::nscg::lab::Deleted $token]
    trace add command $command rename [list ::nscg::lab::Renamed $token]
    dict set labs $token [dict create command $command plan $plan \
        spaces $spaces processes {} down {} names {}]
    return $command
}

# A name is in the caller's namespace, as that of a procedure would be.
proc ::nscg::lab::Qualified {name} {
    if {[namespace tail $name] eq {}} {
        Fail NAME $name "bad name \"$name\" of a lab: it is empty"
    }
    if {![string match ::* $name]} {
        set space [uplevel 3 {namespace current}]
        set name [expr {$space eq "::" ? "" : $space}]::$name
    }
    if {![namespace exists [namespace qualifiers $name]::]} {
        Fail NAME $name "bad name \"$name\" of a lab: there is no namespace\
            \"[namespace qualifiers $name]\""
    }
    if {[info commands $name] ne {}} {
        Fail TAKEN $name "there is a command \"$name\" already"
    }
    return $name
}

proc ::nscg::lab::Renamed {token old new op} {
    variable labs
    if {$new ne {}} {
        dict set labs $token command $new
    }
}

# The command is gone, by `rename` to an empty name: so is the lab. Tcl has no
# ear for errors here.
proc ::nscg::lab::Deleted {token args} {
    variable labs
    if {[dict exists $labs $token]} {
        Remove $token
    }
}

proc ::nscg::lab::Remove {token} {
    variable labs
    set lab [dict get $labs $token]
    dict unset labs $token
    foreach process [dict get $lab processes] {
        if {[info commands $process] ne {}} {
            $process close
        }
    }
    make::remove [dict get $lab plan] [dict get $lab spaces]
}

proc ::nscg::lab::do::Delete {token} {
    set command [dict get $::nscg::lab::labs $token command]
    try {
        ::nscg::lab::Remove $token
    } finally {
        rename $command {}
    }
}

# -- What is asked for ---------------------------------------------------------

# The namespace handle of a host, or that of all switches.
proc ::nscg::lab::Space {token name} {
    variable labs
    set lab [dict get $labs $token]
    set space [dict get $lab spaces [expr {
        [dict exists $lab plan switches $name] ? {} : [Host $token $name]}]]
    if {[info commands $space] eq {}} {
        Fail CLOSED $name "somebody has closed the namespace of \"$name\""
    }
    return $space
}

proc ::nscg::lab::Host {token name} {
    variable labs
    set hosts [dict get $labs $token plan hosts]
    if {![dict exists $hosts $name]} {
        set list [lrange [dict keys $hosts] 0 9]
        if {[dict size $hosts] > 10} {
            lappend list "and [expr {[dict size $hosts] - 10}] more"
        }
        Fail HOST $name "there is no host \"$name\" in this lab, only [join \
            $list {, }]"
    }
    return $name
}

# The links between two, at least one.
proc ::nscg::lab::Between {token from to} {
    variable labs
    set plan [dict get $labs $token plan]
    foreach name [list $from $to] {
        if {![dict exists $plan switches $name]} {
            Host $token $name
        }
    }
    set found [lmap link [dict get $plan links] {
        set ends [list [dict get $link from] [dict get $link to]]
        if {$ends ne [list $from $to] && $ends ne [list $to $from]} continue
        set link
    }]
    if {$found eq {}} {
        Fail LINK [list $from $to] \
            "there is no link between \"$from\" and \"$to\" in this lab"
    }
    return $found
}
