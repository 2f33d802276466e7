# A container from its start to its end (see end.tcl): the processes of those
# that this interpreter started, and what the records say of all.

namespace eval ::nscg::life {
    variable handles {}     ;# NAME -> process handle of one that we started
    variable callbacks {}   ;# NAME -> command prefixes for its end
    variable timers {}      ;# NAME -> id of `after`
    variable launching {}   ;# NAME -> record, until its program runs
}

# The record of NAME as it is now: an end that nobody noted is noticed.
proc ::nscg::life::record {name} {
    variable handles
    set record [::nscg::record::load $name]
    if {[dict get $record state] ne "running"} {
        return $record
    }
    if {[dict exists $handles $name]} {
        set status [[dict get $handles $name] status]
        if {[dict get $status state] ne "running"} {
            return [Finish $name $status]
        }
    } elseif {![::nscg::record::alive [dict get $record process]]} {
        dict set record state exited
        dict set record status [::nscg::recipe::ended $record {state unknown}]
        if {![::nscg::record::alive [dict get $record owner]]} {
            set record [Abandoned $record]
        }
    }
    return $record
}

# The interpreter that had the container was killed, and with it the container:
# what its start changed in the system goes now. Somebody may be starting it
# anew meanwhile.
proc ::nscg::life::Abandoned {record} {
    set name [dict get $record name]
    if {[dict get $record undo] eq {}} {
        return $record
    }
    set owner [dict get $record owner]
    set record [Undo $record]
    dict unset record pid
    try {
        if {[dict get [::nscg::record::load $name] owner] eq $owner} {
            ::nscg::record::save $name $record
        }
    } trap POSIX {} - trap {NSCG CONTAINER} {} {
        # It can be undone once more.
    }
    return $record
}

# Evaluates SCRIPT in the caller with VARNAME set to the process handle of a
# container that runs, whoever started it. MATTER says what is wanted of it.
proc ::nscg::life::with {varName name matter script} {
    variable handles
    upvar 1 $varName handle
    set record [record $name]
    if {[dict get $record state] ne "running"} {
        NotRunning $record $matter
    }
    if {[dict exists $handles $name]} {
        set handle [dict get $handles $name]
        return [uplevel 1 $script]
    }
    try {
        set handle [::nscg::ns process [dict get $record pid]]
    } trap {NSCG NS EXITED} {} {
        NotRunning [record $name] $matter
    }
    try {
        # Now it is held, is it still the same?
        if {![::nscg::record::alive [dict get $record process]]} {
            NotRunning [record $name] $matter
        }
        return [uplevel 1 $script]
    } finally {
        $handle close
    }
}

proc ::nscg::life::NotRunning {record matter} {
    set name [dict get $record name]
    return -level 2 -code error \
        -errorcode [list NSCG CONTAINER NOTRUNNING $name] \
        "cannot $matter the container \"$name\": it is\
        [dict get $record state], not running"
}

# Raises an error unless the container can be started or removed by us.
proc ::nscg::life::Idle {record matter} {
    set name [dict get $record name]
    if {[dict get $record state] eq "running"} {
        return -level 2 -code error \
            -errorcode [list NSCG CONTAINER RUNNING $name] \
            "cannot $matter the container \"$name\": it is running"
    }
    set owner [dict get $record owner]
    if {[dict get $owner pid] != [pid] && [::nscg::record::alive $owner]} {
        return -level 2 -code error \
            -errorcode [list NSCG CONTAINER OWNER $name] \
            "cannot $matter the container \"$name\": it belongs to the\
            process [dict get $owner pid], which is still there"
    }
}

# -- Starting --

# Runs a container that is just made, as ns exec does; with REMOVE it is gone
# afterwards.
proc ::nscg::life::run {name words remove} {
    set record [record $name]
    try {
        lassign [Launch $record exec $words] result detail
        set record [Finish $name [Status $detail]]
    } finally {
        # What could not be undone is known from the record alone.
        if {$remove && [dict get $record undo] eq {}} {
            Discard $name
        }
    }
    return -options $detail $result
}

# How a program ended, of which ns exec says DETAIL.
proc ::nscg::life::Status {detail} {
    set code [expr {[dict exists $detail -errorcode]
        ? [dict get $detail -errorcode] : {}}]
    switch -- [lindex $code 0] {
        CHILDSTATUS {
            return [dict create state exited code [lindex $code 2]]
        }
        CHILDKILLED {
            return [dict create state signaled signal [lindex $code 2]]
        }
        NSCG {
            return {state signaled signal SIGKILL}
        }
    }
    return {state exited code 0}
}

