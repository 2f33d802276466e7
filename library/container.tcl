# nscg::container: containers, made of nscg's own commands.

apply {{folder} {
    foreach file {undo options record fault hostview rootfs standard volumes
            names network identity limits recipe life end diff reap} {
        uplevel #0 [list source [file join $folder $file.tcl]]
    }
}} $::nscg::library

namespace eval ::nscg::container {
    # Options besides those of the contributors.
    variable createRows {
        {-name text {}}
        {-timeout ms {}}
        {-explain bool 0}
    }
    # For a program that is waited for, as of ns exec.
    variable execRows {
        {-input text {}}
        {-ignorestderr bool 0}
        {-keepnewline bool 0}
    }

    namespace ensemble create -command ::nscg::container -prefixes 0 -map {
        create ::nscg::container::create
        diff ::nscg::container::diff
        exec ::nscg::container::enter
        inspect ::nscg::container::inspect
        kill ::nscg::container::kill
        list ::nscg::container::all
        logs ::nscg::container::logs
        onexit ::nscg::container::onexit
        pause ::nscg::container::pause
        remove ::nscg::container::remove
        resume ::nscg::container::resume
        run ::nscg::container::run
        start ::nscg::container::start
        stats ::nscg::container::stats
        stop ::nscg::container::stop
        wait ::nscg::container::wait
    }
}

# container create ?-option value ...? ?--? PROGRAM ?ARG ...?
#
#       Makes a container, to be started.
#
#       Options         see container(n)
#       Result          its name; with -explain 1 its recipe
#       Errors          NSCG CONTAINER *
proc ::nscg::container::create {args} {
    lassign [Parse create $args] options command
    set container [Describe $options $command]
    if {[dict get $options -explain]} {
        return [::nscg::recipe::build $container]
    }
    Make $container
    return [dict get $container name]
}

# container run ?-option value ...? ?--? PROGRAM ?ARG ...?
#
#       Runs a program in a new container, and waits for its end. A container
#       that was given no name is then removed.
#
#       Options         see container(n)
#       Result          what it wrote to its standard output; with -detach 1
#                       the container's name, at once; with -explain 1 its
#                       recipe
#       Errors          those of ns exec; NSCG CONTAINER *
proc ::nscg::container::run {args} {
    lassign [Parse run $args] options command
    set container [Describe $options $command]
    if {[dict get $options -explain]} {
        return [::nscg::recipe::build $container]
    }
    set detach [dict get $options -detach]
    set remove [dict get $options -remove]
    if {$remove eq {}} {
        set remove [expr {!$detach && [dict get $options -name] eq {}}]
    }
    Make $container
    set name [dict get $container name]
    if {!$detach} {
        return [::nscg::life::run $name [Waiting $options [Log $name]] $remove]
    }
    ::nscg::undo::scope stack {
        ::nscg::undo::push $stack ::nscg::record::delete $name
        ::nscg::life::start $name
    }
    return $name
}

# container start NAME
#
#       Starts a container that was created, or has ended. It runs until its
#       program ends, it is stopped, or this interpreter goes.
#
#       Result          its name
#       Errors          NSCG CONTAINER UNKNOWN | RUNNING | OWNER; those of
#                       ns clone
proc ::nscg::container::start {name} {
    return [::nscg::life::start $name]
}

# container exec NAME ?-option value ...? ?--? PROGRAM ?ARG ...?
#
#       Runs one more program in a container that runs, and waits for its end.
#
#       Options         see container(n)
#       Result          what it wrote to its standard output
#       Errors          those of ns exec; NSCG CONTAINER NOTRUNNING
proc ::nscg::container::enter {name args} {
    lassign [::nscg::options::parse [Rows exec] $args] options command
    Program $command "exec name"
    return [::nscg::life::enter $name $options $command \
        [Waiting $options [Log $name]]]
}

# container stop NAME ?-grace MS?
#
#       Ends a container: SIGTERM to its program, and after the grace SIGKILL.
#
#       -grace MS       10000 unless given
#       Result          how it ended, as of the process handle's wait
#       Errors          NSCG CONTAINER UNKNOWN | NOTRUNNING
proc ::nscg::container::stop {name args} {
    lassign [::nscg::options::parse {{-grace ms 10000}} $args] options rest
    NoMore $rest "stop name ?-grace ms?"
    return [::nscg::life::stop $name [dict get $options -grace]]
}

