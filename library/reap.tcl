# nscg::reap: what interpreters left behind that were killed.

namespace eval ::nscg::reaping {}

# nscg::reap ?-dry-run BOOL?
#
#       Removes the containers that belong to nobody any more: the interpreter
#       that had them is gone, and so are their programs. What others still
#       use, and what nscg did not make, stays.
#
#       -dry-run BOOL   1: only says which
#       Result          list of their names
#       Errors          NSCG CONTAINER NOSTATE; those of the first container
#                       that could not be removed, after all others were
proc ::nscg::reap {args} {
    lassign [options::parse {{-dry-run bool 0}} $args] options rest
    if {$rest ne {}} {
        return -code error -errorcode {TCL WRONGARGS} \
            "wrong # args: should be \"nscg::reap ?-dry-run bool?\""
    }
    set names [lmap name [record::folders] {
        expr {[reaping::Left $name] ? $name : [continue]}
    }]
    if {![dict get $options -dry-run]} {
        set names [reaping::All $names]
    }
    return $names
}

# Removes those of NAMES, and what is left of ones that were being removed; one
# that stays keeps none of the others. Returns the names.
proc ::nscg::reaping::All {names} {
    set removed {}
    set failures {}
    set code {}
    foreach name [concat $names [list {}]] {
        try {
            if {$name eq {}} {
                ::nscg::record::sweep
            } elseif {[Remove $name]} {
                lappend removed $name
            }
        } trap {NSCG CONTAINER UNKNOWN} {} {
            # Another one was faster.
        } on error {message detail} {
            lappend failures $message
            if {$code eq {}} {
                set code [dict get $detail -errorcode]
            }
        }
    }
    if {$failures ne {}} {
        set message "cannot reap all: [join $failures {; }]"
        if {$removed ne {}} {
            append message " (removed: [join $removed {, }])"
        }
        return -level 2 -code error -errorcode $code $message
    }
    return $removed
}

# Has everybody gone to whom it was of use?
proc ::nscg::reaping::Left {name} {
    if {![::nscg::record::exists $name]} {
        # One that is being made, or was when its maker was killed.
        # Without a claim it need not be nscg's: then only an empty one goes.
        set claimer [::nscg::record::claimer $name]
        if {$claimer eq {}} {
            return [expr {[::nscg::record::age $name] > 60
                && [::nscg::record::empty $name]}]
        }
        return [expr {[::nscg::fault::isidentity $claimer]
            && ![::nscg::record::alive $claimer]}]
    }
    try {
        set record [::nscg::record::load $name]
    } trap {NSCG CONTAINER UNKNOWN} {} {
        return 0
    } trap {NSCG CONTAINER BROKEN} {} {
        return 0
    }
    if {[::nscg::record::alive [dict get $record owner]]} {
        return 0
    }
    # Its programs were killed with their owner; while they stand still, they do
    # not end by it on version 1 of cgroups.
    return [expr {![dict exists $record process]
        || ![::nscg::record::alive [dict get $record process]]
        || [::nscg::limits::paused $record]}]
}

# Returns whether it is gone.
proc ::nscg::reaping::Remove {name} {
    if {[::nscg::record::exists $name]} {
        set record [::nscg::record::load $name]
        ::nscg::life::remove $name [::nscg::limits::paused $record]
    } elseif {[::nscg::record::claimer $name] ne {}} {
        ::nscg::record::delete $name
    } else {
        return [::nscg::record::discard $name]
    }
    return 1
}