proc ::nscg::life::start {name} {
    variable handles
    variable timers
    set record [record $name]
    Idle $record start
    set log [open [file join [dict get $record folder] log] a 0o600]
    try {
        set handle [Launch $record clone \
            [list -stdin pipe -stdout $log -stderr $log]]
    } finally {
        close $log
    }
    # Not the host's /dev/null, whose mode could be changed through it.
    close [$handle stdin]
    dict set handles $name $handle
    $handle onexit [list ::nscg::life::Exit $name]
    set timeout [dict get $record options -timeout]
    if {$timeout ne {}} {
        dict set timers $name [after $timeout [list ::nscg::life::Late $name]]
    }
    return $name
}

# Starts the container of RECORD with COMMAND (clone or exec) of ns and WORDS
# more of its options. Where its program does not come to run, nothing is left
# of the attempt.
proc ::nscg::life::Launch {record command words} {
    set name [dict get $record name]
    ::nscg::undo::scope stack {
        ::nscg::undo::push $stack ::nscg::record::save $name $record
        dict set record owner [::nscg::record::identity [pid]]
        dict for {contributor plan} [::nscg::recipe::each plan $record] {
            dict set record $contributor [dict get $plan part]
            foreach inverse [dict get $plan undo] {
                ::nscg::undo::push $stack {*}$inverse
            }
        }
        set record [Note $record $stack]
        dict for {contributor part} \
                [::nscg::recipe::each start $record $stack] {
            dict set record $contributor $part
        }
        set record [Note $record $stack]
        set result [Try $record $command $words]
    }
    return $result
}

# Notes what is on the stack, for him who finds the record after we were
# killed. Its first command is of the record itself.
proc ::nscg::life::Note {record stack} {
    set undo [lrange [::nscg::undo::commands $stack] 1 end]
    foreach inverse $undo {
        if {![::nscg::recipe::undoes $inverse]} {
            error "\"$inverse\" is no contributor's undo"
        }
    }
    if {$undo ne [dict get $record undo]} {
        dict set record undo $undo
        ::nscg::record::save [dict get $record name] $record
    }
    return $record
}

# Tries one way after the other to copy on write, at the first start.
proc ::nscg::life::Try {record command words} {
    while 1 {
        set recipe [::nscg::recipe::build $record]
        try {
            return [[string totitle $command] $record $recipe $words]
        } on error {message detail} {
            set other {}
            if {[dict get $record state] eq "created"
                    && [Refused $recipe $message $detail number]} {
                set other [::nscg::rootfs::retry $record $number]
            }
            if {$other eq {}} {
                return -options $detail [Said $record $message $detail]
            }
            set record $other
        }
    }
}

# The message of a failed start, for somebody who wrote no steps and may have
# meant the name of an image.
proc ::nscg::life::Said {record message detail} {
    if {[lindex [dict get $detail -errorcode] 0] ni {POSIX NSCG}} {
        return $message
    }
    regsub {^step \d+: } $message {} message
    if {[string match "cannot execute *" $message]
            && [dict get $record options -rootfs] eq "host"} {
        append message "; it was looked for in this machine's own root file\
            system, -rootfs gives another one"
    }
    return $message
}

# Was it the mounting of a layer that the kernel does not do in this way? Then
# NUMBERVAR is the number of the step.
proc ::nscg::life::Refused {recipe message detail numberVar} {
    upvar 1 $numberVar number
    return [expr {[lindex [dict get $detail -errorcode] 0] eq "POSIX"
        && [regexp {^step (\d+): } $message - number]
        && $number <= [dict get $recipe roots]
        && [lindex [dict get $detail -errorcode] 1]
            in {EINVAL ENODEV ENOSYS EOPNOTSUPP EPERM}}]
}

proc ::nscg::life::Clone {record recipe words} {
    set handle [::nscg::ns clone {*}[dict get $recipe options] \
        -setup [dict get $recipe steps] {*}$words \
        -- {*}[dict get $record command]]
    ::nscg::undo::scope stack {
        ::nscg::undo::push $stack $handle close
        Running $record $recipe [$handle pid]
    }
    return $handle
}

# Returns what ns exec does, as {RESULT DETAIL}, once the program has run.
proc ::nscg::life::Exec {record recipe words} {
    variable launching
    set name [dict get $record name]
    dict set launching $name 1
    set detail {-code 0}
    try {
        set result [::nscg::ns exec {*}[dict get $recipe options] \
            -onstart [list ::nscg::life::Running $record $recipe] \
            -setup [dict get $recipe steps] {*}$words \
            -- {*}[dict get $record command]]
    } on error {result detail} {
        if {[dict exists $launching $name]} {
            return -options $detail $result
        }
    } finally {
        dict unset launching $name
    }
    return [list $result $detail]
}