# container kill NAME ?SIGNAL?
#
#       Sends a signal to the container's program, SIGKILL unless given.
#
#       Errors          NSCG CONTAINER UNKNOWN | NOTRUNNING
proc ::nscg::container::kill {name {signal SIGKILL}} {
    ::nscg::life::kill $name $signal
}

# container pause NAME
#
#       All programs of a container stand still, until it is resumed, stopped
#       or killed.
#
#       Errors          NSCG CONTAINER UNKNOWN | NOTRUNNING | NOGROUP; those of
#                       cgroup freeze
proc ::nscg::container::pause {name} {
    ::nscg::life::with handle $name pause {
        ::nscg::cgroup freeze [::nscg::limits::need \
            [::nscg::record::load $name] pause]
    }
    return
}

# container resume NAME
#
#       A container that is paused goes on.
#
#       Errors          NSCG CONTAINER UNKNOWN | NOTRUNNING | NOGROUP; those of
#                       cgroup thaw
proc ::nscg::container::resume {name} {
    ::nscg::life::with handle $name resume {
        ::nscg::cgroup thaw [::nscg::limits::need \
            [::nscg::record::load $name] resume]
    }
    return
}

# container stats NAME
#
#       What the kernel has counted for a container that runs.
#
#       Result          dict, as of cgroup stats
#       Errors          NSCG CONTAINER UNKNOWN | NOTRUNNING | NOGROUP
proc ::nscg::container::stats {name} {
    ::nscg::life::with handle $name "count for" {
        ::nscg::cgroup stats [::nscg::limits::need \
            [::nscg::record::load $name] "count for"]
    }
}

# container wait NAME ?-timeout MS?
#
#       Waits for the end of a container, without serving events.
#
#       Result          how it ended, as of the process handle's wait; {state
#                       running} when the time is up
#       Errors          NSCG CONTAINER UNKNOWN
proc ::nscg::container::wait {name args} {
    lassign [::nscg::options::parse {{-timeout ms {}}} $args] options rest
    NoMore $rest "wait name ?-timeout ms?"
    return [::nscg::life::wait $name [dict get $options -timeout]]
}

# container onexit NAME COMMANDPREFIX
#
#       Calls the prefix with the name and how it ended, once, from the event
#       loop. One that has ended already is told of, too.
#
#       Errors          NSCG CONTAINER UNKNOWN | OWNER
proc ::nscg::container::onexit {name prefix} {
    ::nscg::life::onexit $name $prefix
}

# container logs NAME
#
#       What a container that was started has written to its standard output
#       and standard error so far; of more than 64 MB the last.
#
#       Result          text
#       Errors          NSCG CONTAINER UNKNOWN
proc ::nscg::container::logs {name} {
    ::nscg::record::load $name
    try {
        set channel [open [Log $name]]
    } trap {POSIX ENOENT} {} {
        return
    }
    try {
        # A value of more than 2 GB would end this interpreter.
        seek $channel [expr {max(0, [file size [Log $name]] - (1 << 26))}]
        return [read $channel [expr {1 << 26}]]
    } finally {
        close $channel
    }
}

# container list
#
#       Every container of this user, those of other interpreters as well.
#
#       Result          list of dicts: name, state, rootfs, network, command,
#                       created, and of one that runs pid
proc ::nscg::container::all {} {
    set found {}
    foreach name [::nscg::record::names] {
        try {
            lappend found [Summary [::nscg::life::record $name]]
        } trap {NSCG CONTAINER UNKNOWN} {} {
            # It has just been removed.
        } trap {NSCG CONTAINER BROKEN} {} {
            # Of the others there is something to be said.
        }
    }
    return $found
}

# container inspect NAME
#
#       Everything that is known of a container.
#
#       Result          dict: what list says, and owner, options, cgroup,
#                       layers, method, recipe, started, ended, status
#       Errors          NSCG CONTAINER UNKNOWN
proc ::nscg::container::inspect {name} {
    set record [::nscg::life::record $name]
    set result [Summary $record]
    foreach key {owner options folder started ended status} {
        if {[dict exists $record $key]} {
            dict set result $key [dict get $record $key]
        }
    }
    dict set result cgroup [::nscg::limits::group $record]
    dict set result method [dict get $record rootfs method]
    dict set result layers [dict get $record rootfs layers]
    if {[dict exists $record recipe]} {
        dict set result recipe [dict get $record recipe]
    } else {
        dict set result recipe [::nscg::recipe::build $record]
    }
    return $result
}

