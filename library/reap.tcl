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
#       Errors          NSCG CONTAINER UNDO | NOSTATE
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
        foreach name $names {
            reaping::Remove $name
        }
        record::sweep
    }
    return $names
}

# Has everybody gone to whom it was of use?
proc ::nscg::reaping::Left {name} {
    if {![::nscg::record::exists $name]} {
        # One that is being made, or was when its maker was killed.
        set claimer [::nscg::record::claimer $name]
        return [expr {$claimer eq {} ? [::nscg::record::age $name] > 60
            : ![::nscg::record::alive $claimer]}]
    }
    try {
        set record [::nscg::record::load $name]
    } trap {NSCG CONTAINER UNKNOWN} {} {
        return 0
    }
    if {[::nscg::record::alive [dict get $record owner]]} {
        return 0
    }
    return [expr {![dict exists $record process]
        || ![::nscg::record::alive [dict get $record process]]}]
}

proc ::nscg::reaping::Remove {name} {
    if {[::nscg::record::exists $name]} {
        ::nscg::life::remove $name 0
    } else {
        ::nscg::record::delete $name
    }
}
