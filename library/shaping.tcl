# Links that are slow, far or bad: what `qdisc set` is told at both their ends.
# A rate alone is a token bucket; with anything else, netem does it all.

namespace eval ::nscg::shaping {
    variable bucket {rate latency burst}
    variable netem {delay jitter loss duplicate corrupt reorder limit}

    # The kinds that this kernel was seen to have, and words that were found
    # to be good last: mostly it is they that come next.
    variable known {}
    variable good {}
}

# The options of a link that are told here.
proc ::nscg::shaping::options {} {
    variable bucket
    variable netem
    return [concat $bucket $netem]
}

# The words behind `qdisc set NAME`; empty for a link that is left as it is.
proc ::nscg::shaping::words {shape} {
    variable netem
    if {[dict size $shape] == 0} {
        return
    }
    set words tbf
    foreach option [dict keys $shape] {
        if {$option in $netem} {
            set words netem
        }
    }
    dict for {option value} $shape {
        lappend words -$option $value
    }
    return $words
}

# The words are looked at by those who know them: a step that is explained is
# checked and not done.
proc ::nscg::shaping::check {from to shape} {
    variable good
    set words [words $shape]
    if {$words in [list {} $good]} {
        return
    }
    try {
        ::nscg::ns exec -explain 1 -new net \
            -setup [list [list qdisc set lo {*}$words]] -- true
    } on error message {
        regsub {^step 1: } $message {} message
        return -code error -errorcode [list NSCG LAB SHAPE [list $from $to]] \
            "link \"$from $to\" cannot be so: $message"
    }
    set good $words
}

# Whether this kernel can do it is found out where it harms nobody.
proc ::nscg::shaping::probe {shapes} {
    variable known
    foreach shape $shapes {
        set words [words $shape]
        set kind [lindex $words 0]
        if {$kind eq {} || $kind in $known} {
            continue
        }
        set space [::nscg::ns unshare net {::nscg::ns open self net}]
        try {
            ::nscg::qdisc set lo {*}$words -ns $space
        } trap {POSIX ENOENT} message {
            regsub {^cannot set .*?; } $message {} message
            return -code error -errorcode [list NSCG LAB KERNEL $kind] \
                "a link cannot have \"[lrange $words 1 end]\": $message"
        } finally {
            $space close
        }
        lappend known $kind
    }
}

# Sets it at both ends, given as SPACE DEVICE ...; where one of them cannot, the
# other has again what it had.
proc ::nscg::shaping::apply {places old new} {
    set done {}
    try {
        foreach {space device} $places {
            Set $space $device $old $new
            lappend done $space $device
        }
    } on error {message detail} {
        foreach {space device} $done {
            Set $space $device $new $old
        }
        return -options $detail $message
    }
}

proc ::nscg::shaping::Set {space device old new} {
    set words [words $new]
    if {$words ne {}} {
        ::nscg::qdisc set $device {*}$words -ns $space
    } elseif {[dict size $old] > 0} {
        ::nscg::qdisc delete $device -ns $space
    }
}
