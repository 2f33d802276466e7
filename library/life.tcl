# A container from its start to its end: the processes of those that this
# interpreter started, and what the records say of all.

namespace eval ::nscg::life {
    variable handles {}     ;# NAME -> process handle of one that we started
    variable callbacks {}   ;# NAME -> command prefixes for its end
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
            return [Ended $name $status]
        }
    } elseif {![::nscg::record::alive [dict get $record process]]} {
        dict set record state exited
        dict set record status {state unknown}
    }
    return $record
}

# The process of a container that runs; MATTER says what is wanted of it.
proc ::nscg::life::handle {name matter} {
    variable handles
    set record [record $name]
    if {[dict get $record state] ne "running"} {
        return -level 2 -code error \
            -errorcode [list NSCG CONTAINER NOTRUNNING $name] \
            "cannot $matter the container \"$name\": it is\
            [dict get $record state], not running"
    }
    if {![dict exists $handles $name]} {
        Foreign $record
    }
    return [dict get $handles $name]
}

proc ::nscg::life::Foreign {record} {
    set name [dict get $record name]
    return -level 3 -code error \
        -errorcode [list NSCG CONTAINER OWNER $name] \
        "the container \"$name\" belongs to the process\
        [dict get $record owner pid], which is still there"
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
        Foreign $record
    }
}

# Runs a container that is just made, as ns exec does, and notes its end.
proc ::nscg::life::run {name words} {
    set record [record $name]
    try {
        set result [Launch $record exec $words]
    } finally {
        if {[dict get $record remove]} {
            ::nscg::record::delete $name
        }
    }
    if {![dict get $record remove]} {
        Ended $name {state exited code 0}
    }
    return $result
}

proc ::nscg::life::start {name} {
    variable handles
    set record [record $name]
    Idle $record start
    Launch $record clone {-stdin null}
    [dict get $handles $name] onexit [list ::nscg::life::Exit $name]
    return $name
}

# Starts the container of RECORD with COMMAND (clone or exec) of ns and WORDS
# more of its options.
proc ::nscg::life::Launch {record command words} {
    set name [dict get $record name]
    ::nscg::undo::scope stack {
        ::nscg::undo::push $stack ::nscg::record::save $name $record
        dict set record owner [::nscg::record::identity [pid]]
        dict for {contributor part} \
                [::nscg::recipe::each start $record $stack] {
            dict set record $contributor [dict merge \
                [dict get $record $contributor] $part]
        }
        set result [Try $record $command $words]
    }
    return $result
}

# Tries one way after the other to copy on write, at the first start.
proc ::nscg::life::Try {record command words} {
    while 1 {
        set recipe [::nscg::recipe::build $record]
        try {
            return [Run $record $recipe $command $words]
        } trap POSIX {message detail} {
            set number 0
            regexp {^step (\d+): } $message - number
            set method [::nscg::rootfs::other $record]
            if {$number == 0 || $number > [dict get $recipe roots]
                    || $method eq {} || [dict get $record state] ne "created"} {
                return -options $detail $message
            }
            set record [::nscg::rootfs::use $record $method]
        }
    }
}

proc ::nscg::life::Run {record recipe command words} {
    variable handles
    set name [dict get $record name]
    set line [list ::nscg::ns $command {*}[dict get $recipe options] \
        -setup [dict get $recipe steps] {*}$words \
        -- {*}[dict get $record command]]
    dict set record state running
    dict set record recipe $recipe
    dict set record started [clock milliseconds]
    if {$command eq "exec"} {
        dict set record process [::nscg::record::identity [pid]]
        ::nscg::record::save $name $record
        return [{*}$line]
    }
    set handle [{*}$line]
    dict set record process [::nscg::record::identity [$handle pid]]
    dict set record pid [$handle pid]
    ::nscg::record::save $name $record
    dict set handles $name $handle
}

# Runs COMMAND in a container that runs.
proc ::nscg::life::enter {name options command words} {
    set handle [handle $name "run a program in"]
    set record [::nscg::record::load $name]
    foreach option {-user -env -workdir -caps} {
        set value [dict get $options $option]
        if {$option eq "-env"} {
            set value [dict merge [dict get $record options -env] $value]
        }
        if {$value ne {}} {
            dict set record options $option $value
        }
    }
    set recipe [::nscg::recipe::enter $record]
    return [::nscg::ns exec -joinall $handle {*}[dict get $recipe options] \
        -setup [dict get $recipe steps] {*}$words -- {*}$command]
}

proc ::nscg::life::wait {name timeout} {
    variable handles
    set record [record $name]
    if {[dict get $record state] eq "running"} {
        [handle $name "wait for"] wait \
            {*}[expr {$timeout ne {} ? [list -timeout $timeout] : {}}]
        set record [record $name]
    }
    if {[dict exists $record status]} {
        return [dict get $record status]
    }
    return [dict create state [dict get $record state]]
}

proc ::nscg::life::onexit {name prefix} {
    variable callbacks
    set record [record $name]
    if {[dict get $record state] eq "exited"} {
        after 0 [list {*}$prefix $name [dict get $record status]]
    } else {
        dict lappend callbacks $name $prefix
    }
    return
}

proc ::nscg::life::remove {name force} {
    variable handles
    set record [record $name]
    if {$force && [dict get $record state] eq "running"} {
        [handle $name remove] stop -grace 0
        set record [record $name]
    }
    Idle $record remove
    ::nscg::record::delete $name
}

# From the event loop.
proc ::nscg::life::Exit {name handle status} {
    variable handles
    if {[dict exists $handles $name] && [dict get $handles $name] eq $handle} {
        Ended $name $status
    }
}

# Notes the end of a container; returns its record.
proc ::nscg::life::Ended {name status} {
    variable handles
    variable callbacks
    set record [::nscg::record::load $name]
    if {[dict exists $handles $name]} {
        [dict get $handles $name] close
        dict unset handles $name
    }
    ::nscg::recipe::each stop $record
    dict set record state exited
    dict set record status $status
    dict set record ended [clock milliseconds]
    dict unset record pid
    ::nscg::record::save $name $record
    if {[dict exists $callbacks $name]} {
        foreach prefix [dict get $callbacks $name] {
            after 0 [list {*}$prefix $name $status]
        }
        dict unset callbacks $name
    }
    return $record
}