# container diff NAME
#
#       What the container changed in its root file system.
#
#       Result          sorted list of {A PATH} (added), {C PATH} (changed: of
#                       a folder, something in it) and {D PATH} (deleted)
#       Errors          NSCG CONTAINER UNKNOWN
proc ::nscg::container::diff {name} {
    return [::nscg::diff::changes [::nscg::life::record $name]]
}

# container remove NAME ?-force BOOL?
#
#       Takes a container away, with all that it wrote.
#
#       -force BOOL     also one that runs: it is killed; and one whose record
#                       is broken
#       Errors          NSCG CONTAINER UNKNOWN | RUNNING | OWNER | BROKEN | UNDO
proc ::nscg::container::remove {name args} {
    lassign [::nscg::options::parse {{-force bool 0}} $args] options rest
    NoMore $rest "remove name ?-force bool?"
    ::nscg::life::remove $name [dict get $options -force]
}

# The options of create, run or exec.
proc ::nscg::container::Rows {command} {
    variable createRows
    variable execRows
    switch -- $command {
        create {
            return [concat $createRows [::nscg::recipe::rows]]
        }
        run {
            return [concat $createRows $execRows \
                {{-detach bool 0} {-remove bool {}}} [::nscg::recipe::rows]]
        }
        exec {
            return [concat $execRows {{-timeout ms {}}} \
                $::nscg::identity::enterRows]
        }
    }
}

proc ::nscg::container::Parse {command words} {
    lassign [::nscg::options::parse [Rows $command] $words] options program
    Program $program $command
    return [list $options $program]
}

proc ::nscg::container::Program {words command} {
    if {$words eq {}} {
        return -level 3 -code error -errorcode {TCL WRONGARGS} \
            "wrong # args: should be \"nscg::container $command\
            ?-option value ...? program ?arg ...?\""
    }
}

proc ::nscg::container::NoMore {words usage} {
    if {$words ne {}} {
        return -level 2 -code error -errorcode {TCL WRONGARGS} \
            "wrong # args: should be \"nscg::container $usage\""
    }
}

# Those of ns exec, for a program that is waited for. Its stderr is never
# ours: a terminal can be read from, too.
proc ::nscg::container::Waiting {options log} {
    set words {}
    foreach name {-input -keepnewline} {
        lappend words $name [dict get $options $name]
    }
    if {[dict get $options -timeout] ne {}} {
        lappend words -timeout [dict get $options -timeout]
    }
    if {[dict get $options -ignorestderr]} {
        lappend words -stderr [list file $log]
    }
    return $words
}

proc ::nscg::container::Log {name} {
    return [file join [::nscg::record::folder $name] log]
}

# A container as its options describe it; nothing is made.
proc ::nscg::container::Describe {options command} {
    set options [::nscg::recipe::check $options]
    set name [dict get $options -name]
    if {$name eq {}} {
        set name [::nscg::record::newname [dict get $options -rootfs]]
    }
    ::nscg::record::checkname $name
    set container [dict create name $name \
        folder [::nscg::record::folder $name] options $options \
        command $command state created undo {} \
        created [clock milliseconds] \
        owner [::nscg::record::identity [pid]]]
    return [dict merge $container \
        [::nscg::recipe::each create $container]]
}

# Makes what a described container needs.
proc ::nscg::container::Make {container} {
    set name [dict get $container name]
    ::nscg::undo::scope stack {
        ::nscg::record::claim $name
        ::nscg::life::forget $name
        ::nscg::undo::push $stack ::nscg::record::delete $name
        ::nscg::recipe::each make $container
        ::nscg::record::save $name $container
    }
}

proc ::nscg::container::Summary {record} {
    foreach key {name state rootfs command created pid} {
        if {[dict exists $record $key]} {
            dict set result $key [dict get $record $key]
        }
    }
    dict set result rootfs [dict get $record options -rootfs]
    dict set result network [::nscg::network::describe $record]
    if {[dict get $result state] eq "running"
            && [::nscg::limits::paused $record]} {
        dict set result state paused
    }
    return $result
}
