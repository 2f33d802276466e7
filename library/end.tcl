# The end of a container, and what is done then.

# From the event loop.
proc ::nscg::life::Exit {name handle status} {
    variable handles
    if {[dict exists $handles $name] && [dict get $handles $name] eq $handle} {
        Finish $name $status
    }
}

# Notes the end of a container; returns its record.
proc ::nscg::life::Finish {name status} {
    variable handles
    variable callbacks
    variable timers
    if {[dict exists $handles $name]} {
        [dict get $handles $name] close
        dict unset handles $name
    }
    if {[dict exists $timers $name]} {
        after cancel [dict get $timers $name]
        dict unset timers $name
    }
    set record [::nscg::record::load $name]
    set status [::nscg::recipe::ended $record $status]
    set record [Undo $record]
    dict set record state exited
    dict set record status $status
    dict set record ended [clock milliseconds]
    dict unset record pid
    try {
        ::nscg::record::save $name $record
    } finally {
        # They are told even if it could not be noted.
        if {[dict exists $callbacks $name]} {
            foreach prefix [dict get $callbacks $name] {
                after 0 [list {*}$prefix $name $status]
            }
            dict unset callbacks $name
        }
    }
    return $record
}

# Undoes what the start changed in the system. What cannot be undone now stays
# in the record, for `remove` to try again.
proc ::nscg::life::Undo {record} {
    set left {}
    foreach command [lreverse [dict get $record undo]] {
        try {
            uplevel #0 $command
        } on error message {
            set left [linsert $left 0 $command]
            dict set record undoing $message
        }
    }
    dict set record undo $left
    return $record
}

proc ::nscg::life::remove {name force} {
    try {
        set record [record $name]
    } trap {NSCG CONTAINER BROKEN} {message detail} {
        # One whose maker is still there may yet be running.
        set maker [::nscg::record::claimer $name]
        if {!$force || $maker eq {} || [::nscg::record::alive $maker]
                && [dict get $maker pid] != [pid]} {
            return -options $detail $message
        }
        Discard $name
        return
    }
    if {$force && [dict get $record state] eq "running"} {
        try {
            stop $name 0
        } trap {NSCG CONTAINER NOTRUNNING} {} {
            # It has just ended by itself.
        }
        set record [record $name]
    }
    Idle $record remove
    set record [Undo $record]
    if {[dict get $record undo] ne {}} {
        return -code error -errorcode [list NSCG CONTAINER UNDO $name] \
            "cannot remove the container \"$name\":\
            [dict get $record undoing]"
    }
    Discard $name
}

# Deletes a container. A later one of its name is none of those who wanted to
# know of this one's end.
proc ::nscg::life::Discard {name} {
    forget $name
    ::nscg::record::delete $name
}

proc ::nscg::life::forget {name} {
    variable callbacks
    dict unset callbacks $name
}
