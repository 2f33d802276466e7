# The Tcl part of nscg. `package require nscg` reads only this file: the rest
# of the library is read when one of its commands is first called, so that
# the package costs next to nothing until then.

namespace eval ::nscg {
    # Where this file stands, and with it the rest of the library.
    variable library [file dirname [file normalize [info script]]]

    # For nscg::help, what nscg::commands cannot know: the library's own
    # commands, each with its usage and a summary of one line.
    variable described {}

    namespace export {[a-z]*}
}

# Makes each NAME a command of ::nscg that is defined by FILE.
proc ::nscg::Lazy {file args} {
    variable library
    foreach name $args {
        set command [list ::nscg::$name]
        proc ::nscg::$name args "
            ::nscg::Read [list $file $name]
            tailcall $command {*}\$args
        "
    }
}

# Reads FILE, which is to put its own NAME in the place of ours.
proc ::nscg::Read {file name} {
    variable library
    set before [info body ::nscg::$name]
    uplevel #0 [list source [file join $library $file]]
    set command [namespace which ::nscg::$name]
    if {[info procs $command] ne {} && [info body $command] eq $before} {
        return -code error -errorcode [list NSCG LIBRARY NOCOMMAND $name] \
            "\"$file\" does not define ::nscg::$name"
    }
}

proc ::nscg::Describe {name usage summary} {
    variable described
    dict set described $name [dict create \
        usage $usage summary $summary step 0 prompt 1]
}

::nscg::Describe doctor {?-text bool?} \
    {Try each facility in a child, and say what works here}
::nscg::Lazy doctor.tcl doctor
::nscg::Describe help {?command ...?} \
    {Explain a command, or list them all}
::nscg::Lazy help.tcl help

foreach {name usage summary} {
    create {?-option value ...? program ?arg ...?}
        {Make a container, to be started}
    diff {name}
        {What a container changed in its root file system}
    exec {name ?-option value ...? program ?arg ...?}
        {Run one more program in a container that runs}
    inspect {name}
        {Everything that is known of a container}
    kill {name ?signal?}
        {Send a signal to the program of a container}
    list {}
        {Every container of this user}
    logs {name}
        {What a container has written so far}
    onexit {name commandPrefix}
        {Call a command when a container has ended}
    pause {name}
        {All programs of a container stand still}
    remove {name ?-force bool?}
        {Take a container away, with all that it wrote}
    resume {name}
        {A container that is paused goes on}
    run {?-option value ...? program ?arg ...?}
        {Run a program in a new container, and wait for it}
    start {name}
        {Start a container}
    stats {name}
        {What the kernel has counted for a container}
    stop {name ?-grace ms?}
        {End a container}
    wait {name ?-timeout ms?}
        {Wait for the end of a container}
} {
    ::nscg::Describe "container $name" $usage $summary
}
::nscg::Describe reap {?-dry-run bool?} \
    {Remove the containers that killed interpreters left}
::nscg::Lazy container.tcl container reap

foreach {name usage summary} {
    create {?name? topology}
        {Make a network of hosts, for tests and teaching}
    address {host ?neighbour? ?-family family?}
        {The addresses of a host}
    cut {name name}
        {Cut the link between two}
    delete {}
        {Take the whole lab away}
    describe {}
        {Tell people what a lab is made of}
    eval {host script}
        {Evaluate a script here, with the network of a host}
    exec {host ?-option value ...? program ?arg ...?}
        {Run a program on a host, and return its output}
    hosts {}
        {The names of the hosts}
    links {}
        {The links, with their addresses}
    namespace {name}
        {The net namespace of a host, or of the switches}
    restore {name name}
        {Mend the link between two}
    set {name name ?-option value ...?}
        {Change the rate, delay or loss of a link}
    start {host ?-option value ...? program ?arg ...?}
        {Start a program on a host}
    switches {}
        {The names of the switches}
    test {name description -topology topology ?-option value ...?}
        {A test of tcltest that has a lab of its own}
} {
    ::nscg::Describe "lab $name" $usage $summary
}
::nscg::Lazy lab.tcl lab