# Notes that the program runs.
proc ::nscg::life::Running {record recipe pid} {
    variable launching
    set name [dict get $record name]
    dict set record state running
    dict set record started [clock milliseconds]
    dict set record pid $pid
    dict set record process [::nscg::record::identity $pid]
    dict set record recipe $recipe
    ::nscg::record::save $name $record
    ::nscg::recipe::each launched $record
    dict unset launching $name
}

# -- While it runs --

# Runs COMMAND in a container that runs.
proc ::nscg::life::enter {name options command words} {
    set record [::nscg::record::load $name]
    dict for {option value} $options {
        if {$option eq "-env"} {
            set value [dict merge [dict get $record options -env] $value]
        }
        if {$value ne {} && [dict exists $record options $option]} {
            dict set record options $option $value
        }
    }
    set recipe [::nscg::recipe::enter $record]
    if {[::nscg::limits::paused $record]} {
        return -code error -errorcode [list NSCG CONTAINER PAUSED $name] \
            "cannot run a program in the container \"$name\": it is paused;\
            \"container resume $name\" lets it go on"
    }
    with handle $name "run a program in" {
        Plainly $record ::nscg::ns exec -joinall $handle \
            {*}[dict get $recipe options] -setup [dict get $recipe steps] \
            {*}$words -- {*}$command
    }
}

# Runs a command that starts a program in the container of RECORD.
proc ::nscg::life::Plainly {record args} {
    try {
        return [{*}$args]
    } on error {message detail} {
        return -options $detail [Said $record $message $detail]
    }
}

proc ::nscg::life::stop {name grace} {
    with handle $name stop {
        Unpause $name
        $handle stop -grace $grace
    }
    return [dict get [record $name] status]
}

proc ::nscg::life::kill {name signal} {
    with handle $name signal {
        try {
            $handle signal $signal
        } finally {
            if {$signal in {SIGKILL KILL 9}} {
                Unpause $name
            }
        }
    }
    return
}

# Its time is over.
proc ::nscg::life::Late {name} {
    try {
        kill $name SIGKILL
    } trap {NSCG CONTAINER} {} {
        # It has just ended.
    }
}

# What stands still hears no signal, and on version 1 not even SIGKILL.
proc ::nscg::life::Unpause {name} {
    set record [::nscg::record::load $name]
    if {[::nscg::limits::paused $record]} {
        ::nscg::cgroup thaw [::nscg::limits::group $record]
    }
}

proc ::nscg::life::wait {name timeout} {
    set record [record $name]
    if {[dict get $record state] eq "running"} {
        try {
            with handle $name "wait for" {
                $handle wait \
                    {*}[expr {$timeout ne {} ? [list -timeout $timeout] : {}}]
            }
        } trap {NSCG CONTAINER NOTRUNNING} {} {
            # It has ended in between.
        }
        set record [record $name]
    }
    if {[dict exists $record status]} {
        return [dict get $record status]
    }
    return [dict create state [dict get $record state]]
}

proc ::nscg::life::onexit {name prefix} {
    variable callbacks
    variable handles
    set record [record $name]
    switch -- [dict get $record state] {
        exited {
            after 0 [list {*}$prefix $name [dict get $record status]]
        }
        running {
            if {[dict exists $handles $name]} {
                dict lappend callbacks $name $prefix
            } else {
                Watch $record $prefix
            }
        }
        created {
            # Who starts it is told of its end: that must be us.
            Idle $record "watch"
            dict lappend callbacks $name $prefix
        }
    }
    return
}

# The same for one that another interpreter started.
proc ::nscg::life::Watch {record prefix} {
    set name [dict get $record name]
    try {
        set handle [::nscg::ns process [dict get $record pid]]
    } trap {NSCG NS EXITED} {} {
        return [onexit $name $prefix]
    }
    if {![::nscg::record::alive [dict get $record process]]} {
        $handle close
        return [onexit $name $prefix]
    }
    $handle onexit [list ::nscg::life::Watched $name $prefix]
}

# From the event loop. Only its parent learns how a process ended: what that
# has noted is told, if it was faster.
proc ::nscg::life::Watched {name prefix handle status} {
    $handle close
    set status {state unknown}
    catch {set status [dict get [record $name] status]}
    uplevel #0 [list {*}$prefix $name $status]
}
